// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/exchange.h"

#include <algorithm>

#include "facts/sender_view.h"
#include "wire/threshold.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// A reset this soon after data is hardly the result of having worked on them: by drawn traffic.
const Threshold<Time> kJustReceived{"exchange.just_received", 1s};

// What was said this long before the reset is no longer "directly before": servers linger for some seconds
// after an error (nginx lingering_timeout 5 s).
const Threshold<Time> kDirectly{"exchange.directly", 5s};

// A window that closed within the last retransmission timeout (RFC 6298 §2.4: 1 s; Linux 200 ms)
// has not been probed yet: nobody has waited for it.
const Threshold<Time> kWaited{"exchange.waited", 200ms};

bool is_after(const std::optional<Mark>& a, const std::optional<Mark>& b)
{
    return a && (!b || a->frame > b->frame);
}

/// The latest of the peer's words, as the sender may have heard them.
Heard last_words(const Case& c)
{
    return {c.peer().last_data->frame, c.peer().turn->seq + 1, c.peer().turn->time};
}

/// What the sender's own acknowledgements say of a peer whose direction is missing: more came after its last
/// word than a FIN.
Fact acknowledged_since_its_last_word(const Case& c)
{
    const auto& heard = c.own().heard;
    const auto& una = c.peer().una;
    if (!heard || !una || !c.peer().una_since)
        return not_known(Gap::one_direction);
    const bool by_the_reset = c.rst.ack && before(*una, *c.rst.ack);
    const Seq last = by_the_reset ? *c.rst.ack : *una;
    const Mark since = by_the_reset ? mark(c.rst) : *c.peer().una_since;
    return known(distance(*heard, last) > 1, since.frame).lasting(c.rst.time - since.time);
}

}  // namespace

Fact left_unanswered(const Case& c)
{
    if (!c.peer().first)
        return acknowledged_since_its_last_word(c);
    if (!peer_spoke_last(c) || !c.peer().turn)
        return no(c.own().last_data ? c.own().last_data->frame : 0);
    Fact heard = had_reached_sender(c, last_words(c));
    if (heard.no())
        return heard;
    heard.frame = c.peer().turn->frame;
    return heard.lasting(c.rst.time - c.peer().last_data->time);
}

Fact just_received(const Case& c)
{
    const auto& data = c.peer().last_data;
    if (!c.peer().first) {
        const Fact came = acknowledged_since_its_last_word(c);
        return came.yes() ? known(came.span < kJustReceived(), came.frame).lasting(came.span) : came;
    }
    if (!data || !peer_spoke_last(c))
        return no();
    const Time ago = c.rst.time - data->time;
    return known(ago < kJustReceived(), data->frame).lasting(ago);
}

Fact peer_sent_on_after_the_answer(const Case& c)
{
    const auto& answer = c.own().last_data;
    if (!peer_spoke_last(c) || !answer || c.own().turns == 0 || sent_by_client(c))
        return no();
    return yes(c.peer().turn->frame);
}

Fact data_was_on_the_way(const Case& c)
{
    if (!c.peer().next || !c.rst.ack || !c.peer().last_data)
        return c.peer().first ? no() : not_known(Gap::one_direction);
    if (before(*c.rst.ack, *c.peer().next))
        return yes(c.peer().last_data->frame);
    // What comes here after the reset had left before its sender heard of it.
    return c.peer_sent_on ? yes(c.peer_sent_on->frame) : not_known(Gap::after);
}

Fact all_acknowledged(const Case& c)
{
    const HalfConnection& own = c.own();
    if (!own.first || !c.peer().first)
        return not_known(Gap::one_direction);
    const bool own_done = !own.outstanding && own.una && own.next && !before(*own.una, *own.next)
        && c.rst.seq == *own.next;
    const bool peer_done = c.peer().next && c.rst.ack && !before(*c.rst.ack, *c.peer().next);
    return known(own_done && peer_done, own.last->frame);
}

namespace {

// A client's hello and its Finished, a server's flight and its ticket (RFC 8446 §2): so often a side takes its
// turn before anything is said.
const Threshold<std::uint32_t> kTurnsOfAHandshake{"exchange.turns_of_a_handshake", 2};

/// An alert under TLS 1.3 is a failure when it comes in place of the first answer, before the
/// handshake has led to anything; else it is close_notify.
bool is_good_bye(const HalfConnection& half, Sign::Kind kind)
{
    return kind == Sign::Kind::farewell
        || (kind == Sign::Kind::sealed_alert && half.turns > kTurnsOfAHandshake());
}

}  // namespace

