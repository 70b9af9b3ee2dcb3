// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/closing.h"
#include "facts/clues.h"
#include "facts/exchange.h"
#include "facts/form_facts.h"
#include "facts/idle_timers.h"
#include "facts/timers.h"
#include "facts/words.h"

namespace rstcause {

namespace {

/// The reset ends the silence itself, or answers the first segment after it.
Fact ends_the_silence(const Case& c)
{
    const Fact both_ends = known(clue_of(c, Clue::Kind::resets_to_both_ends), c.rst.frame);
    return either(either(sent_by_a_living_socket(c), answers_mid_stream(c)), both_ends);
}

Fact resent_without_success(const Case& c)
{
    return known(c.own().outstanding && c.own().outstanding->sent > 1,
                 c.own().outstanding ? c.own().outstanding->last_frame : 0);
}

std::string hint(Time idle, bool answered)
{
    const IdleTimer* timer = answered ? idle_timer_before(idle) : idle_timer_of(idle);
    if (!timer)
        return "";
    if (answered)
        return fmt::format(". By then the {} of {} had run out, if one of them is on the way",
                           text(timer->length), timer->owner);
    return fmt::format(". {} is the default of {}", text(timer->length), timer->owner);
}

void weigh(const Case& c, Bearings& b)
{
    const Fact half_closed = waited_for_the_peers_fin(c);
    const Fact unseen = silent_since_capture_began(c);
    b.needs(either(either(either(long_silence(c), half_closed), either(unusual_silence(c), same_silence_elsewhere(c))),
                   unseen),
            "it follows a silence of {span}", "the silence before it was ordinary ({span})");
    b.needs(ends_the_silence(c), "it ends the silence, or answers what ended it",
            "it neither aborts nor answers a segment of an open connection");
    b.excluded_by(both(closed_before(c), !half_closed), "the connection had been closed before");
    b.excluded_by(peer_had_closed(c), "the peer had closed");
    b.excluded_by(peer_had_stopped_reading(c), "the peer had stopped reading");
    b.excluded_by(resent_without_success(c), "its sender was still sending the same segment again");
    b.excluded_by(probes_unanswered(c), "keep-alive probes went unanswered");
    b.supports(half_closed, Weight::sign, "for {span} after its FIN the peer had not closed");
    b.supports(long_silence(c), Weight::sign, "silence of {span}");
    b.supports(unusual_silence(c), Weight::sign, "{span} of silence, many times any pause before");
    b.supports(unseen, Weight::proof, "it had been silent since the capture began, for {span} at least");
    b.supports(same_silence_elsewhere(c), Weight::proof,
               "{count} connections were reset after the same silence of {span}, at different times");
    b.supports(silence_of_a_known_timer(c), Weight::hint, "{span} is a well-known idle timer");
    for (Cause rival : {Cause::application_abort, Cause::fast_close, Cause::unread_data, Cause::process_exit})
        b.rules_out(rival, same_silence_elsewhere(c),
                    "{count} connections were reset after the same silence, at different times");
    const Fact obeyed = known(!sender_goes_on_after_it(c).yes(), c.rst.frame);
    b.rules_out(Cause::injected, either(long_silence(c), both(unusual_silence(c), obeyed)),
                "nobody forges after {span} of silence");
    b.rules_out(Cause::half_open, both(long_silence(c), answers_mid_stream(c)),
                "the silence of {span} explains the loss");
}

/// What its own client ends, nobody need keep alive.
std::string advice(const Case& c, Time idle)
{
    if (aborts(c) && c.before.client() == c.sender && !is_suspicious(c) && !has_strong_clue(c))
        return fmt::format("Nothing to do unless something was still expected: {} itself ends connections that "
                           "it has not used for a while.",
                           c.own_endpoint().address.text());
    const bool measured = !silent_since_capture_began(c).yes();
    return fmt::format("{} with the idle timers on the way (NAT, load balancer, "
                       "firewall, service), and send keep-alives more often than the "
                       "shortest (tcp_keepalive_time on Linux, KeepAliveTime on Windows).",
                       measured ? "Compare " + text(idle)
                                : std::string("Capture from before the connection's last word on, to measure its "
                                              "silence; compare that"));
}

Story tell(const Case& c)
{
    const Fact unseen = silent_since_capture_began(c);
    const Time idle = unseen.yes() ? unseen.span : idle_before(c);
    const bool answered = answers_mid_stream(c).yes();
    Story story{
        .headline = fmt::format("The connection was silent for {}{}", text(idle), unseen.yes() ? " at least" : ""),
        .details = answered
            ? fmt::format("the first segment after that was reset, as {} or a device on the way no "
                          "longer knew the connection",
                          sender(c))
            : fmt::format("{} reset it then, as an idle timer does", sender(c)),
        .advice = advice(c, idle),
        .evidence = trigger_evidence(c),
        .origin = !c.clues.empty() ? std::optional(Origin::network) : std::nullopt};
    if (!unseen.yes())
        story.details += hint(idle, answered);
    return story;
}

}  // namespace

/// The connection was silent for too long and something gave it up: a NAT, a balancer or a
/// firewall dropped its state, or an application's idle timer ran out.
///
/// Wire: a silence of at least the threshold (preference), keep-alives aside, then a reset out
/// of the blue, or the first segment after the silence is reset; no close was seen before.
/// Mistaken for: `half_open`, the same without silence; a timeout of retransmissions or
/// keep-alive probes.
/// Next: Compare the silence with the idle timers on the way (NAT, balancer, firewall, service);
/// send keep-alives more often than the shortest (`tcp_keepalive_time`).
/// Source: RFC 5382 REQ-5 (NAT), RFC 9293 §3.5.1.
const CauseRule idle_timeout{weigh, tell};

}  // namespace rstcause
