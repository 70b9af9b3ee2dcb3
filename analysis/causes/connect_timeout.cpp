// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

/// How long N retransmissions of a SYN take: timers of 1, 2, 4 … seconds (RFC 6298 §2).
Time time_of_retransmissions(std::uint32_t count)
{
    return count < 10 ? 1s * ((1 << (count + 1)) - 1) : 1000s;
}

}  // namespace

/// The client stopped waiting before the server's SYN-ACK arrived.
///
/// Wire: several SYNs, or a wait as long as several take; then the SYN-ACK comes, and the client,
/// which has closed, answers it with a reset without ACK flag.
/// Mistaken for: `connect_cancelled` (a short wait), `syn_scan`.
/// Sure: likely.
/// Next: Find out why the server answers so late: loss on the way, or a full backlog.
/// Source: RFC 9293 §3.10.7.3, RFC 6298 §2.
std::optional<Finding> connect_timeout(const Reset& r)
{
    if (!client_refuses_syn_ack(r))
        return std::nullopt;
    const std::uint32_t again = r.own().syns - 1;
    const Time waited = r.rst.time - r.own().syn->time;
    if (again < r.settings.syn_retransmissions
        && waited < time_of_retransmissions(r.settings.syn_retransmissions))
        return std::nullopt;
    return Finding{
        .confidence = Confidence::likely,
        .explanation = fmt::format("{} asked {} for a connection and stopped waiting: the answer "
                                   "in frame {} came {} after the first SYN.",
                                   sender(r), times(again + 1), r.trigger->frame,
                                   text(r.trigger->time - r.own().syn->time)),
        .advice = fmt::format("Find out why {} answers so late: packet loss on the way, or a full "
                              "backlog; capture there to tell which.",
                              receiver(r)),
        .evidence = {{r.own().syn->frame, "first SYN"}, trigger_evidence(r).front()},
        .alternatives = {Cause::connect_cancelled},
    };
}

}  // namespace rstcause
