// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/harm.h"

#include <algorithm>

#include "facts/closing.h"
#include "facts/exchange.h"
#include "facts/form_facts.h"
#include "facts/timers.h"
#include "facts/translation.h"
#include "facts/windows.h"
#include "reset/aftermath.h"
#include "wire/threshold.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// Bytes of TLS records up to which they carry no question: alerts, and HTTP/2's WINDOW_UPDATE, PING, SETTINGS and
// GOAWAY (RFC 9113 §6: 9 to 17 bytes) with what TLS adds to each (RFC 8446 §5.2: 22; TLS 1.2 up to 29).
const Threshold<std::int32_t> kBookkeeping{"harm.bookkeeping", 64};

// A socket that got no acknowledgement has sent its data again by then (RFC 6298 §2.1, §2.4: 1 s, doubled once, as
// a timer that has just been set may run for the repeat's own round).
const Threshold<Time> kRepeatsWithin{"harm.repeats_within", 3s};

// A receiver announces what has been read only once it makes room for a segment (RFC 9293 §3.8.6.2.2), here of
// Ethernet; bytes.
const Threshold<std::uint32_t> kReadSilently{"harm.read_silently", 1460};

using Framing = MessageReader::Framing;

const HalfConnection& client(const Case& c) { return c.before.half(client_side(c)); }
const HalfConnection& server(const Case& c) { return c.before.half(other(client_side(c))); }

/// Where its data end, as far as the capture or the reset itself shows.
Seq end_of_data(const Case& c, const HalfConnection& half)
{
    if (half.fin)
        return half.fin->seq;
    return &half == &c.own() && aborts(c) ? later(*half.next, c.rst.seq) : *half.next;
}

bool spoke_last(const HalfConnection& half, const HalfConnection& peer)
{
    return half.turn && (!peer.turn || peer.turn->frame < half.turn->frame);
}

/// Its last words are records that ask and answer nothing.
bool keeps_books(const HalfConnection& half)
{
    return half.message.framing() == Framing::tls && half.turns > 1 && half.turn && half.next
        && distance(half.turn->seq, *half.next) <= kBookkeeping();
}

/// The reset itself says that nobody was there to hear the client's last words.
bool meets_no_socket(const Case& c)
{
    return !sent_by_client(c) && passive_form(c) && c.trigger && c.trigger->length > 0
        && c.trigger->frame >= client(c).turn->frame;
}

/// Of a client whose direction is missing: the server's own acknowledgements say whether anything came after its last
/// word. What came may have been a good-bye.
Fact answered_all_it_got(const Case& c)
{
    const bool told = !sent_by_client(c) && aborts(c) && c.own().turn;
    const Fact left = told ? left_unanswered(c) : not_known(Gap::one_direction);
    return left.no() ? no(c.own().turn->frame) : not_known(Gap::one_direction);
}

/// The host that the reset speaks for knew nothing of it, and has got all that its peer ever said.
bool was_heard_after_all(const Case& c)
{
    return c.heard_after && c.heard_after->time - c.rst.time > kReordering();
}

/// By the counts of HTTP requests and responses, where all of them are known.
Fact unanswered_by_count(const Case& c)
{
    const MessageReader& asked = client(c).message;
    const MessageReader& answered = server(c).message;
    const bool both_known = asked.framing() == Framing::http && answered.framing() == Framing::http
        && asked.whole() && answered.whole();
    if (!both_known)
        return not_known();
    return asked.begun() > answered.begun() ? yes(client(c).message_begun) : no(server(c).message_begun);
}

}  // namespace

Fact request_left_unanswered(const Case& c)
{
    if (!c.before.client())
        return not_known();
    if (const Fact counted = unanswered_by_count(c); !counted.unknown())
        return counted;
    const HalfConnection& asking = client(c);
    const HalfConnection& answering = server(c);
    if (spoke_last(answering, asking))
        return no(answering.turn->frame);
    if (!asking.first)
        return answered_all_it_got(c);
    if (!asking.turn)
        return start_captured(c) && asking.first ? no() : not_known(asking.first ? Gap::before : Gap::one_direction);
    if (good_bye_was_the_last_word(c).yes() || keeps_books(asking))
        return no(asking.turn->frame);
    if (sent_by_client(c) && c.peer_sent_on && was_heard_after_all(c))
        return no(c.peer_sent_on->frame);
    if (!answering.first && !meets_no_socket(c))
        return not_known(Gap::one_direction);
    // What it said before it had got the answer may belong to the question that was answered.
    return asking.turn_is_new ? yes(asking.turn->frame) : not_known(Gap::on_the_way);
}

