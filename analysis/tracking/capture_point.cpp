// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracking/capture_point.h"

#include <algorithm>
#include <chrono>

namespace rstcause {

namespace {

void note_syn(Hosts& hosts, const Segment& segment, const HalfConnection& peer)
{
    const bool answers = segment.flags.ack() && peer.syn && peer.syns == 1;
    hosts.note_opening(segment, answers ? std::optional(segment.time - peer.syn->time)
                                        : std::nullopt);
    if (segment.flags.ack()) {
        hosts.note_accept(segment.from, mark(segment));
        return;
    }
    hosts.note_smb(segment.from, segment.to, mark(segment), false);
    hosts.note_attempt(segment);
}

/// The client's answer to the SYN-ACK; later segments of the same numbers come later.
bool ends_handshake(const Segment& segment, const HalfConnection& own, const HalfConnection& peer)
{
    return own.syn && peer.syn && peer.opened_passively && peer.syns == 1
        && segment.seq == own.syn->seq + 1 && segment.ack == peer.syn->seq + 1;
}

}  // namespace

Period both(const Period& a, const Period& b)
{
    return {std::min(a.first, b.first), std::max(a.last, b.last)};
}

Period both(const std::optional<Period>& period, Time moment)
{
    return both(period.value_or(Period{moment, moment}), {moment, moment});
}

Endpoint group_of(const History& history, const Endpoint& sender)
{
    const auto client = history.client();
    return client && history.endpoint(*client) == sender ? Endpoint{sender.address, 0} : sender;
}

void CapturePoint::note_packet(const Segment& segment)
{
    if (!captured && segment.flags.syn() && !segment.flags.ack())
        began_with = segment.to;
    captured = both(captured, segment.time);
    resets_alone &= segment.flags.rst();
}

void CapturePoint::note_segment(const Stream& stream, const Segment& segment, const Effect& effect)
{
    if (effect.copy || effect.may_be_repeat)
        return;
    const History& history = stream.connection.history();
    const Side sender = stream.connection.side_of(segment);
    const HalfConnection& own = history.half(sender);
    const HalfConnection& peer = history.half(other(sender));
    const auto is_this = [&](const std::optional<Mark>& mark) {
        return mark && mark->frame == segment.frame;
    };
    if (segment.flags.syn()) {
        note_syn(hosts, segment, peer);
    } else if (ends_handshake(segment, own, peer)) {
        hosts.note_opening(segment, segment.time - peer.syn->time);
    } else if (is_this(own.first) && !own.syn && !peer.syn) {
        hosts.note_opening(segment, std::nullopt);
        hosts.note_alive(segment.from, mark(segment));
    }
    if (is_this(own.first_data) && !own.opened_passively) {
        hosts.note_smb(segment.from, segment.to, mark(segment), true);
        hosts.note_used(segment.from, segment.to);
    }
    if (is_this(own.turn) && peer.first && !own.rst)
        bursts.note_answer(group_of(history, segment.from),
                           std::min(own.first->frame, peer.first->frame), mark(segment));
    if (is_this(own.first_data) && own.opened_passively && peer.syn)
        hosts.note_served(segment.to, segment.from, mark(segment), peer.syn->frame);
    if (is_this(own.fin) && !peer.fin) {
        const RecentSegments& sent = stream.connection.recent(sender);
        const Time silence = sent[sent.size() - 1].silence;
        bursts.join(group_of(history, segment.from),
                    {mark(segment), segment.to, false, silence});
    }
}

}  // namespace rstcause
