// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

bool acknowledged(const HalfConnection& half)
{
    return half.fin && half.una && before(half.fin->seq, *half.una);
}

}  // namespace

/// A late segment met the remains of a connection that both sides had closed, and the reset that
/// followed ended TIME_WAIT early.
///
/// Wire: both FINs sent and acknowledged; then an old segment reaches the end that is in
/// TIME_WAIT, it answers with an ACK, and the other end, which has forgotten all, resets it.
/// Mistaken for: `data_after_close` (one side still sends), `port_reuse_time_wait` (a new SYN).
/// Sure: likely.
/// Next: Harmless; `tcp_rfc1337` on Linux keeps TIME_WAIT alive.
/// Source: RFC 1337 §1.
std::optional<Finding> time_wait_assassination(const Reset& r)
{
    if (!passive_form(r) || !r.trigger || r.own().rst || r.peer().rst)
        return std::nullopt;
    const bool both_closed = acknowledged(r.own()) && acknowledged(r.peer());
    const bool late = r.own().fin && r.peer().fin && r.trigger->frame > r.own().fin->frame
        && r.trigger->frame > r.peer().fin->frame;
    const bool peer_in_time_wait = both_closed && r.peer().fin->frame < r.own().fin->frame;
    if (!late || !peer_in_time_wait || r.trigger->length > 0)
        return std::nullopt;
    return Finding{
        .confidence = Confidence::likely,
        .explanation = fmt::format("Both sides had closed; {} still answered a late segment from "
                                   "TIME_WAIT (frame {}), and this reset ends that state early.",
                                   receiver(r), r.trigger->frame),
        .advice = "Harmless here; if old segments turn up in new connections, set tcp_rfc1337 on "
                  "Linux.",
        .evidence = {{r.peer().fin->frame, "FIN of the side in TIME_WAIT"},
                     trigger_evidence(r).front()},
        .alternatives = {Cause::data_after_close},
    };
}

}  // namespace rstcause
