// SPDX-License-Identifier: GPL-2.0-or-later
#include "reset/aftermath.h"

#include "reset/form.h"
#include "wire/threshold.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// A challenge ACK is sent at once (RFC 5961 §3.2); the rest is the path's time (RFC 6298 §2.1: 1 s).
const Threshold<Time> kChallenge{"aftermath.challenge", 1s};

// A retransmission comes no sooner after the original than this (Linux TCP_RTO_MIN is 200 ms); a
// packet delayed longer on the way is rare.
const Threshold<Time> kDelayed{"aftermath.delayed", 150ms};

// Numbers farther than this (bytes) from those before belong to another connection on the same addresses
// and ports, whose start the capture lacks. (The largest window of Linux as it comes is 6 MB: tcp_rmem.)
const Threshold<std::int32_t> kOneStream{"aftermath.one_stream", 1 << 23};

bool is_near(Seq a, Seq b)
{
    const std::int32_t span = distance(a, b);
    return -kOneStream() < span && span < kOneStream();
}

bool is_another_connection(const Reset& reset, const Segment& segment)
{
    const auto& next = reset.own().next;
    const auto& theirs = reset.peer().next;
    return (next && !is_near(*next, segment.seq))
        || (theirs && segment.ack && !is_near(*theirs, *segment.ack));
}

/// Its timestamp is later than the reset's own (RFC 7323 §4.3: one clock of one host).
bool newer_by_its_clock(const Reset& reset, const Segment& segment)
{
    return reset.rst.timestamp && segment.timestamp
        && before(Seq(*reset.rst.timestamp), Seq(*segment.timestamp));
}

/// Its timestamp is no later than that of its sender's last segment before the reset: it may have left
/// together with that and come late.
bool as_old_as_its_last(const Reset& reset, const Segment& segment)
{
    const auto& last = reset.own().timestamp;
    return segment.timestamp && last && !before(Seq(*last), Seq(*segment.timestamp));
}

/// Was sent after the reset, whatever its bytes: by its timestamp, as a keep-alive, or as a
/// retransmission with an IP-ID of its own. (Late duplicates share all of these.)
bool is_sent_later(const Reset& reset, const Segment& segment)
{
    if (segment.flags.syn() || !reset.own().next)
        return false;  // a client that refuses a SYN-ACK may ask again
    const auto last = reset.rst.timestamp ? reset.rst.timestamp : reset.own().timestamp;
    const bool newer = segment.timestamp && last && before(Seq(*last), Seq(*segment.timestamp));
    if (newer && reset.rst.timestamp)
        return true;
    if (segment.time - reset.rst.time <= kDelayed() || (segment.timestamp && last && !newer))
        return false;
    const bool keep_alive = segment.length() == 0 && segment.seq + 1 == *reset.own().next;
    return keep_alive || (segment.payload > 0 && segment.ip_id.value_or(0) != 0);
}

/// A reset that answers a segment says that there is no socket for it; who acknowledges the
/// segment all the same has one. (A bare ACK is never acknowledged.)
bool acknowledges_trigger(const Reset& reset, const Segment& segment)
{
    const auto& trigger = reset.trigger;
    const bool plain = trigger && !reset.rst.ack && trigger->length > 0;
    if (!segment.ack || (!plain && !mirrors_a_segment(reset)))
        return false;
    const Seq end = plain ? trigger->seq + trigger->length : *reset.rst.ack;
    const auto& una = reset.peer().una;
    const bool had_it_before = una && !before(*una, end);
    return !had_it_before && !before(*segment.ack, end);
}

/// Brings what its sender cannot have sent before the reset: bytes beyond all that the capture or
/// the reset itself shows as sent, or the acknowledgement of bytes that came later.
bool is_news(const Reset& reset, const Segment& segment)
{
    const auto& next = reset.own().next;
    if (segment.length() > 0 && next) {
        const Seq sent = reset.rst.ack ? later(*next, reset.rst.seq) : *next;
        if (before(sent, segment.end()))
            return true;
    }
    const auto& theirs = reset.peer().next;
    return segment.ack && theirs && before(*theirs, *segment.ack);
}

