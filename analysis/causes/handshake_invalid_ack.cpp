// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

/// A SYN-ACK that answers no SYN of the capture, or another one.
bool answers_stray_syn_ack(const Reset& r)
{
    return passive_form(r) && r.trigger && r.trigger->flags.syn() && r.trigger->flags.ack()
        && (!r.own().syn || r.rst.seq != r.own().syn->seq + 1);
}

}  // namespace

/// During the handshake a segment acknowledged what was never sent.
///
/// Wire: a reset without ACK flag in answer to an ACK or SYN-ACK with a wrong acknowledgement
/// number, while its sender is opening the connection, or has not opened one at all.
/// Mistaken for: `syn_conflict` and `port_reuse_time_wait`, where the 4-tuple has a history;
/// backscatter of a spoofed SYN, where the capture holds no SYN.
/// Sure: likely; possible when the capture holds no SYN.
/// Next: Look for an older connection on the same ports, a SYN proxy, or spoofed packets; start
/// the capture earlier.
/// Source: RFC 9293 §3.10.7.3, §3.10.7.4.
std::optional<Finding> handshake_invalid_ack(const Reset& r)
{
    if (!refuses_a_wrong_ack(r) && !answers_stray_syn_ack(r))
        return std::nullopt;
    const bool unasked = !r.own().syn;
    Finding finding{
        .confidence = unasked ? Confidence::possible : Confidence::likely,
        .explanation = unasked
            ? fmt::format("{} got a SYN-ACK (frame {}) for a connection that it did not open in "
                          "this capture.",
                          sender(r), r.trigger->frame)
            : fmt::format("Frame {} acknowledges a sequence number that {} had never sent, while "
                          "the connection was being opened.",
                          r.trigger->frame, sender(r)),
        .advice = "Look for an older connection on the same ports, a SYN proxy or cookie on the "
                  "way, or spoofed packets; a capture that starts earlier settles it.",
        .evidence = trigger_evidence(r),
        .alternatives = {Cause::syn_conflict, Cause::port_reuse_time_wait},
    };
    if (r.aftermath.healed)
        finding.impact = Impact::normal;
    return finding;
}

}  // namespace rstcause
