// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

constexpr std::uint32_t kManyProbes = 3;

/// A segment without SYN and ACK starts no connection and belongs to none (RFC 9293 §3.10.7.1).
bool answers_a_probe_without_ack(const Reset& r)
{
    return r.rst.ack && r.trigger && !r.trigger->flags.syn() && !r.trigger->flags.ack();
}

bool is_ack_probe(const Reset& r)
{
    return passive_form(r) && is_stray(r) && r.trigger->length == 0
        && r.now.peer_host.probed >= kManyProbes;
}

/// The SYN-ACK is right but for its timestamp echo: it names no time at which a SYN was sent
/// (RFC 7323 §3.2; Linux tcp_rcv_synsent_state_process).
bool echoes_a_wrong_timestamp(const Reset& r)
{
    const auto& first = r.own().first_syn_timestamp;
    const auto& last = r.own().last_syn_timestamp;
    if (!client_refuses_syn_ack(r) || !first || !last || !r.trigger->echo)
        return false;
    return before(Seq(*r.trigger->echo), Seq(*first)) || before(Seq(*last), Seq(*r.trigger->echo));
}

Finding probe_without_ack(const Reset& r)
{
    return {.confidence = Confidence::certain,
            .explanation = fmt::format("Frame {} carries neither SYN nor ACK, which no TCP sends: "
                                       "a probe, and {} answered it as a closed port does.",
                                       r.trigger->frame, sender(r))};
}

Finding ack_probe(const Reset& r)
{
    return {.confidence = Confidence::likely,
            .explanation = fmt::format("Frame {} is a lone ACK of {}, which probes many ports: a "
                                       "scan.",
                                       r.trigger->frame, r.peer_endpoint().address.text()),
            .alternatives = {Cause::half_open}};
}

Finding wrong_timestamp(const Reset& r)
{
    return {.confidence = Confidence::likely,
            .explanation = fmt::format("The SYN-ACK in frame {} echoes a timestamp that {} had not "
                                       "sent, so it was taken for one of another connection.",
                                       r.trigger->frame, sender(r)),
            .advice = "Look for a device that rewrites TCP timestamps, or a SYN-ACK of an older "
                      "attempt.",
            .alternatives = {Cause::connect_cancelled}};
}

}  // namespace

/// A segment that fits no connection was answered: wrong flags, or a scan.
///
/// Wire: a reset in answer to a FIN, NULL or Xmas probe (no SYN, no ACK), or to a lone ACK of a
/// source that probes many ports; or in answer to a SYN-ACK that echoes a timestamp which its SYN
/// never carried (PAWS).
/// Mistaken for: `half_open`, where the segment belonged to a connection.
/// Sure: certain for probes without ACK, likely for a scan with ACKs.
/// Next: Find out who runs the source.
/// Source: RFC 9293 §3.10.7.1; RFC 7323 §3.2; nmap(1), -sF, -sN, -sX, -sA.
std::optional<Finding> protocol_violation(const Reset& r)
{
    std::optional<Finding> finding;
    if (answers_a_probe_without_ack(r))
        finding = probe_without_ack(r);
    else if (is_ack_probe(r))
        finding = ack_probe(r);
    else if (echoes_a_wrong_timestamp(r))
        finding = wrong_timestamp(r);
    if (!finding)
        return std::nullopt;
    if (finding->advice.empty())
        finding->advice = fmt::format("Find out who runs {}: a scanner sends such segments.",
                                      r.peer_endpoint().address.text());
    finding->evidence = trigger_evidence(r);
    return finding;
}

}  // namespace rstcause