Fact answer_cut_short(const Case& c)
{
    const HalfConnection& answering = server(c);
    const MessageReader& answer = answering.message;
    if (!c.before.client() || !answering.first)
        return not_known(Gap::one_direction);
    if (!answering.turn)
        return start_captured(c) ? no() : not_known(Gap::before);
    const bool http = answer.framing() == Framing::http;
    const Frame frame = http ? answering.message_begun : answering.turn->frame;
    if (answer.framing() == Framing::unknown)
        return not_known();
    const std::int32_t missing = distance(end_of_data(c, answering), answer.end());
    if (http && answer.goes_on())
        return yes(frame);
    if (missing > 0)
        return yes(frame).counting(static_cast<std::uint32_t>(missing));
    // A record's end is not an answer's, and a body without a stated end ends by FIN alone (RFC 9112 §6.3).
    const bool stated = http && (!answer.ends_with_connection() || answering.fin);
    return stated ? no(frame) : not_known();
}

namespace {

/// What the reset itself says that its sender has got counts, too.
bool all_was_acknowledged(const Case& c, const HalfConnection& speaker)
{
    const Seq end = end_of_data(c, speaker);
    const bool by_reset = &speaker == &c.peer() && c.rst.ack && aborts(c) && !before(*c.rst.ack, end);
    return by_reset || (speaker.una && !before(*speaker.una, end));
}

/// Of a listener whose direction is missing: a living socket repeats what is not acknowledged.
Fact need_not_repeat(const Case& c, const HalfConnection& speaker)
{
    const bool would = &speaker == &c.own() && aborts(c) && !made_on_the_way(c).yes();
    const bool long_ago = c.rst.time - speaker.last->time >= kRepeatsWithin();
    return would && long_ago ? no(speaker.last_data->frame) : not_known(Gap::one_direction);
}

Fact unheard(const Case& c, const HalfConnection& speaker, const HalfConnection& listener)
{
    if (!speaker.first)
        return &speaker == &client(c) ? answered_all_it_got(c) : not_known(Gap::one_direction);
    if (!speaker.last_data)
        return no();
    if (keeps_books(speaker) || (good_bye_was_the_last_word(c).yes() && spoke_last(speaker, listener)))
        return no(speaker.turn->frame);
    if (!listener.first)
        return need_not_repeat(c, speaker);
    if (&speaker == &c.peer() && was_heard_after_all(c))
        return no(c.heard_after->frame);
    if (!all_was_acknowledged(c, speaker))
        return yes(speaker.outstanding ? speaker.outstanding->first.frame : speaker.last_data->frame);
    if (&speaker == &c.peer() && c.peer_sent_on)
        return yes(c.peer_sent_on->frame);
    return no(listener.last->frame);
}

}  // namespace

Fact server_unheard(const Case& c) { return unheard(c, server(c), client(c)); }

Fact client_unheard(const Case& c) { return unheard(c, client(c), server(c)); }

Fact server_sent_again(const Case& c)
{
    const auto& oldest = server(c).outstanding;
    return known(oldest && !oldest->opens && oldest->repeats() > 0, oldest ? oldest->first.frame : 0);
}

namespace {

/// By more than what a program may have read without a word of its window. In a window whose scale is not known a
/// quarter is more than what rounding does.
bool grew_by_more_than_rounding(const Case& c)
{
    const std::uint32_t last = c.own().usual_window();
    const std::uint32_t grown = c.rst.window - last;
    return c.own().syn ? grown << c.own().window_shift > kReadSilently() : 4 * grown > last;
}

}  // namespace

Fact words_lay_unread(const Case& c)
{
    const bool unread = window_grew_in_the_reset(c).yes() && c.peer().turn && grew_by_more_than_rounding(c);
    return shown(unread, unread ? c.peer().turn->frame : 0);
}

Fact words_went_past_the_nat(const Case& c)
{
    const bool words = c.bypass && c.bypass->segment.length > 0;
    return both(known(words, words ? c.bypass->segment.frame : 0), !closed_on_the_other_side(c));
}

Fact somebody_was_held_back(const Case& c)
{
    if (aborts(c) && peer_had_stopped_reading(c).yes())
        return peer_had_stopped_reading(c);
    const auto& shut = c.own().closed_window;
    return known(shut && !shut->until && c.peer().turn, shut ? shut->since.frame : 0);
}

Fact nothing_was_outstanding(const Case& c)
{
    if (answer_cut_short(c).yes() || somebody_was_held_back(c).yes() || words_lay_unread(c).yes())
        return no();
    return both(!request_left_unanswered(c), both(!server_unheard(c), !client_unheard(c)));
}

}  // namespace rstcause