/// A SYN-ACK after a refusal, though nobody has asked again.
bool accepts_unasked(const Reset& reset, const Segment& segment, const History& now)
{
    const auto& asked = now.half(other(reset.sender)).last;
    return segment.flags.syn() && segment.flags.ack() && asked && asked->frame < reset.rst.frame;
}

bool note_sender(Reset& reset, const Segment& segment, const History& now)
{
    Aftermath& aftermath = reset.aftermath;
    if (aftermath.sender_went_on || aftermath.healed)
        return false;
    const bool accepts = segment.flags.syn() && segment.flags.ack();
    if (is_another_connection(reset, segment)
        || (accepts && !accepts_unasked(reset, segment, now))) {
        aftermath.healed = segment.frame;  // a new connection; what follows contradicts nothing
        return false;
    }
    const bool news = is_news(reset, segment) || accepts_unasked(reset, segment, now)
        || is_sent_later(reset, segment);
    // By its sender's own clock, or too late to have been overtaken on the way.
    const bool in_order = newer_by_its_clock(reset, segment)
        || (segment.time - reset.rst.time > kReordering() && !as_old_as_its_last(reset, segment));
    if (!acknowledges_trigger(reset, segment) && !(news && in_order))
        return false;
    aftermath.sender_went_on = segment.frame;
    const bool bare = reset.trigger && reset.trigger->length == 0 && !is_vague_answer(reset);
    aftermath.knew_trigger
        = bare || acknowledges_trigger(reset, segment) || accepts_unasked(reset, segment, now);
    return true;
}

void note_bytes_again(Reset& reset, const Segment& segment)
{
    reset.aftermath.bytes_came_again |= segment.payload > 0 && before(segment.seq, reset.rst.end())
        && before(reset.rst.seq, segment.end());
}

/// A receiver that sees RST never gets as far as the text (RFC 9293 §3.10.7.4): who acknowledges bytes that only
/// the reset carried, in sequence, has seen no RST. (A challenge ACK acknowledges none of them: RFC 5961 §3.2.)
void note_taken_for_data(Reset& reset, const Segment& segment)
{
    Aftermath& aftermath = reset.aftermath;
    const bool in_sequence = reset.rst.payload > 0 && reset.own().next == reset.rst.seq;
    if (!in_sequence || aftermath.taken_for_data || aftermath.bytes_came_again || aftermath.healed || !segment.ack
        || before(*segment.ack, reset.rst.end()))
        return;
    aftermath.taken_for_data = segment.frame;
    aftermath.ignored = segment.frame;
}

void note_receiver(Reset& reset, const Segment& segment)
{
    Aftermath& aftermath = reset.aftermath;
    note_taken_for_data(reset, segment);
    // The same attempt goes on: what its sides say from now on contradicts nothing.
    if (segment.flags.syn() && segment.flags.ack())
        aftermath.healed = segment.frame;
    const auto& sent = reset.own().next;
    if (!segment.ack || !sent)
        return;
    if (aftermath.sender_went_on && !aftermath.ignored && before(*sent, *segment.ack))
        aftermath.ignored = segment.frame;
    const bool exact = reset.own().una && *reset.own().una == reset.rst.seq;
    if (!aftermath.challenged && !exact && segment.length() == 0 && *segment.ack == *sent
        && segment.time - reset.rst.time <= kChallenge())
        aftermath.challenged = segment.frame;
}

}  // namespace

const Threshold<Time> kReordering{"aftermath.reordering", 10ms};

bool note_later_segment(Reset& reset, const Segment& segment, const History& now)
{
    if (refuses_a_wrong_ack(reset))
        return false;
    if (segment.from != reset.rst.from) {
        note_receiver(reset, segment);
        return false;
    }
    note_bytes_again(reset, segment);
    return note_sender(reset, segment, now);
}

}  // namespace rstcause
