// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a segment leaves of itself in its sender's half of the connection.
#include <algorithm>

#include "tracking/connection.h"

namespace rstcause {

namespace {

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
    half.syn_window = segment.window;
    half.window_shift = segment.window_shift.value_or(0);
    half.odd_syn = segment.flags.odd_syn() && segment.payload == 0;
    half.bare_syn = segment.option_bytes <= kMssOption;
}

}  // namespace

/// Whoever speaks after the other side has spoken takes the turn.
void Connection::note_turn(Side sender, const Segment& segment)
{
    HalfConnection& half = history_.half(sender);
    HalfConnection& peer = history_.half(other(sender));
    const bool takes_turn = !half.last_data
        || (peer.last_data && peer.last_data->frame > half.last_data->frame);
    if (!takes_turn)
        return;
    half.turn_before = half.turn;
    half.turn = mark(segment);
    half.turn_is_new = !peer.last_data || !peer.next || (segment.ack && !before(*segment.ack, *peer.next));
    ++half.turns;
    peer.window_before_turn = peer.usual_window();
}

void Connection::note_words(Side sender, const Segment& segment)
{
    HalfConnection& half = history_.half(sender);
    half.last_data = mark(segment);
    half.heard = history_.half(other(sender)).una;
    if (!half.first_data)
        half.first_data = half.last_data;
}

void Connection::read_payload(const Segment& segment, Bytes payload)
{
    const Side sender = side_of(segment);
    HalfConnection& half = history_.half(sender);
    const auto begun = half.message.begun();
    const bool head_asked = history_.half(other(sender)).message.asked_head_only();
    half.message.read(segment.seq + segment.flags.syn(), segment.payload, payload, head_asked);
    if (half.message.begun() != begun)
        half.message_begun = segment.frame;
    if (half.first_data && half.first_data->frame == segment.frame)
        half.speech = read_speech(payload);
}

void Connection::note_landmarks(Side sender, const Segment& segment, bool brings_news, bool probe)
{
    HalfConnection& half = history_.half(sender);
    if (segment.payload > 0 && !segment.flags.syn() && brings_news)
        note_turn(sender, segment);
    if (segment.mptcp && segment.mptcp->fast_close)
        half.fast_close = mark(segment);
    else if (segment.payload > 0 && brings_news)
        half.fast_close.reset();  // nobody heeded it: a wrong key
    if (!half.first)
        half.first = mark(segment);
    half.last = mark(segment);
    note_window(half, segment);
    half.sends_id_zero |= segment.ip_id == 0u;
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
    if (segment.payload > 0 && !segment.flags.syn() && !probe)
        note_words(sender, segment);
    if (segment.flags.syn() || segment.frame == half.first->frame)
        half.heard = history_.half(other(sender)).una;
    half.fin_again |= segment.flags.fin() && half.fin;
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

}  // namespace rstcause
