// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/closing.h"
#include "facts/form_facts.h"
#include "facts/words.h"

namespace rstcause {

namespace {

void weigh(const Case& c, Bearings& b)
{
    b.needs(sent_without_a_socket(c), "its sender had no socket any more", "a living socket sent it");
    b.needs(both_sides_closed(c), "both sides had closed", "the two sides had not both closed");
    b.needs(peer_spoke_from_time_wait(c), "it answers what the other end said from TIME_WAIT",
            "it does not answer an end in TIME_WAIT");
    b.needs(either(old_segment_came_late(c), !answers_a_repetition(c)),
            "an old segment made the end in TIME_WAIT speak",
            "what it answers is an earlier acknowledgement come twice");
    b.excluded_by(both(sent_its_fin_again(c), !old_segment_came_late(c)),
                  "what it answers acknowledges its sender's own FIN, sent again");
    b.supports(old_segment_came_late(c), Weight::sign, "an old segment, late");
    b.supports(peer_spoke_from_time_wait(c), Weight::proof, "an ACK from TIME_WAIT");
    b.rules_out(Cause::data_after_close, peer_spoke_from_time_wait(c),
                "what it answers comes from TIME_WAIT, not from an application");
}

Story tell(const Case& c)
{
    Story story{
        .headline = fmt::format("The TIME_WAIT state of {} was cut short", receiver(c)),
        .details = fmt::format("both sides had closed; it still answered a late segment (frame {}), and "
                               "this reset ends that state early",
                               answered_frame(c)),
        .advice = "Harmless here; if old segments turn up in new connections, set tcp_rfc1337 on "
                  "Linux.",
        .evidence = trigger_evidence(c)};
    if (c.peer().fin)
        story.evidence.insert(story.evidence.begin(),
                              {c.peer().fin->frame, "FIN of the side in TIME_WAIT"});
    return story;
}

}  // namespace

/// A late segment met the remains of a connection that both sides had closed, and the reset that
/// followed ended TIME_WAIT early.
///
/// Wire: both FINs sent and acknowledged; then an old segment reaches the end that is in
/// TIME_WAIT, it answers with an ACK, and the other end, which has forgotten all, resets it.
/// Mistaken for: `data_after_close` (one side still sends), `port_reuse_time_wait` (a new SYN).
/// Next: Harmless; `tcp_rfc1337` on Linux keeps TIME_WAIT alive.
/// Source: RFC 1337 §1.
const CauseRule time_wait_assassination{weigh, tell};

}  // namespace rstcause
