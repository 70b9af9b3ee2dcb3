// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

/// Connections ended in one instant, from which on it is no chance.
constexpr std::uint32_t kTogether = 3;

}  // namespace

/// The process behind the endpoint crashed, was killed or restarted.
///
/// Wire: several connections of one endpoint end within milliseconds: FIN on the quiet ones, a
/// reset with ACK flag where data was unread or the connection not yet accepted; often refusals
/// follow.
/// Mistaken for: a client that drops its pool (`fast_close`); single aborts.
/// Sure: likely; possible when the service goes on accepting.
/// Next: Look for a crash, kill or restart of the service at that time.
/// Source: Linux tcp_close, inet_csk_listen_stop.
std::optional<Finding> process_exit(const Reset& r)
{
    const auto client = r.before.client();
    const auto& burst = r.now.burst;
    if (!active_form(r) || r.own().rst || !burst || !client || *client == r.sender)
        return std::nullopt;
    if (burst->resets < 2 || burst->resets + burst->closes < kTogether)
        return std::nullopt;

    const Service& service = r.now.service;
    const bool refuses_now = service.last_refusal && service.last_refusal->frame > burst->last.frame;
    const bool goes_on = service.last_accept
        && service.last_accept->frame > burst->last.frame && !refuses_now;
    Finding finding{
        .confidence = goes_on && burst->resets < kTogether ? Confidence::possible : Confidence::likely,
        .explanation = fmt::format("{} ended {} connections within {}, {} of them by reset: its "
                                   "process stopped.",
                                   sender(r), burst->resets + burst->closes,
                                   text(burst->last.time - burst->first.time), burst->resets),
        .advice = fmt::format("Look for a crash, kill or restart of the service on {} at this "
                              "time (its log, journalctl, dmesg for an out-of-memory kill).",
                              sender(r)),
        .evidence = {{burst->first.frame, "the first of these connections to end"},
                     {burst->last.frame, "the last of them"}},
        .alternatives = {Cause::unread_data, Cause::application_abort},
    };
    if (refuses_now)
        finding.evidence.push_back({service.last_refusal->frame, "it refuses connections since"});
    return finding;
}

}  // namespace rstcause
