// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/opening.h"
#include "facts/words.h"

namespace rstcause {

namespace {

Fact meets_the_old_ack(const Case& c)
{
    return known(meets_a_foreign_ack(c), c.trigger ? c.trigger->frame : 0);
}

void weigh(const Case& c, Bearings& b)
{
    b.needs(meets_the_old_ack(c), "the SYN was answered by an ACK of another connection",
            "no ACK of another connection came in the handshake");
    b.needs(ports_used_before(c), "an earlier connection used the same addresses and ports",
            "no earlier connection used these addresses and ports");
    b.excluded_by(earlier_connection_closed(c), "the earlier connection was closed");
    b.supports(both(meets_the_old_ack(c), !earlier_connection_closed(c)), Weight::proof,
               "the server still holds the earlier connection, which was never closed");
}

Story tell(const Case& c)
{
    const Frame last = c.before.predecessor ? c.before.predecessor->last.frame : 0;
    return {.headline = fmt::format("{} opened a connection on ports of a living one", sender(c)),
            .details = fmt::format("{} still held an earlier one on the same addresses and ports (last "
                                   "seen in frame {}); the reset clears that one away",
                                   receiver(c), last),
            .advice = "Look for a client that restarted without closing, or two clients behind one "
                      "NAT address and port.",
            .evidence = trigger_evidence(c)};
}

}  // namespace

/// A SYN met a connection that the server still holds open on the same addresses and ports.
///
/// Wire: a SYN on the 4-tuple of a connection that was not closed; the server answers with that
/// connection's ACK (a challenge), and the new client resets it. The next SYN succeeds.
/// Mistaken for: `port_reuse_time_wait`, where the old connection was closed.
/// Next: Look for a client that restarted without closing, or two clients behind one NAT address
/// and port.
/// Source: RFC 9293 §3.5.1 (figure 9), RFC 5961 §4.2.
const CauseRule syn_conflict{weigh, tell};

}  // namespace rstcause
