// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracking/connection.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// What captures a packet twice does so within this span.
constexpr Time kCaptured = 50ms;

/// A probe repeats the last byte before SND.NXT, or nothing at that place (RFC 9293 §3.8.4),
/// while nothing is outstanding. Zero-window probes of Linux look the same (tcp_xmit_probe_skb).
bool is_probe(const HalfConnection& sender, const Segment& segment)
{
    if (segment.flags.syn() || segment.flags.fin() || segment.payload > 1 || !sender.next)
        return false;
    return segment.seq + 1 == *sender.next && (!sender.una || *sender.una == *sender.next);
}

void note_window(HalfConnection& half, const Segment& segment)
{
    const bool closed = segment.window == 0 && !segment.flags.syn();
    const bool was_closed = half.closed_window && !half.closed_window->until;
    if (closed && !was_closed)
        half.closed_window = ClosedWindow{mark(segment), std::nullopt};
    else if (!closed && was_closed)
        half.closed_window->until = mark(segment);
    half.window = segment.window;
}

void note_syn(HalfConnection& half, const Segment& segment)
{
    // MSS alone takes four bytes; every ordinary stack offers more.
    constexpr std::uint8_t kMssOption = 4;
    ++half.syns;
    half.last_syn_timestamp = segment.timestamp;
    if (half.syn)
        return;
    half.syn = mark(segment);
    half.first_syn_timestamp = segment.timestamp;
    half.opened_passively = segment.flags.ack();
    half.window_shift = segment.window_shift.value_or(0);
    half.bare_syn = segment.option_bytes <= kMssOption;
}

void send_again(Outstanding& oldest, const Segment& segment)
{
    ++oldest.sent;
    oldest.interval = segment.time - oldest.last_time;
    oldest.last_frame = segment.frame;
    oldest.last_time = segment.time;
}

}  // namespace

Connection::Connection(const Segment& first) { history_.endpoints = {first.from, first.to}; }

Connection::Connection(const Segment& first, const History& earlier) : Connection(first)
{
    history_.predecessor = earlier.as_predecessor(first.from);
}

Side Connection::side_of(const Segment& segment) const
{
    return segment.from == history_.endpoints[0] ? Side::a : Side::b;
}

bool Connection::is_reopened_by(const Segment& segment) const
{
    if (!segment.flags.syn() || segment.flags.ack() || segment.flags.rst())
        return false;
    const HalfConnection& half = history_.half(side_of(segment));
    return half.syn ? half.syn->seq != segment.seq : half.first.has_value() || half.rst;
}

std::optional<Time> Connection::age_of_copy(Side sender, const Segment& segment) const
{
    const HalfConnection& half = history_.half(sender);
    if (!half.first || (half.next && before(*half.next, segment.end())))
        return std::nullopt;  // brings something new
    return recent_[index(sender)].age_of_copy(segment);
}

Effect Connection::observe(const Segment& segment)
{
    const Side sender = side_of(segment);
    if (segment.flags.rst()) {
        note_reset(sender, segment);
        return {};
    }
    if (const auto age = age_of_copy(sender, segment)) {
        note_acknowledgement(sender, segment);
        // The network delayed it: its receiver gets it once more, and may answer.
        if (*age > kCaptured)
            recent_[index(sender)].add(segment, Time::zero(), true);
        return {.copy = true};
    }

    const HalfConnection& before_it = history_.half(sender);
    const bool probe = is_probe(before_it, segment);
    const bool late = before_it.next && !before(*before_it.next, segment.end()) && before_it.una
        && !before(*before_it.una, segment.end());
    const bool answers_probe
        = segment.length() == 0 && history_.half(other(sender)).probes.count > 0;
    const Time silence
        = history_.last_active ? segment.time - history_.last_active->time : Time::zero();

    note_acknowledgement(sender, segment);
    Effect effect;
    if (probe)
        note_probe(sender, segment);
    else
        effect = note_sent(sender, segment);
    note_landmarks(sender, segment);
    recent_[index(sender)].add(segment, silence, late);
    if (!probe && !answers_probe)
        history_.last_active = mark(segment);
    return effect;
}

