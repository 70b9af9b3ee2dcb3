// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "../words.h"
#include "causes.h"

namespace rstcause {

namespace {

constexpr std::uint32_t kManyProbes = 3;

/// A segment without SYN and ACK starts no connection and belongs to none (RFC 9293 §3.10.7.1).
bool answers_a_probe_without_ack(const Reset& r)
{
    return r.rst.ack && r.trigger && !r.trigger->flags.syn() && !r.trigger->flags.ack();
}

/// The client resets a SYN-ACK that acknowledges its SYN rightly: then the rest of it was wrong.
bool is_ack_probe(const Reset& r)
{
    return passive_form(r) && r.trigger && !r.own().first && r.peer().first
        && r.peer().first->frame == r.trigger->frame && r.trigger->length == 0
        && r.now.peer_host.probed >= kManyProbes;
}

}  // namespace

/// A segment that fits no connection was answered: wrong flags, or a scan.
///
/// Wire: a reset in answer to a FIN, NULL or Xmas probe (no SYN, no ACK), or to a lone ACK of a
/// source that probes many ports.
/// Mistaken for: `half_open`, where the segment belonged to a connection.
/// Source: RFC 9293 §3.10.7.1; nmap(1), -sF, -sN, -sX, -sA.
std::optional<Finding> protocol_violation(const Reset& r)
{
    const bool no_ack = answers_a_probe_without_ack(r);
    if (!no_ack && !is_ack_probe(r))
        return std::nullopt;
    return Finding{
        .confidence = no_ack ? Confidence::certain : Confidence::likely,
        .explanation = no_ack
            ? fmt::format("Frame {} carries neither SYN nor ACK, which no TCP sends: a probe, and "
                          "{} answered it as a closed port does.",
                          r.trigger->frame, r.own_endpoint().text())
            : fmt::format("Frame {} is a lone ACK of {}, which probes many ports: a scan.",
                          r.trigger->frame, r.peer_endpoint().address.text()),
        .advice = fmt::format("Find out who runs {}: a scanner sends such segments.",
                              r.peer_endpoint().address.text()),
        .evidence = trigger_evidence(r),
        .alternatives = no_ack ? std::vector<Cause>{} : std::vector{Cause::half_open},
    };
}

}  // namespace rstcause
