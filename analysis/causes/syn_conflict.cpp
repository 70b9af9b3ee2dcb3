// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

/// A SYN met a connection that the server still holds open on the same addresses and ports.
///
/// Wire: a SYN on the 4-tuple of a connection that was not closed; the server answers with that
/// connection's ACK (a challenge), and the new client resets it. The next SYN succeeds.
/// Mistaken for: `port_reuse_time_wait`, where the old connection was closed.
/// Sure: likely, when the earlier connection is in the capture.
/// Next: Look for a client that restarted without closing, or two clients behind one NAT address
/// and port.
/// Source: RFC 9293 §3.5.1 (figure 9), RFC 5961 §4.2.
std::optional<Finding> syn_conflict(const Reset& r)
{
    const auto& old = r.before.predecessor;
    if (!meets_a_foreign_ack(r) || !old || old->first_close)
        return std::nullopt;
    Finding finding{
        .confidence = Confidence::likely,
        .explanation = fmt::format("{} opened a connection on addresses and ports on which {} "
                                   "still held an earlier one (last seen in frame {}); the reset "
                                   "clears that one away.",
                                   sender(r), receiver(r),
                                   old->last.frame),
        .advice = "Look for a client that restarted without closing, or two clients behind one "
                  "NAT address and port.",
        .evidence = trigger_evidence(r),
        .alternatives = {Cause::port_reuse_time_wait},
    };
    finding.evidence.push_back({old->last.frame, "the earlier connection, never closed"});
    return finding;
}

}  // namespace rstcause
