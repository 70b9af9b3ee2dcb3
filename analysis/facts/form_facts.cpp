// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/form_facts.h"

#include "facts/clues.h"

namespace rstcause {

namespace {

/// Late data after the sender's own FIN, answered with ACK flag: Windows with window 0, lwIP and
/// libslirp with their window, and none of them with the options of a living socket.
bool late_answer_with_ack(const Case& c)
{
    const auto& fin = c.own().fin;
    const auto& data = c.peer().last_data;
    const bool options_dropped = c.own().timestamp && !c.rst.timestamp;
    return c.rst.ack && fin && data && data->frame > fin->frame
        && (c.rst.window == 0 || options_dropped || !c.own().timestamp);
}

}  // namespace

Fact sent_by_a_living_socket(const Case& c)
{
    if ((!c.rst.ack && !aborts(c)) || c.statement.only_stray)
        return no(c.rst.frame);
    if (aborts(c))
        return yes(c.rst.frame);
    const bool may_be = c.rst.ack && !c.own().first && c.rst.seq != Seq();
    return may_be ? not_known(Gap::one_direction) : no(c.rst.frame);
}

Fact sent_without_a_socket(const Case& c)
{
    return known(passive_form(c) || late_answer_with_ack(c) || answers_a_reset(c), c.rst.frame);
}

Fact answers_a_segment(const Case& c)
{
    return c.trigger ? yes(c.trigger->frame) : not_known(Gap::before);
}

Fact answers_nothing_here(const Case& c)
{
    if (!passive_form(c) || c.trigger)
        return no();
    if (!c.peer().last)
        return not_known(Gap::one_direction);
    const Time silent = c.rst.time - c.peer().last->time;
    return known(silent > kAnswersWithin(), c.peer().last->frame).lasting(silent);
}

Fact answers_mid_stream(const Case& c)
{
    if (!passive_form(c) || (c.trigger && c.trigger->flags.syn()))
        return no(c.rst.frame);
    if (start_captured(c) && !handshake_completed(c))
        return no(c.rst.frame);
    return c.trigger ? yes(c.trigger->frame) : not_known(Gap::before);
}

Fact refuses_a_syn(const Case& c)
{
    if (answers_a_syn(c))
        return yes(c.trigger ? c.trigger->frame : c.rst.frame);
    const bool lacks_the_client = c.rst.ack && c.rst.seq == Seq() && !c.own().first && !c.peer().first;
    return lacks_the_client ? not_known(Gap::one_direction) : no(c.rst.frame);
}

Fact made_on_the_way(const Case& c)
{
    if (made_between(c))
        return yes(c.rst.frame);
    if (c.second)
        return no(c.second->copy);
    return is_suspicious(c) ? yes(c.clues.front().frame) : not_known();
}

Fact labelled_by_a_kernel(const Case& c)
{
    if (!c.rst.flow_label)
        return not_known(Gap::not_carried);
    if (*c.rst.flow_label != 0)
        return yes(c.rst.frame);
    const bool labels = c.own().labels_flows || c.now.own_host.labels_flows;
    return labels ? no(c.rst.frame) : not_known();
}

Fact captured_far_from_its_sender(const Case& c)
{
    const auto usual = usual_hop_limit(c);
    return usual ? known(hops_of(*usual) > 0) : not_known(Gap::before);
}

Fact heard_one_side_only(const Case& c)
{
    return known(c.own().first && !c.peer().first, c.own().first ? c.own().first->frame : 0);
}

Fact sender_goes_on_after_it(const Case& c)
{
    return c.aftermath.sender_went_on ? yes(*c.aftermath.sender_went_on) : not_known(Gap::after);
}

}  // namespace rstcause
