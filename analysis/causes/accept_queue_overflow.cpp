// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

/// The reset comes on the first thing the client says after the SYN-ACK; a later word of the
/// client points to lost state instead.
constexpr Time kDirectly = 1s;

}  // namespace

/// The server had no room in its accept queue and reset the connection that was just opening.
///
/// Wire: SYN-ACK, then a reset without ACK flag in answer to the client's handshake ACK or first
/// data, from a server that has said nothing else. Needs tcp_abort_on_overflow on Linux; without
/// it the server stays silent.
/// Mistaken for: an application that accepts and aborts at once (RST with ACK flag);
/// `half_open`, where the reset answers a later segment.
/// Sure: likely.
/// Next: See whether ListenOverflows grows (`nstat -az TcpExtListenOverflows`); raise the listen()
/// backlog and `net.core.somaxconn`, or let the service accept faster.
/// Source: Linux tcp_check_req, listen_overflow.
std::optional<Finding> accept_queue_overflow(const Reset& r)
{
    const HalfConnection& server = r.own();
    if (!passive_form(r) || !server.syn || !server.opened_passively || server.spoke_after_syn)
        return std::nullopt;
    if (!r.trigger || r.rst.seq != server.syn->seq + 1 || server.rst || r.peer().rst)
        return std::nullopt;
    if (r.trigger->silence > kDirectly || *response_time(r) > kDirectly)
        return std::nullopt;

    Finding finding{
        .confidence = Confidence::likely,
        .explanation = fmt::format("{} answered the SYN, then reset the connection the moment the "
                                   "client completed it, without a word of its own: its accept "
                                   "queue was full.",
                                   sender(r)),
        .advice = fmt::format("See on the server whether ListenOverflows grows (nstat -az "
                              "TcpExtListenOverflows) and port {}'s queue is full (ss -ltn); raise "
                              "the listen() backlog and net.core.somaxconn, or let the service "
                              "accept faster. With tcp_abort_on_overflow 0 it would keep the "
                              "client waiting instead.",
                              r.own_endpoint().port),
        .evidence = trigger_evidence(r),
        .alternatives = {Cause::service_stopped, Cause::firewall_reject},
    };
    finding.evidence.push_back({server.syn->frame, "SYN-ACK: the server's only other word"});
    return finding;
}

}  // namespace rstcause
