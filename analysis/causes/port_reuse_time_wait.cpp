// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

/// The old connection's next sequence number in the direction of the new SYN.
bool sequence_is_not_above(const Reset& r, Side opener)
{
    const auto& old = r.before.predecessor->next[index(opener)];
    return old && !before(*old, r.before.half(opener).syn->seq);
}

}  // namespace

/// A client used the same addresses and ports again while the server still remembered the old
/// connection.
///
/// Wire: a SYN on the 4-tuple of a closed connection, within TIME_WAIT; the server answers with
/// the old connection's ACK and the client resets that, or the server resets the SYN itself.
/// Mistaken for: `syn_conflict`, where the old connection was never closed; a reuse with a higher
/// sequence number or timestamp, which is accepted.
/// Sure: likely, when the earlier connection is in the capture.
/// Next: Let the client choose another source port or keep connections open; keep `tcp_timestamps`
/// on.
/// Source: RFC 9293 §3.10.7.4 (TIME-WAIT), RFC 6191; Linux tcp_timewait_state_process.
std::optional<Finding> port_reuse_time_wait(const Reset& r)
{
    const auto& old = r.before.predecessor;
    const auto opener = r.before.client();
    if (!old || !old->first_close || !opener || !r.before.half(*opener).syn)
        return std::nullopt;
    const Time pause = r.before.half(*opener).syn->time - old->last.time;
    const bool by_ack = meets_a_foreign_ack(r);
    const bool by_reset = answers_a_syn(r) && sequence_is_not_above(r, *opener);
    if (pause > r.settings.time_wait || (!by_ack && !by_reset))
        return std::nullopt;

    Finding finding{
        .confidence = Confidence::likely,
        .explanation = fmt::format("{} used its port again {} after the earlier connection of "
                                   "these addresses and ports had ended in frame {}, which the "
                                   "server still remembered (TIME_WAIT).",
                                   r.before.endpoint(*opener).text(), text(pause),
                                   old->last.frame),
        .advice = "Let the client keep connections open or choose among more source ports "
                  "(ip_local_port_range on Linux, netsh int ipv4 set dynamicport on Windows); a "
                  "NAT with few ports does the same. Timestamps (tcp_timestamps) make early reuse "
                  "safe.",
        .evidence = trigger_evidence(r),
        .alternatives = {by_ack ? Cause::syn_conflict : Cause::not_listening},
    };
    finding.evidence.push_back({old->first_close->frame, "the earlier connection was closed"});
    return finding;
}

}  // namespace rstcause
