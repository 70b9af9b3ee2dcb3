// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

/// Runs of refusals, each begun after an accept, from which on a service that is down and up
/// again so often is less believable than one that refuses a part of its clients.
constexpr std::uint32_t kRunsOfALimit = 2;

}  // namespace

/// A service refuses some connections while it accepts others.
///
/// Wire: a refusal as for `not_listening`; the endpoint accepted before and accepts after, and
/// accepted and refused connections alternate. Windows refuses so when the backlog is full; a
/// rate-limiting reject rule and a connection limit do the same.
/// Mistaken for: `service_stopped`, where the refusals form one contiguous run.
/// Sure: likely.
/// Next: Look for a full backlog (`somaxconn`, the listen() backlog), a connection limit, or a
/// rate-limiting rule.
/// Source: RFC 9293 §3.10.7.1; Windows, listen() backlog.
std::optional<Finding> refused_while_listening(const Reset& r)
{
    const auto& before = r.service_then.last_accept;
    const auto& after = r.now.service.last_accept;
    if (!answers_a_syn(r) || !before || r.now.service.outages < kRunsOfALimit)
        return std::nullopt;
    const bool accepts_after = after && after->frame > r.rst.frame;
    if (!accepts_after && r.now.service.outages == kRunsOfALimit)
        return std::nullopt;

    Finding finding{
        .confidence = Confidence::likely,
        .explanation = fmt::format("{} refuses this connection but accepts others: {} accepted and "
                                   "{} refused in this capture, in turns.",
                                   sender(r), r.now.service.accepts,
                                   r.now.service.refusals),
        .advice = fmt::format("Look for a full backlog, a connection limit or a rate-limiting "
                              "rule for port {}: listen() backlog (Windows refuses when it is "
                              "full), the service's own limit, nft or iptables limits.",
                              r.own_endpoint().port),
        .evidence = trigger_evidence(r),
        .alternatives = {Cause::service_stopped, Cause::firewall_reject},
    };
    finding.evidence.push_back({before->frame, "SYN-ACK: accepted before"});
    if (accepts_after)
        finding.evidence.push_back({after->frame, "SYN-ACK: accepted after"});
    return finding;
}

}  // namespace rstcause
