// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/clues.h"
#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

bool peer_spoke_last(const Reset& r)
{
    const auto& theirs = r.peer().last_data;
    const auto& ours = r.own().last_data;
    return theirs && (!ours || theirs->frame > ours->frame);
}

}  // namespace

/// The application, or the kernel on its behalf, aborted a living connection.
///
/// Wire: RST,ACK with the sender's own next sequence number, and nothing more telling. Found by
/// elimination, so never `certain`: SO_LINGER with time 0, ss -K, a killed process look alike.
/// Mistaken for: every cause in which a living socket resets.
/// Sure: likely; never certain, because it is what remains.
/// Next: Look in the application's log for an abort, a kill, or a close with SO_LINGER 0.
/// Source: RFC 9293 §3.10.5; Linux tcp_send_active_reset.
std::optional<Finding> application_abort(const Reset& r)
{
    if (r.own().rst || !aborts(r) || r.statement.only_stray)
        return std::nullopt;

    const bool stalled = r.peer().first && r.peer().window == 0;
    // Of a capture that holds one direction only, what the peer did or failed to do is unknown;
    // and of a reset unlike its sender's other packets, who sent it.
    const bool sure = r.own().spoke_after_syn && r.peer().first && !stalled && !is_suspicious(r);
    Finding finding{
        .confidence = sure ? Confidence::likely : Confidence::possible,
        .explanation = fmt::format("{} aborted the connection from its own side: the reset carries "
                                   "its next sequence number, as a living socket sends it.",
                                   sender(r)),
        .advice = fmt::format("Look in the application's logs on {} at this time for an abort, a "
                              "kill or a close with SO_LINGER 0.",
                              r.own_endpoint().address.text()),
        .evidence = {},
    };
    if (r.own().last)
        finding.evidence.push_back({r.own().last->frame, "the sender's last segment before"});
    if (const std::uint32_t repeats = retransmissions(r); repeats > 0)
        finding.explanation += fmt::format(" It had sent frame {} again {} without an "
                                           "acknowledgement and gave up.",
                                           oldest_unacknowledged(r)->first.frame, times(repeats));
    if (stalled)
        finding.alternatives.push_back(Cause::zero_window_timeout);
    if (peer_spoke_last(r))
        finding.alternatives.push_back(Cause::unread_data);
    return finding;
}

}  // namespace rstcause
