// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/opening.h"
#include "facts/words.h"

namespace rstcause {

namespace {

void weigh(const Case& c, Bearings& b)
{
    b.needs(client_resets_the_syn_ack(c), "the client resets the SYN-ACK that it asked for",
            "the client resets no SYN-ACK");
    b.needs(client_waited_long(c), "it had waited as long as its retries take",
            "it had sent {count} SYN and waited {span}: no timeout takes so little");
    b.excluded_by(echoes_a_foreign_timestamp(c), "the SYN-ACK echoes a wrong timestamp");
    b.supports(client_waited_long(c), Weight::proof, "{count} SYNs, and a wait of {span}");
    b.rules_out(Cause::syn_scan, client_waited_long(c), "a scan does not wait for {span}");
}

Story tell(const Case& c)
{
    Story story{
        .headline = fmt::format("{} stopped waiting for {}", sender(c), receiver(c)),
        .details = fmt::format("it asked {} for a connection; the answer in frame {} came {} after the "
                               "first SYN",
                               times(c.own().syns), c.trigger->frame,
                               text(c.trigger->time - c.own().syn->time)),
        .advice = fmt::format("Find out why {} answers so late: packet loss on the way, or a full "
                              "backlog; capture there to tell which.",
                              receiver(c)),
        .evidence = trigger_evidence(c)};
    story.evidence.insert(story.evidence.begin(), {c.own().syn->frame, "first SYN"});
    return story;
}

}  // namespace

/// The client stopped waiting before the server's SYN-ACK arrived.
///
/// Wire: several SYNs, or a wait as long as several take; then the SYN-ACK comes, and the client,
/// which has closed, answers it with a reset without ACK flag.
/// Mistaken for: `connect_cancelled` (a short wait), `syn_scan`.
/// Next: Find out why the server answers so late: loss on the way, or a full backlog.
/// Source: RFC 9293 §3.10.7.3, RFC 6298 §2.
const CauseRule connect_timeout{weigh, tell};

}  // namespace rstcause
