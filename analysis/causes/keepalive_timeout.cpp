// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

/// Probes from which on their even spacing is beyond chance.
constexpr std::uint32_t kProbesForCertainty = 3;

Confidence confidence_in(const Reset& r, const Probes& probes)
{
    if (probes.count < 2 || !one_step(r.rst.time - probes.last.time, probes.interval))
        return Confidence::possible;
    return probes.count < kProbesForCertainty ? Confidence::likely : Confidence::certain;
}

}  // namespace

/// Keep-alive probes went unanswered and the stack aborted the connection.
///
/// Wire: evenly spaced probes (sequence number one below the next, 0 or 1 byte) without any
/// answer, then an abort one interval after the last probe.
/// Mistaken for: zero-window probes, which look the same but follow a closed window; answered
/// probes before a reset, which mean an idle timer of the application; an application that
/// aborts between two probes.
/// Sure: certain from three evenly spaced probes on, likely for two, else possible.
/// Next: Find out whether the peer was down, asleep or cut off.
/// Source: RFC 9293 §3.8.4; Linux tcp_keepalive_timer.
std::optional<Finding> keepalive_timeout(const Reset& r)
{
    const Probes& probes = r.own().probes;
    const bool closed_window = r.peer().first && r.peer().window == 0;
    const bool aborts = active_form(r) || (r.own().next && r.rst.seq == *r.own().next);
    if (probes.count == 0 || closed_window || !aborts || r.own().rst)
        return std::nullopt;

    const Confidence confidence = confidence_in(r, probes);
    Finding finding{
        .confidence = confidence,
        .explanation = fmt::format("{} sent {} keep-alive probe{}, the last one {} before the "
                                   "reset, and {} answered none.",
                                   sender(r), probes.count,
                                   probes.count == 1 ? "" : "s",
                                   text(r.rst.time - probes.last.time), receiver(r)),
        .advice = fmt::format("Find out whether {} was down, asleep or cut off by then: capture "
                              "there and see whether the probes arrive. tcp_keepalive_time, _intvl "
                              "and _probes (Linux) or KeepAliveTime and KeepAliveInterval "
                              "(Windows) set them.",
                              r.peer_endpoint().address.text()),
        .evidence = {{probes.first.frame, "first unanswered keep-alive probe"}},
    };
    if (probes.count > 1)
        finding.evidence.push_back({probes.last.frame, "last unanswered keep-alive probe"});
    if (confidence != Confidence::certain)
        finding.alternatives = {Cause::application_abort};
    return finding;
}

}  // namespace rstcause
