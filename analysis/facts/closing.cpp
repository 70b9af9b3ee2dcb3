// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/closing.h"

#include "facts/exchange.h"
#include "facts/form_facts.h"
#include "facts/sender_view.h"
#include "reset/aftermath.h"
#include "wire/threshold.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// A process that stops takes its listening socket with it: the next attempt is refused. What is
// refused later than this may have another reason. By drawn traffic.
const Threshold<Time> kSoon{"closing.refused_soon", 30s};

// Ends within one instant, and resets among them, from which on it is no chance that they fall together: an
// instant is short (tracking/bursts.cpp), so two suffice.
const Threshold<std::uint32_t> kTogether{"closing.ends_together", 2};
const Threshold<std::uint32_t> kResetsTogether{"closing.resets_together", 2};

// Ends that fall together although what they might answer came this far apart, and many times farther
// apart than they, have one reason of their own. More than the instant itself; by drawn traffic.
const Threshold<Time> kApart{"closing.words_apart", 15ms};
const Threshold<int> kManyTimes{"closing.many_times", 4};

// How many times the silence that he allows a sweeper of idle connections lets pass at most: WinINet allows 60 s and
// looks every 5; by drawn traffic.
const Threshold<int> kSweep{"closing.sweep", 2};

// A program that drops the connections of one task has not so many of them; a browser has six to a server (RFC 9112 §9.4
// names no number; browsers keep to six).
const Threshold<std::uint32_t> kManyConnections{"closing.many_connections", 6};

// The shortest idle timers of applications (Apache's KeepAliveTimeout).
const Threshold<Time> kSomeSilence{"closing.some_silence", 5s};

// No host restarts, and hardly a balancer fails over, within so short a time: what has no socket so soon after
// its last word has closed it.
const Threshold<Time> kJustBefore{"closing.just_before", 1s};

// Hosts that reset instead of closing, or as soon as their peer has closed, do so at once; what comes later has
// another reason. The same length, for a reason of its own.
const Threshold<Time> kAtOnce{"closing.at_once", 1s};

/// The peer acknowledges more than the capture holds of the sender: some of its words are missing,
/// a FIN perhaps.
bool words_are_missing(const Case& c)
{
    const HalfConnection& own = c.own();
    return own.una && own.next && before(*own.next, *own.una);
}

/// Its sender's abort, captured just after an answer of the socket that it had closed.
std::optional<Mark> abort_out_of_order(const Case& c)
{
    if (!passive_form(c) || !c.own().next)
        return std::nullopt;
    for (const SentReset& other : c.resets.of(c.sender))
        if (other.ack && other.mark.frame > c.rst.frame && other.mark.time - c.rst.time < kReordering()
            && other.mark.seq == *c.own().next && other.hop_limit == c.rst.hop_limit)
            return other.mark;
    return std::nullopt;
}

std::optional<Mark> mark_of(const Case& c, Closer closer)
{
    switch (closer) {
    case Closer::own_reset: return c.own().rst ? c.own().rst : abort_out_of_order(c);
    case Closer::peers_reset: return c.peer().rst;
    case Closer::own_fin: return c.own().fin;
    case Closer::nobody: break;
    }
    return std::nullopt;
}

}  // namespace

Closer closed_by(const Case& c)
{
    if (c.own().rst)
        return Closer::own_reset;
    // A reset that crossed this one on the way had not ended anything yet.
    if (c.peer().rst && (answers_a_reset(c) || !time_to_know(c, *c.peer().rst).no()))
        return Closer::peers_reset;
    if (c.own().fin)
        return Closer::own_fin;
    return abort_out_of_order(c) ? Closer::own_reset : Closer::nobody;
}

Fact closed_before(const Case& c)
{
    if (const auto close = mark_of(c, closed_by(c)))
        return yes(close->frame).lasting(c.rst.time - close->time);
    if (!c.own().first || words_are_missing(c))
        return not_known(c.own().first || start_captured(c) ? Gap::before : Gap::one_direction);
    const bool may_be_lost = took_part_just_before(c).yes() && captured_far_from_its_sender(c).yes();
    if (passive_form(c) && (may_be_lost || said_an_error_itself(c).yes()))
        return not_known(Gap::lost);
    return no(c.own().last->frame);
}

Fact took_part_just_before(const Case& c)
{
    const auto& last = c.own().last;
    if (!last || !c.own().spoke_after_syn)
        return no();
    const Time ago = c.rst.time - last->time;
    return known(ago < kJustBefore(), last->frame).lasting(ago);
}

Fact had_reset_before(const Case& c) { return known(closed_by(c) == Closer::own_reset); }

Fact closed_by_a_doubtful_reset(const Case& c)
{
    return closed_by(c) == Closer::own_reset && c.leans_on ? yes(*c.leans_on) : no();
}

Fact silent_since_it_closed(const Case& c)
{
    const Closer closer = closed_by(c);
    if (closer == Closer::nobody)
        return no();
    if (closer != Closer::own_fin)
        return yes();
    return known(c.own().last->frame == c.own().fin->frame, c.own().last->frame);
}

Fact closed_long_ago(const Case& c)
{
    const Fact closed = closed_before(c);
    return closed.yes() ? known(closed.span > c.settings.time_wait, closed.frame).lasting(closed.span)
                        : no();
}

