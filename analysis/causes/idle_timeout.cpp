// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/idle_timers.h"
#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

std::string hint(Time idle, bool answered)
{
    const IdleTimer* timer = answered ? idle_timer_before(idle) : idle_timer_of(idle);
    if (!timer)
        return "";
    if (answered)
        return fmt::format(" By then the {} of {} had run out, if one of them is on the way.",
                           text(timer->length), timer->owner);
    return fmt::format(" {} is the default of {}.", text(timer->length), timer->owner);
}

}  // namespace

/// The connection was silent for too long and something gave it up: a NAT, a balancer or a
/// firewall dropped its state, or an application's idle timer ran out.
///
/// Wire: a silence of at least the threshold (preference), keep-alives aside, then a reset out
/// of the blue, or the first segment after the silence is reset; no close was seen before.
/// Mistaken for: `half_open`, the same without silence; a timeout of retransmissions or
/// keep-alive probes.
/// Sure: likely from the threshold on.
/// Next: Compare the silence with the idle timers on the way (NAT, balancer, firewall, service);
/// send keep-alives more often than the shortest (`tcp_keepalive_time`).
/// Source: RFC 5382 REQ-5 (NAT), RFC 9293 §3.5.1.
std::optional<Finding> idle_timeout(const Reset& r)
{
    const Time idle = idle_before(r);
    const bool resends = r.own().outstanding && r.own().outstanding->sent > 1;
    if (idle < r.settings.idle_threshold || earlier_close(r) || r.peer().fin || resends)
        return std::nullopt;
    if (r.own().probes.count > 0 || answers_a_syn(r))
        return std::nullopt;

    const bool answered = passive_form(r) && r.trigger;
    if (!answered && !active_form(r))
        return std::nullopt;
    Finding finding{
        .confidence = r.peer().first ? Confidence::likely : Confidence::possible,
        .explanation = answered
            ? fmt::format("The connection was silent for {}; the first segment after that was "
                          "reset: {} or a device on the way no longer knew the connection.",
                          text(idle), sender(r))
            : fmt::format("After {} of silence {} reset the connection: an idle timer ran out.",
                          text(idle), sender(r)),
        .advice = fmt::format("Compare {} with the idle timers on the way (NAT, load balancer, "
                              "firewall, service), and send keep-alives more often than the "
                              "shortest (tcp_keepalive_time on Linux, KeepAliveTime on Windows).",
                              text(idle)),
        .evidence = trigger_evidence(r),
        .alternatives = {answered ? Cause::half_open : Cause::application_abort},
        .origin = answered && hops_nearer(r) != 0 ? std::optional(Origin::network)
                                                     : std::nullopt,
    };
    finding.explanation += hint(idle, answered);
    return finding;
}

}  // namespace rstcause
