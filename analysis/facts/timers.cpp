// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/timers.h"

#include <algorithm>

#include "facts/idle_timers.h"
#include "facts/sender_view.h"
#include "wire/threshold.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// A stack tries this often before it may think of giving up: RFC 1122 §4.2.3.5, R1.
const Threshold<std::uint32_t> kTriesAtLeast{"timers.tries_at_least", 3};

// A pause from which on it can have run out some timer, when it is this many times any earlier one:
// applications time out after 5 s at the least (Apache's KeepAliveTimeout), and a busy
// connection's pauses vary less, by drawn traffic.
const Threshold<Time> kSomeSilence{"timers.some_silence", 5s};
const Threshold<int> kManyTimes{"timers.many_times", 5};

// Connections that ended after one silence, from which on there is a timer and no chance.
const Threshold<std::uint32_t> kOneTimer{"timers.one_timer", 2};

// From this interval on the retransmission timer may have reached its cap and no longer doubles: RFC 6298
// §2.5 allows caps of 60 s and more; half of that leaves room for stacks that cap earlier.
const Threshold<Time> kCapped{"timers.capped", 30s};

/// The longest pause of the connection before the one that ended with the reset or what it answers.
Time longest_pause_before(const Case& c)
{
    const Frame end = c.trigger ? c.trigger->frame : c.rst.frame;
    for (const Pause& pause : c.before.pauses)
        if (pause.ended_by < end)
            return pause.length;
    return Time::zero();
}

std::uint32_t repeats_of(const Case& c, const Outstanding& segment)
{
    const bool tracked = c.tracking_known && !(c.own().unheeded && &segment == &*c.own().unheeded);
    return tracked ? std::min(segment.tracked, segment.repeats()) : segment.repeats();
}

}  // namespace

const Outstanding* resent_segment(const Case& c)
{
    if (const Outstanding* oldest = oldest_unacknowledged(c))
        return oldest;
    return c.own().unheeded ? &*c.own().unheeded : nullptr;
}

Fact retransmissions_ran_out(const Case& c)
{
    const Outstanding* segment = resent_segment(c);
    if (!segment)
        return no();
    const std::uint32_t needed
        = segment->opens ? c.settings.syn_retransmissions : c.settings.data_retransmissions;
    const std::uint32_t repeats = repeats_of(c, *segment);
    const bool seen_from_the_first = segment->original_seen
        && (start_captured(c) || segment->first.frame != c.own().first->frame);
    if (repeats > 0 && !seen_from_the_first && repeats < needed)
        return not_known(Gap::before).counting(repeats).lasting(segment->last_time - segment->first.time);
    if (repeats < std::min(needed, kTriesAtLeast()))
        return no(segment->first.frame).counting(repeats);
    // Stacks differ in how often they try: fewer times than the setting prove nothing.
    return (repeats >= needed ? yes(segment->first.frame) : not_known())
        .counting(repeats)
        .lasting(segment->last_time - segment->first.time);
}

namespace {

bool on_grid(const Case& c)
{
    const Outstanding* segment = resent_segment(c);
    if (!segment || segment->interval <= Time::zero())
        return false;
    const Time since_last = c.rst.time - segment->last_time;
    return one_step(since_last, 2 * segment->interval)
        || (segment->interval >= kCapped() && one_step(since_last, segment->interval));
}

}  // namespace

Fact on_the_backoff_grid(const Case& c) { return known(on_grid(c), c.rst.frame); }

Fact off_the_backoff_grid(const Case& c)
{
    const Outstanding* segment = resent_segment(c);
    const bool timed = segment && segment->interval > Time::zero();
    return known(timed && aborts(c) && !on_grid(c), c.rst.frame);
}

Fact found_gone_after_the_last(const Case& c)
{
    const Outstanding* segment = resent_segment(c);
    return known(segment && passive_form(c) && c.trigger && c.trigger->time > segment->last_time,
                 c.trigger ? c.trigger->frame : 0);
}

Fact retransmissions_stopped(const Case& c)
{
    const Outstanding* segment = resent_segment(c);
    if (!segment || segment->interval <= Time::zero() || repeats_of(c, *segment) < kTriesAtLeast())
        return no();
    const Time since_last = (c.trigger ? c.trigger->time : c.rst.time) - segment->last_time;
    const Time next_step = 2 * segment->interval;
    return known(since_last > next_step, segment->last_frame)
        .counting(repeats_of(c, *segment))
        .lasting(since_last);
}

Fact probes_unanswered(const Case& c)
{
    const Probes& probes = c.own().probes;
    if (probes.count == 0)
        return no();
    const Fact sent = yes(probes.first.frame).counting(probes.count).lasting(
        c.rst.time - probes.last.time);
    if (!probes.answer)
        return sent;
    // Earlier answers were lost on the way back: so will this one have been.
    if (probes.answers_lost > 0 || time_to_know(c, *probes.answer).no())
        return sent;
    return no(probes.answer->frame);
}

Fact one_step_after_the_last_probe(const Case& c)
{
    const Probes& probes = c.own().probes;
    const Time since = c.rst.time - probes.last.time;
    // Coarse timers (lwIP: 500 ms) notice one step late.
    const bool in_step = one_step(since, probes.interval) || one_step(since, 2 * probes.interval);
    return known(probes.count > 1 && in_step,
                 probes.last.frame)
        .counting(probes.count)
        .lasting(probes.interval);
}

Fact long_silence(const Case& c)
{
    const Time idle = idle_before(c);
    return known(idle >= c.settings.idle_threshold, c.trigger ? c.trigger->frame : c.rst.frame)
        .lasting(idle);
}

Fact unusual_silence(const Case& c)
{
    const Time idle = idle_before(c);
    const bool unusual = idle >= kSomeSilence() && idle >= kManyTimes() * longest_pause_before(c);
    return known(unusual, c.trigger ? c.trigger->frame : c.rst.frame).lasting(idle);
}

Fact silent_since_capture_began(const Case& c)
{
    if (c.own().first || c.peer().first)
        return no();
    const Time watched = c.rst.time - c.captured.first;
    return (!c.resets_alone && watched >= kSomeSilence() ? yes(c.rst.frame) : not_known(Gap::before))
        .lasting(watched);
}

Fact waited_for_the_peers_fin(const Case& c)
{
    const auto& fin = c.own().fin;
    if (!c.own().fin_was_acknowledged() || c.peer().fin || !aborts(c))
        return no();
    const Time waited = c.rst.time - fin->time;
    return known(waited >= kSomeSilence(), fin->frame).lasting(waited);
}

Fact same_silence_elsewhere(const Case& c)
{
    const IdleEnds& ends = c.now.idle_ends;
    const Time idle = idle_before(c);
    const bool same = idle >= kSomeSilence() && ends.equal >= kOneTimer() && may_be_one_timer(idle, ends.silence);
    return same ? yes(ends.first.frame).counting(ends.equal).lasting(ends.silence)
                : not_known(Gap::after);
}

Fact silence_of_a_known_timer(const Case& c)
{
    const IdleTimer* timer = idle_timer_of(idle_before(c));
    return known(timer != nullptr, c.rst.frame).lasting(timer ? timer->length : Time{});
}

}  // namespace rstcause