Fact both_sides_closed(const Case& c)
{
    return known(c.own().fin_was_acknowledged() && c.peer().fin_was_acknowledged(),
                 c.own().fin ? c.own().fin->frame : 0);
}

Fact peer_spoke_from_time_wait(const Case& c)
{
    const auto& ours = c.own().fin;
    const auto& theirs = c.peer().fin;
    if (!both_sides_closed(c).yes() || !c.trigger || c.own().rst || c.peer().rst)
        return no();
    const bool late = c.trigger->frame > ours->frame && c.trigger->frame > theirs->frame;
    // The side that closed first ends in TIME_WAIT; what it sends from there is a bare ACK behind its FIN, more
    // than the one that answers the other's. (What it had sent before its FIN may come late, too.)
    const bool again = theirs->frame < ours->frame && c.trigger->length == 0
        && c.trigger->frame != c.peer().fin_acknowledged && c.trigger->seq == theirs->seq + 1;
    return known(late && again, c.trigger->frame);
}

Fact old_segment_came_late(const Case& c)
{
    const HalfConnection& own = c.own();
    if (!both_sides_closed(c).yes())
        return no();
    if (own.delayed && own.delayed->frame > c.peer().fin->frame)
        return yes(own.delayed->frame);
    const bool old = own.last->frame > c.peer().fin->frame && own.last->frame > own.fin->frame
        && before(own.last->seq, own.fin->seq);
    return known(old, own.last->frame);
}

Fact sent_its_fin_again(const Case& c)
{
    return known(c.own().fin_again, c.own().fin ? c.own().fin->frame : 0);
}

Fact answers_a_repetition(const Case& c)
{
    return known(c.trigger && c.trigger->again, c.trigger ? c.trigger->frame : 0);
}

Fact peer_had_closed(const Case& c)
{
    return c.peer().fin ? yes(c.peer().fin->frame).lasting(c.rst.time - c.peer().fin->time)
                        : known(false, c.peer().last ? c.peer().last->frame : 0);
}

Fact peer_had_just_closed(const Case& c)
{
    const Fact closed = peer_had_closed(c);
    return closed.yes() ? known(closed.span < kAtOnce(), closed.frame).lasting(closed.span) : closed;
}

Fact took_part(const Case& c)
{
    if (c.own().spoke_after_syn)
        return yes(c.own().last->frame);
    if (handshake_completed(c))
        return yes(c.own().syn ? c.own().syn->frame : 0);
    return not_known(start_captured(c) ? Gap::one_direction : Gap::before);
}

Fact ended_with_others(const Case& c)
{
    const auto& burst = c.now.burst;
    if (!burst)
        return no();
    return known(burst->ends() >= kTogether() && burst->resets >= kResetsTogether(), burst->first.frame)
        .counting(burst->ends())
        .lasting(burst->last.time - burst->first.time);
}

Fact silences_of_different_lengths(const Case& c)
{
    const auto& burst = c.now.burst;
    if (!burst || burst->ends() < kTogether())
        return no();
    const Time apart = burst->longest_silence - burst->shortest_silence;
    const Time together = burst->last.time - burst->first.time;
    // Who sweeps idle connections away now and then, finds each silent for as long as he allows, and for as much
    // longer as he was away; he comes oftener than that.
    const bool swept = burst->shortest_silence >= kSomeSilence()
        && burst->longest_silence <= kSweep() * burst->shortest_silence;
    return known(apart >= kApart() && apart >= kManyTimes() * together && !swept, burst->first.frame)
        .lasting(apart);
}

Fact some_ended_by_fin(const Case& c)
{
    const auto& burst = c.now.burst;
    return burst ? known(burst->closes > 0, burst->last.frame).counting(burst->closes) : no();
}

Fact several_peers_were_cut(const Case& c)
{
    const auto& burst = c.now.burst;
    return burst ? known(burst->several_peers, burst->last.frame).counting(burst->ends()) : no();
}

Fact a_programs_connections_were_cut(const Case& c)
{
    const auto& burst = c.now.burst;
    if (!burst || !burst->several_peers)
        return no();
    const bool all_ages = burst->shortest_silence < kAtOnce() && burst->longest_silence >= kSomeSilence();
    return known(all_ages && burst->ends() >= kManyConnections(), burst->first.frame).counting(burst->ends());
}

Fact others_live_on(const Case& c)
{
    const auto& burst = c.now.burst;
    return burst && burst->lives_on ? yes(burst->lives_on->frame) : not_known(Gap::after);
}

Fact refuses_since(const Case& c)
{
    const auto& refusal = c.now.service.first_refusal_after_accept;
    const bool soon = refusal && refusal->frame > c.rst.frame && refusal->time - c.rst.time <= kSoon();
    return soon ? yes(refusal->frame).lasting(refusal->time - c.rst.time) : not_known(Gap::after);
}

Fact accepts_since(const Case& c)
{
    const auto& accepted = c.now.service.last_accept;
    if (refuses_since(c).yes() || !accepted || accepted->frame <= c.rst.frame)
        return not_known(Gap::after);
    return yes(accepted->frame).lasting(accepted->time - c.rst.time);
}

}  // namespace rstcause
