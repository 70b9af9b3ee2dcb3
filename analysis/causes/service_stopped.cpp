// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

/// A service that accepted earlier in the capture does not listen any more.
///
/// Wire: a refusal as for `not_listening`, from an endpoint that accepted before. When it
/// accepts again after one contiguous run of refusals, it was down and came back.
/// Mistaken for: `refused_while_listening`, where accepted and refused connections alternate.
/// Sure: likely.
/// Next: Look in the service's log for a stop, crash or restart at that time.
/// Source: RFC 9293 §3.10.7.1.
std::optional<Finding> service_stopped(const Reset& r)
{
    const auto& accepted = r.service_then.last_accept;
    if (!answers_a_syn(r) || !accepted)
        return std::nullopt;

    Finding finding{
        // A connection older than the capture only shows that it listened once.
        .confidence = r.service_then.accepts > 0 ? Confidence::likely : Confidence::possible,
        .explanation = fmt::format("{} served a connection {} earlier (frame {}) and now refuses:"
                                   " the service has stopped listening.",
                                   sender(r), text(r.rst.time - accepted->time),
                                   accepted->frame),
        .advice = fmt::format("Look in the logs of the service on port {} for a stop, crash or "
                              "restart at the time of frame {}.",
                              r.own_endpoint().port, r.rst.frame),
        .evidence = trigger_evidence(r),
        .alternatives = {Cause::refused_while_listening, Cause::firewall_reject},
    };
    finding.evidence.push_back({accepted->frame, "the service still accepted"});
    const auto& back = r.now.service.resumed;
    if (back && back->frame > r.rst.frame) {
        finding.explanation += fmt::format(" It accepts again {} later (frame {}).",
                                           text(back->time - r.rst.time), back->frame);
        finding.evidence.push_back({back->frame, "SYN-ACK: the service accepts again"});
    }
    return finding;
}

}  // namespace rstcause
