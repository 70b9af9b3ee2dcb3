// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/form_facts.h"
#include "facts/port.h"
#include "facts/words.h"

namespace rstcause {

namespace {

void weigh(const Case& c, Bearings& b)
{
    b.needs(refuses_a_syn(c), "the reset answers a SYN", "the reset answers no SYN");
    b.needs(accepted_before(c), "the port accepted a connection before",
            "the port had accepted nobody before");
    b.needs(accepts_and_refuses_in_turns(c), "accepted and refused connections take turns",
            "the refusals are one run");
    b.supports(accepts_and_refuses_in_turns(c), Weight::proof,
               "it refused {count} connections and accepted others in between");
    b.rules_out(Cause::firewall_reject,
                both(accepts_and_refuses_in_turns(c), known(hops_nearer(c) == 0)),
                "from the host itself, and in turns with accepted ones: a limit");
}

Story tell(const Case& c)
{
    const Service& service = c.now.service;
    const auto& before = c.service_then.last_accept;
    Story story{
        .headline = fmt::format("{} refuses this connection but accepts others", sender(c)),
        .details = fmt::format("{} accepted and {} refused in this capture, in turns",
                               service.accepts, service.refusals),
        .advice = fmt::format("Look for a full backlog, a connection limit or a rate-limiting "
                              "rule for port {}: listen() backlog (Windows refuses when it is "
                              "full), the service's own limit, nft or iptables limits.",
                              c.own_endpoint().port),
        .evidence = trigger_evidence(c)};
    if (before)
        story.evidence.push_back({before->frame, "SYN-ACK: accepted before"});
    if (const Fact after = accepts_later(c); after.yes())
        story.evidence.push_back({after.frame, "SYN-ACK: accepted after"});
    return story;
}

}  // namespace

/// A service refuses some connections while it accepts others.
///
/// Wire: a refusal as for `not_listening`; the endpoint accepted before and accepts after, and
/// accepted and refused connections alternate. Windows refuses so when the backlog is full; a
/// rate-limiting reject rule and a connection limit do the same.
/// Mistaken for: `service_stopped`, where the refusals form one contiguous run.
/// Next: Look for a full backlog (`somaxconn`, the listen() backlog), a connection limit, or a
/// rate-limiting rule.
/// Source: RFC 9293 §3.10.7.1; Windows, listen() backlog.
const CauseRule refused_while_listening{weigh, tell};

}  // namespace rstcause
