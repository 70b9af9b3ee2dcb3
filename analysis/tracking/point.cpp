// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracking/point.h"

namespace rstcause {

namespace {

/// Connections that end together are counted by service, and for a client by its address.
Endpoint burst_key(const Reset& reset)
{
    return client_side(reset) == reset.sender ? Endpoint{reset.rst.from.address, 0}
                                              : reset.rst.from;
}

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

void Point::note_time(Time now)
{
    captured = both(captured, now);
}

void Point::note_segment(const Stream& stream, const Segment& segment, const Effect& effect)
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
    if (is_this(own.fin) && !peer.fin)
        bursts.join(segment.from, mark(segment), false);
}

std::optional<BurstId> Point::note_end(const Reset& r)
{
    const Side client = client_side(r);
    const Endpoint& from = r.before.endpoint(client);
    const Endpoint& service = r.before.endpoint(other(client));
    if (is_stray(r)) {
        hosts.note_probe(r.rst.to, r.rst.from);
    } else if (answers_a_syn(r)) {
        hosts.note_refusal(r.rst.from, mark(r.rst));
        hosts.note_probe(from, service);
    } else if (r.sender == client && r.own().syn && !r.own().first_data) {
        hosts.note_unused(from, service, mark(r.rst));
        hosts.note_probe(from, service);
    }
    return active_form(r) ? bursts.join(burst_key(r), mark(r.rst), true) : std::nullopt;
}

}  // namespace rstcause