Fact good_bye_was_said(const Case& c)
{
    for (const HalfConnection* half : {&c.own(), &c.peer()})
        if (half->sign && is_good_bye(*half, half->sign->sign.kind))
            return yes(half->sign->mark.frame);
    return not_known();
}

Fact good_bye_was_the_last_word(const Case& c)
{
    const Fact bye = good_bye_was_said(c);
    if (!bye.yes())
        return no();
    // What the other side sends again is no word.
    for (const HalfConnection* half : {&c.own(), &c.peer()}) {
        const bool own_words = half->sign && half->sign->mark.frame == bye.frame;
        const auto& last = own_words ? half->last_data : half->turn;
        if (last && last->frame > bye.frame)
            return no(last->frame);
    }
    return bye;
}

Fact exchange_was_over(const Case& c)
{
    if (c.peer().fin)
        return yes(c.peer().fin->frame);
    if (const Fact bye = good_bye_was_said(c); bye.yes())
        return bye;
    const bool answered = !sent_by_client(c) && is_after(c.own().last_data, c.peer().last_data);
    return known(answered && c.peer().last_data, answered ? c.own().last_data->frame : 0);
}

Fact client_had_its_answer(const Case& c)
{
    const bool had = sent_by_client(c) && c.own().last_data && peer_spoke_last(c);
    return known(had, had ? c.peer().last_data->frame : 0);
}

Fact nothing_was_said(const Case& c)
{
    if (c.own().last_data || c.peer().last_data)
        return no();
    return start_captured(c) ? yes() : not_known(Gap::before);
}

namespace {

/// The error that the sender itself, or its peer, said last before the reset.
const SignMark* last_error(const Case& c)
{
    const SignMark* found = nullptr;
    for (const HalfConnection* half : {&c.own(), &c.peer()}) {
        const auto& said = half->sign;
        const bool is_error = said && !is_good_bye(*half, said->sign.kind);
        const bool last_word = said && half->turn && said->mark.frame >= half->turn->frame;
        // A status from the peer is its answer, not a failure of the protocol.
        const bool counts
            = half == &c.own() || (said && said->sign.kind == Sign::Kind::tls_alert);
        if (is_error && last_word && counts && c.rst.time - said->mark.time < kDirectly()
            && (!found || said->mark.frame > found->mark.frame))
            found = &*said;
    }
    return found;
}

}  // namespace

Fact speak_different_protocols(const Case& c)
{
    const HalfConnection& own = c.own();
    const HalfConnection& peer = c.peer();
    if (own.speech == Speech::unknown || peer.speech == Speech::unknown)
        return not_known();
    const bool first_words = own.turns <= 1 && peer.turns <= 1;
    return known(first_words && own.speech != peer.speech,
                 std::max(own.first_data->frame, peer.first_data->frame));
}

Fact error_was_said(const Case& c)
{
    const SignMark* error = last_error(c);
    return error ? yes(error->mark.frame).lasting(c.rst.time - error->mark.time) : no();
}

Fact said_an_error_itself(const Case& c)
{
    const SignMark* error = last_error(c);
    const bool own = error && c.own().sign && error == &*c.own().sign;
    return own ? yes(error->mark.frame).lasting(c.rst.time - error->mark.time) : no();
}

const SignMark& said_error(const Case& c) { return *last_error(c); }

Fact peer_had_stopped_reading(const Case& c)
{
    const auto& closed = c.peer().closed_window;
    if (!closed)
        return c.peer().first ? no(c.peer().last->frame) : not_known(Gap::one_direction);
    const bool reopened = closed->until.has_value();
    if (reopened && !(passive_form(c) && c.trigger && c.trigger->frame <= closed->until->frame))
        return no(closed->until->frame);
    const Time waited = (reopened ? closed->until->time : c.rst.time) - closed->since.time;
    if (time_to_know(c, closed->since).no())
        return no(closed->since.frame);
    return known(waited >= kWaited(), closed->since.frame).lasting(waited);
}

}  // namespace rstcause
