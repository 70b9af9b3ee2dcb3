// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/closing.h"
#include "facts/exchange.h"
#include "facts/form_facts.h"
#include "facts/stack.h"
#include "facts/words.h"

namespace rstcause {

namespace {

/// The service's end; or a client's that closes some connections by FIN and others not, or cuts off
/// several servers at once, this one in mid-exchange or long after that had closed. (A client that has
/// had its answers drops its pool; one that drops what it has just used together with what has long been idle, ends.)
Fact of_a_process(const Case& c)
{
    const auto client = c.before.client();
    if (!client)
        return not_known(Gap::before);
    const Fact satisfied = both(all_acknowledged(c), either(client_had_its_answer(c), nothing_was_said(c)));
    const Fact neglected = both(peer_had_closed(c), !peer_had_just_closed(c));
    return either(either(known(*client != c.sender, c.rst.frame), some_ended_by_fin(c)),
                  either(both(several_peers_were_cut(c), either(!satisfied, neglected)),
                         a_programs_connections_were_cut(c)));
}

void weigh(const Case& c, Bearings& b)
{
    b.needs(sent_by_a_living_socket(c), "a living socket sent it", "no living socket sent it");
    b.needs(of_a_process(c), "it comes from a service's end, or from a client of several servers",
            "a client ended its connections to one server");
    b.needs(either(refuses_since(c), both(ended_with_others(c), silences_of_different_lengths(c))),
            "more than this connection ended: others with it, or the service refuses since",
            "nothing but this connection ended");
    b.excluded_by(had_reset_before(c), "its sender had reset the connection before");
    b.excluded_by(peer_had_just_closed(c), "the peer had closed just before: many hosts reset then by habit");
    b.supports(ended_with_others(c), Weight::hint, "{count} connections ended within {span}");
    b.supports(silences_of_different_lengths(c), Weight::sign,
               "their last words had come up to {span} apart: no client brought that about");
    b.supports(some_ended_by_fin(c), Weight::hint, "{count} of them by FIN, as a dying process closes");
    b.supports(both(several_peers_were_cut(c), ended_with_others(c)), Weight::hint,
               "connections with several hosts were cut at once");
    b.supports(a_programs_connections_were_cut(c), Weight::hint, "some of the {count} were in use, and some long idle");
    b.supports(refuses_since(c), Weight::proof, "the service refuses connections {span} later");
    b.doubts(others_live_on(c), Weight::sign, "an older connection of the same endpoint lives on");
    b.doubts(accepts_since(c), Weight::sign, "the service goes on accepting");
    for (Cause rival : {Cause::unread_data, Cause::application_abort, Cause::fast_close})
        b.rules_out(rival, both(refuses_since(c), ended_with_others(c)),
                    "others ended with it, and the service refuses since");
}

Story tell(const Case& c)
{
    const Fact others = ended_with_others(c);
    const Fact refusal = refuses_since(c);
    return {.headline = sent_by_client(c)
                ? fmt::format("A program on {} ended", c.own_endpoint().address.text())
                : fmt::format("The process behind {} stopped", sender(c)),
            .details = others.yes()
                ? fmt::format("{} connections ended within {}, {} of them by reset{}", others.count,
                              text(others.span), c.now.burst->resets,
                              refusal.yes() ? ", and it refuses connections since" : "")
                : refusal.yes() ? fmt::format("it refuses connections since (frame {}, {} later)",
                                              refusal.frame, text(refusal.span))
                                : "",
            .advice = fmt::format("Look for a crash, kill or restart of the {} on {} at this time (its log; {}).",
                                  sent_by_client(c) ? "program" : "service",
                                  sent_by_client(c) ? c.own_endpoint().address.text() : sender(c),
                                  system_log(c))};
}

}  // namespace

/// The process behind the endpoint crashed, was killed or restarted.
///
/// Wire: several connections of one endpoint end within milliseconds: FIN on the quiet ones, a
/// reset with ACK flag where data was unread or the connection not yet accepted; often refusals
/// follow.
/// Mistaken for: a client that drops its pool (`fast_close`); single aborts.
/// Next: Look for a crash, kill or restart of the service at that time.
/// Source: Linux tcp_close, inet_csk_listen_stop.
const CauseRule process_exit{weigh, tell};

}  // namespace rstcause
