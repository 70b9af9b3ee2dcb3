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

}  // namespace rstcause
