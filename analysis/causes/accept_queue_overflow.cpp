// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/closing.h"
#include "facts/opening.h"
#include "facts/words.h"

namespace rstcause {

namespace {

void weigh(const Case& c, Bearings& b)
{
    b.needs(server_resets_at_once(c), "a server resets what it had just answered by SYN-ACK",
            "the server had spoken before, or did not reset at once");
    b.supports(server_resets_at_once(c), Weight::proof,
               "it answers the first thing that came after the SYN-ACK");
    for (Cause rival : {Cause::half_open, Cause::retransmission_timeout, Cause::idle_timeout})
        b.rules_out(rival, server_resets_at_once(c),
                    "the server had not yet said a word on the connection");
    b.supports(known(c.now.service.last_accept && c.now.service.last_accept->frame > c.rst.frame,
                     c.now.service.last_accept ? c.now.service.last_accept->frame : 0),
               Weight::hint, "the service goes on accepting");
    b.excluded_by(peer_had_closed(c), "the client had closed");
}

Story tell(const Case& c)
{
    Story story{
        .headline = fmt::format("The accept queue of {} was full", sender(c)),
        .details = "it answered the SYN, then reset the connection the moment the client completed it, "
                   "without a word of its own",
        .advice = fmt::format("See on the server whether ListenOverflows grows (nstat -az "
                              "TcpExtListenOverflows) and port {}'s queue is full (ss -ltn); raise "
                              "the listen() backlog and net.core.somaxconn, or let the service "
                              "accept faster. With tcp_abort_on_overflow 0 it would keep the "
                              "client waiting instead.",
                              c.own_endpoint().port),
        .evidence = trigger_evidence(c)};
    story.evidence.push_back({c.own().syn->frame, "SYN-ACK: the server's only other word"});
    return story;
}

}  // namespace

/// The server had no room in its accept queue and reset the connection that was just opening.
///
/// Wire: SYN-ACK, then a reset without ACK flag in answer to the client's handshake ACK or first
/// data, from a server that has said nothing else. Needs tcp_abort_on_overflow on Linux; without
/// it the server stays silent.
/// Mistaken for: an application that accepts and aborts at once (RST with ACK flag);
/// `half_open`, where the reset answers a later segment.
/// Next: See whether ListenOverflows grows (`nstat -az TcpExtListenOverflows`); raise the listen()
/// backlog and `net.core.somaxconn`, or let the service accept faster.
/// Source: Linux tcp_check_req, listen_overflow.
const CauseRule accept_queue_overflow{weigh, tell};

}  // namespace rstcause