void Connection::note_acknowledgement(Side sender, const Segment& segment)
{
    HalfConnection& peer = history_.half(other(sender));
    peer.probes.count = 0;
    if (!segment.ack)
        return;
    peer.una = peer.una ? later(*peer.una, *segment.ack) : *segment.ack;
    if (!peer.outstanding || !before(peer.outstanding->first.seq, *segment.ack))
        return;
    if (peer.outstanding->sent > 1)
        peer.acknowledged_late = {*peer.outstanding, segment.frame};
    peer.outstanding.reset();
}

void Connection::note_landmarks(Side sender, const Segment& segment)
{
    HalfConnection& half = history_.half(sender);
    if (!half.first)
        half.first = mark(segment);
    half.last = mark(segment);
    note_window(half, segment);
    half.labels_flows |= segment.flow_label.value_or(0) != 0;
    if (segment.sign)
        half.sign = {*segment.sign, mark(segment)};
    half.hop_limit = segment.hop_limit;
    half.link_source = segment.link_source;
    if (segment.timestamp)
        half.timestamp = segment.timestamp;
    if (segment.flags.syn() && segment.flags.ack())
        note_acceptance(sender);
    if (segment.flags.syn())
        note_syn(half, segment);
    half.spoke_after_syn |= !segment.flags.syn();
    if (segment.payload > 0 && !segment.flags.syn()) {
        half.last_data = mark(segment);
        if (!half.first_data)
            half.first_data = half.last_data;
    }
    if (segment.flags.fin() && !half.fin)
        half.fin = Mark{segment.frame, segment.seq + segment.payload, segment.time};
}

/// Accepted after a refusal: a fresh start, when the client had asked again. (Otherwise another one
/// than the server may have refused.)
void Connection::note_acceptance(Side server)
{
    const auto& refused = history_.half(server).rst;
    const auto& asked = history_.half(other(server)).last;
    if (refused && asked && asked->frame < refused->frame)
        return;
    for (HalfConnection& each : history_.halves) {
        each.rst.reset();
        each.resets = {};
    }
}

Effect Connection::note_sent(Side sender, const Segment& segment)
{
    HalfConnection& half = history_.half(sender);
    half.probes.count = 0;
    if (segment.length() == 0) {
        if (!half.next)
            half.next = segment.seq;
        return {};
    }

    const bool sent_before = half.next && before(segment.seq, *half.next);
    const Seq oldest = half.una.value_or(half.outstanding ? half.outstanding->first.seq
                                                          : segment.seq);
    Effect effect{.may_be_repeat = sent_before};
    const bool covers_oldest = !before(oldest, segment.seq) && before(oldest, segment.end());
    if (covers_oldest && half.outstanding) {
        send_again(*half.outstanding, segment);
        effect.repeats_oldest = true;
    } else if (covers_oldest) {
        half.outstanding = Outstanding{.first = {segment.frame, oldest, segment.time},
                                       .last_frame = segment.frame,
                                       .last_time = segment.time,
                                       .sent = sent_before ? 2u : 1u,
                                       .opens = segment.flags.syn(),
                                       .original_seen = !sent_before};
        effect.repeats_oldest = sent_before;
    }
    half.next = half.next ? later(*half.next, segment.end()) : segment.end();
    return effect;
}

void Connection::note_probe(Side sender, const Segment& segment)
{
    Probes& probes = history_.half(sender).probes;
    const Mark here = mark(segment);
    probes.interval = probes.count > 0 ? here.time - probes.last.time : Time::zero();
    if (probes.count == 0)
        probes.first = here;
    probes.last = here;
    ++probes.count;
}

void Connection::note_reset(Side sender, const Segment& segment)
{
    HalfConnection& half = history_.half(sender);
    if (!half.rst)
        half.rst = mark(segment);
    ++half.resets[segment.flags.ack()];
}

void Connection::confirm_retransmission(Side sender, bool retransmission, bool repeats_oldest)
{
    HalfConnection& half = history_.half(sender);
    half.tracked_retransmissions += retransmission;
    if (repeats_oldest && half.outstanding)
        ++half.outstanding->tracked;
}

}  // namespace rstcause
