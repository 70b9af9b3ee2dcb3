// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/form_facts.h"
#include "facts/opening.h"
#include "facts/port.h"
#include "facts/stack.h"
#include "facts/words.h"

namespace rstcause {

namespace {

void add_what_came_later(const Case& c, Story& story)
{
    const Fact later_on = accepts_later(c);
    if (!later_on.yes())
        return;
    story.details += fmt::format(". It accepts {} later: it had not started yet", text(later_on.span));
    story.evidence.push_back({later_on.frame, "SYN-ACK: the service accepts now"});
}

void weigh(const Case& c, Bearings& b)
{
    b.needs(refuses_a_syn(c), "the reset answers a SYN", "the reset answers no SYN");
    b.excluded_by(accepted_before(c), "the port had accepted a connection before");
    b.excluded_by(both(sequence_number_not_above(c), both(earlier_connection_closed(c), within_time_wait(c))),
                  "the SYN uses the ports of a connection that had just ended");
    b.supports(capture_begins_with_an_attempt(c), Weight::sign, "the capture begins with an attempt at this port");
    b.supports(refuses_a_syn(c), Weight::sign, "the reset is what a host sends where nobody listens");
    b.supports(refused_every_time(c), Weight::hint, "all {count} attempts at this port were refused");
    b.supports(watched_long_enough(c), Weight::sign,
               "nobody was accepted in the {span} before that the capture shows");
    b.rules_out(Cause::firewall_reject, labelled_by_a_kernel(c),
                "a kernel's flow label, which no reject rule sets");
    b.rules_out(Cause::service_stopped, !accepted_before(c),
                "in all the time before it, the port accepted nobody");
    b.doubts(answered_faster_than_the_host(c), Weight::sign, "it came sooner than this host answers");
}

Story tell(const Case& c)
{
    Story story{
        .headline = fmt::format("Nothing listens on {}", sender(c)),
        .details = c.trigger ? fmt::format("the connection was refused {} after the SYN",
                                           text(*response_time(c)))
                             : "the connection was refused",
        .advice = fmt::format("Start the service that belongs on {}, or correct the client's "
                              "target; {} on {} shows what listens, and at which addresses.",
                              c.own_endpoint().text(), listeners(c), c.own_endpoint().address.text()),
        .evidence = trigger_evidence(c)};
    add_what_came_later(c, story);
    return story;
}

}  // namespace

/// The SYN reached a host on which nothing listens at that address and port.
///
/// Wire: RST,ACK that acknowledges exactly the SYN, from an endpoint not seen accepting before.
/// Mistaken for: a firewall that rejects with a reset (the same packet on IPv4); a service that
/// has stopped (it accepted earlier); one that refuses some (it accepts others).
/// Next: Start the service, or correct the address and port (`ss -ltn` shows what listens).
/// Source: RFC 9293 §3.10.7.1; Linux tcp_v4_rcv, no_tcp_socket.
const CauseRule not_listening{weigh, tell};

}  // namespace rstcause
