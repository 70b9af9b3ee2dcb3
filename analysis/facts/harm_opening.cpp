// SPDX-License-Identifier: GPL-2.0-or-later
//
// Whether there was a connection to lose anything with: before it came about, and after it had ended.
#include "facts/harm.h"

#include "facts/closing.h"
#include "facts/exchange.h"
#include "facts/form_facts.h"
#include "facts/opening.h"
#include "facts/translation.h"
#include "wire/threshold.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// A server that resets this soon after the handshake has turned its client away; one that does it later has
// tidied up a connection that nobody used. As long as clients wait for a banner; by drawn traffic.
const Threshold<Time> kTurnedAway{"harm.turned_away", 5s};

}  // namespace

Fact connection_goes_on(const Case& c)
{
    if (c.aftermath.ignored)
        return yes(*c.aftermath.ignored);
    if (refuses_a_wrong_ack(c))
        return c.aftermath.healed ? yes(*c.aftermath.healed) : not_known(Gap::after);
    if (c.aftermath.healed && sent_by_client(c))
        return yes(*c.aftermath.healed);
    return known(answers_a_reset(c), c.rst.frame);
}

Fact had_ended_before(const Case& c)
{
    if (closed_on_the_other_side(c).yes())
        return yes(c.bypass->segment.frame);
    switch (closed_by(c)) {
    case Closer::own_reset:
        return c.leans_on ? not_known() : closed_before(c);
    case Closer::peers_reset:
        if (c.own().last && c.own().last->frame > c.peer().rst->frame)
            break;  // that one did not end it
        return yes(c.peer().rst->frame);
    case Closer::own_fin:
    case Closer::nobody:
        break;
    }
    return both_sides_closed(c);
}

Fact was_refused(const Case& c)
{
    const HalfConnection& asking = c.peer();
    const bool only_asked = asking.syn && !asking.opened_passively && !asking.spoke_after_syn;
    if (only_asked && !c.own().first)
        return yes(asking.syn->frame);
    // Sequence number 0 answers a segment without ACK, and only a SYN is that (RFC 9293 §3.10.7.1).
    if (!asking.first && !c.own().first && c.rst.ack && c.rst.seq == Seq(0))
        return yes(c.rst.frame);
    return refuses_a_syn(c);
}

Fact waited_in_vain(const Case& c)
{
    const Fact waited = client_waited_long(c);
    return both(waited, client_resets_the_syn_ack(c));
}

Fact turned_away(const Case& c)
{
    const HalfConnection& own = c.own();
    const bool accepted = !sent_by_client(c) && own.syn && own.opened_passively && c.peer().spoke_after_syn;
    if (!accepted || c.peer().fin)
        return no();
    const bool soon = c.rst.time - own.syn->time < kTurnedAway();
    return both(known(soon, own.syn->frame), nothing_was_said(c));
}

Fact was_served_later(const Case& c)
{
    if (c.aftermath.healed && !sent_by_client(c))
        return yes(*c.aftermath.healed);
    const auto& served = c.now.calls.last_served;
    if (!served || c.now.calls.served_asked <= c.rst.frame)
        return not_known(Gap::after);
    return yes(served->frame).lasting(served->time - c.rst.time);
}

Fact tried_again(const Case& c)
{
    const Calls& calls = c.now.calls;
    return known(calls.attempts > 1, calls.last_attempt ? calls.last_attempt->frame : 0).counting(calls.attempts);
}

}  // namespace rstcause
