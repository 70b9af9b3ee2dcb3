// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/form_facts.h"
#include "facts/port.h"
#include "facts/stack.h"
#include "facts/words.h"
#include "wire/threshold.h"

namespace rstcause {

namespace {

/// A connection older than the capture only shows that the port listened once.
Fact seen_accepting(const Case& c)
{
    const auto& accepted = c.service_then.last_accept;
    return known(c.service_then.accepts > 0, accepted ? accepted->frame : 0);
}

// Runs of refusals after accepted connections, from which on the service may refuse a part of its clients.
const Threshold<std::uint32_t> kOutages{"service_stopped.outages", 2};

void weigh(const Case& c, Bearings& b)
{
    b.needs(refuses_a_syn(c), "the reset answers a SYN", "the reset answers no SYN");
    b.needs(accepted_before(c), "the port had accepted a connection before",
            "in all the time before that the capture shows, the port accepted nobody");
    b.excluded_by(accepts_and_refuses_in_turns(c), "accepted and refused connections take turns");
    b.supports(seen_accepting(c), Weight::proof, "the service still accepted");
    b.doubts(known(c.now.service.outages >= kOutages()), Weight::hint,
             "it had accepted and refused before: it may refuse a part of its clients");
}

Story tell(const Case& c)
{
    const Fact accepted = accepted_before(c);
    Story story{
        .headline = fmt::format("{} has stopped listening", sender(c)),
        .details = accepted.yes() ? fmt::format("it served a connection {} earlier (frame {}) and now "
                                                "refuses",
                                                text(accepted.span), accepted.frame)
                                  : "it refuses connections",
        .advice = fmt::format("Look in the logs of the service on port {} for a stop, crash or "
                              "restart at the time of frame {} ({}).",
                              c.own_endpoint().port, c.rst.frame, system_log(c)),
        .evidence = trigger_evidence(c)};
    const auto& back = c.now.service.resumed;
    if (back && back->frame > c.rst.frame) {
        story.details += fmt::format(". It accepts again {} later (frame {})",
                                     text(back->time - c.rst.time), back->frame);
        story.evidence.push_back({back->frame, "SYN-ACK: the service accepts again"});
    }
    return story;
}

}  // namespace

/// A service that accepted earlier in the capture does not listen any more.
///
/// Wire: a refusal as for `not_listening`, from an endpoint that accepted before. When it
/// accepts again after one contiguous run of refusals, it was down and came back.
/// Mistaken for: `refused_while_listening`, where accepted and refused connections alternate.
/// Next: Look in the service's log for a stop, crash or restart at that time.
/// Source: RFC 9293 §3.10.7.1.
const CauseRule service_stopped{weigh, tell};

}  // namespace rstcause
