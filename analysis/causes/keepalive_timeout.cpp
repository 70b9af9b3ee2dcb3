// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/closing.h"
#include "facts/exchange.h"
#include "facts/form_facts.h"
#include "facts/timers.h"
#include "facts/stack.h"
#include "facts/words.h"
#include "wire/threshold.h"

namespace rstcause {

namespace {

/// An abort, or a reset that takes its sender's own next number.
Fact ends_at_its_own_number(const Case& c)
{
    const Fact living = sent_by_a_living_socket(c);
    return known(living.yes() || (c.own().next && c.rst.seq == *c.own().next), c.rst.frame);
}

// Unanswered probes that show a rhythm: two give one interval, the third repeats it.
const Threshold<std::uint32_t> kRhythm{"keepalive_timeout.rhythm", 3};

/// Three evenly spaced probes, or two, are beyond chance; a reset in the rhythm is the stack's.
Fact many_even_probes(const Case& c)
{
    return known(one_step_after_the_last_probe(c).yes() && c.own().probes.count >= kRhythm(),
                 c.own().probes.last.frame);
}

void weigh(const Case& c, Bearings& b)
{
    b.needs(probes_unanswered(c), "keep-alive probes went unanswered", "no keep-alive probe went unanswered");
    b.needs(ends_at_its_own_number(c), "its sender aborts", "its sender does not abort");
    b.excluded_by(known(c.peer().first && c.peer().window == 0, c.peer().last ? c.peer().last->frame : 0),
                  "the peer's window is closed: these are window probes");
    b.excluded_by(had_reset_before(c), "its sender had reset the connection before");
    b.supports(probes_unanswered(c), Weight::sign, "{count} keep-alive probes without an answer");
    b.supports(one_step_after_the_last_probe(c), Weight::proof,
               "the reset comes one interval of the probes after the last");
    b.doubts(!one_step_after_the_last_probe(c), Weight::sign, "the reset comes out of the probes' rhythm");
    b.doubts(known(c.own().probes.count < kRhythm()), Weight::hint,
             "two probes show no rhythm for sure");
    for (Cause rival : {Cause::application_abort, Cause::fast_close, Cause::unread_data,
                        Cause::process_exit, Cause::idle_timeout})
        b.rules_out(rival, many_even_probes(c), "the reset keeps the rhythm of the unanswered probes");
}

Story tell(const Case& c)
{
    const Probes& probes = c.own().probes;
    return {.headline = fmt::format("{} did not answer keep-alive probes", receiver(c)),
            .details = fmt::format("{} sent {} probe{}, the last one {} before the reset", sender(c),
                                   probes.count, probes.count == 1 ? "" : "s",
                                   text(c.rst.time - probes.last.time)),
            .advice = fmt::format("Find out whether {} was down, asleep or cut off by then: capture "
                                  "there and see whether the probes arrive. {} set them.",
                                  c.peer_endpoint().address.text(),
                                  on_its_system(c, "tcp_keepalive_time, _intvl and _probes",
                                                "KeepAliveTime and KeepAliveInterval"))};
}

}  // namespace

/// Keep-alive probes went unanswered and the stack aborted the connection.
///
/// Wire: evenly spaced probes (sequence number one below the next, 0 or 1 byte) without any
/// answer, then an abort one interval after the last probe.
/// Mistaken for: zero-window probes, which look the same but follow a closed window; answered
/// probes before a reset, which mean an idle timer of the application; an application that
/// aborts between two probes.
/// Next: Find out whether the peer was down, asleep or cut off.
/// Source: RFC 9293 §3.8.4; Linux tcp_keepalive_timer.
const CauseRule keepalive_timeout{weigh, tell};

}  // namespace rstcause
