// SPDX-License-Identifier: GPL-2.0-or-later
#include "reset/bypass.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "reset/form.h"
#include "reset/second_point.h"
#include "wire/threshold.h"

namespace rstcause {

namespace {

// A segment of a connection lies within a few windows of what the ends have sent. (Of two numbers of 32 bits
// both fall so near by chance once in a million times.)
const Threshold<std::uint32_t> kNear{"bypass.near", 1u << 20};

// A timestamp's echo is that of a segment sent not longer ago, in ticks: of 1 ms on Linux and Windows.
const Threshold<std::uint32_t> kEcho{"bypass.echo", 600'000};

bool is_near(Seq a, Seq b, std::uint32_t window)
{
    return static_cast<std::uint32_t>(std::abs(distance(a, b))) <= kNear() + window;
}

/// The segment echoes a timestamp that this end had sent of late; without timestamps nothing tells.
bool echo_fits(const Trigger& segment, const HalfConnection& own)
{
    return !segment.echo || !own.timestamp || *own.timestamp - *segment.echo <= kEcho();
}

/// By its numbers the segment that is reset belongs to this connection of the reset's sender.
bool belongs_to(const Reset& r, const History& connection, Side own_side)
{
    const HalfConnection& own = connection.half(own_side);
    const HalfConnection& peer = connection.half(other(own_side));
    return own.next && peer.next && is_near(*own.next, r.rst.seq, 0)
        && is_near(*peer.next, r.trigger->seq, own.open_window()) && echo_fits(*r.trigger, own);
}

bool is_closed(const History& h)
{
    const HalfConnection& a = h.half(Side::a);
    const HalfConnection& b = h.half(Side::b);
    return (a.fin && b.fin) || a.rst || b.rst;
}

Bypass bypass_of(const Reset& r, const Trigger& segment, StreamId id, const Streams& streams, Side far)
{
    const History& h = streams[id].connection.history();
    const Mark last = h.last_active.value_or(Mark{});
    return {.segment = segment,
            .connection = id,
            .end = h.endpoint(far),
            .last = last,
            .silence = std::max(Time::zero(), segment.time - last.time),
            .by_the_nat = r.rst.from != h.endpoint(Side::a) && r.rst.from != h.endpoint(Side::b),
            .closed = is_closed(h)};
}

std::optional<Bypass> to_a_stranger(const Reset& r, StreamId stream, const Streams& streams)
{
    for (StreamId id : streams.others_of(r.rst.from, stream)) {
        const History& h = streams[id].connection.history();
        const Side own = h.endpoint(Side::a) == r.rst.from ? Side::a : Side::b;
        if (!belongs_to(r, h, own))
            continue;
        Bypass found = bypass_of(r, *r.trigger, id, streams, other(own));
        found.to_a_stranger = true;
        return found;
    }
    return std::nullopt;
}

bool has_passed(const RecentSegment& segment, const RecentSegments& there)
{
    for (std::size_t i = 0; i < there.size(); ++i)
        if (there[i].seq == segment.seq && there[i].ack == segment.ack && there[i].length == segment.length)
            return true;
    return false;
}

/// The end of `there` that `here` does not have; empty when a NAT has changed both or none.
std::optional<Side> changed_end(const History& here, const History& there)
{
    const auto is_new = [&](Side side) {
        return std::find(here.endpoints.begin(), here.endpoints.end(), there.endpoint(side))
            == here.endpoints.end();
    };
    if (is_new(Side::a) == is_new(Side::b))
        return std::nullopt;
    return is_new(Side::a) ? Side::a : Side::b;
}

/// Both directions of one connection pass under these addresses as well.
bool carries_the_same(const Reset& r, const History& there)
{
    for (Side side : {Side::a, Side::b}) {
        const HalfConnection& ours = r.before.half(side);
        const HalfConnection& theirs = there.half(same_side(r.before, side, there));
        if (!ours.next || !theirs.first || !theirs.next || !is_near(*ours.next, *theirs.next, 0))
            return false;
    }
    return true;
}

/// The streams among which a NAT's other side would be: found by the SYN, or by an end that both share.
std::vector<StreamId> perhaps_other_side(const Reset& r, StreamId stream, const Streams& streams)
{
    std::vector<StreamId> perhaps = streams.elsewhere(stream);
    for (const Endpoint& end : {r.rst.from, r.rst.to})
        for (StreamId id : streams.others_of(end, stream))
            perhaps.push_back(id);
    return perhaps;
}

/// The first segment that this reset may answer and that passed none of those `others`.
const RecentSegment* left_out(const Segment& rst, const RecentSegments& sent,
                              const std::vector<const RecentSegments*>& others)
{
    for (std::size_t i = 0; i < sent.size(); ++i) {
        const RecentSegment& s = sent[i];
        const bool passed = std::any_of(others.begin(), others.end(), [&](const RecentSegments* there) {
            return has_passed(s, *there);
        });
        if (s.ack == rst.seq && !s.flags.syn() && !passed)
            return &s;
    }
    return nullptr;
}

std::optional<Bypass> on_one_side_only(const Reset& r, StreamId stream, const Streams& streams)
{
    std::optional<StreamId> other_side;
    std::vector<const RecentSegments*> others;  // it may have been translated to another server than before
    for (StreamId id : perhaps_other_side(r, stream, streams)) {
        const Connection& there = streams[id].connection;
        if (!changed_end(r.before, there.history()) || !streams[id].is_seen_on(streams[stream].interface))
            continue;
        others.push_back(&there.recent(same_side(r.before, other(r.sender), there.history())));
        if (!other_side && carries_the_same(r, there.history()))
            other_side = id;
    }
    if (!other_side)
        return std::nullopt;
    const RecentSegment* segment = left_out(r.rst, streams[stream].connection.recent(other(r.sender)), others);
    if (!segment)
        return std::nullopt;
    const Side changed = *changed_end(r.before, streams[*other_side].connection.history());
    return bypass_of(r, as_trigger(*segment, false), *other_side, streams, changed);
}

}  // namespace

std::optional<Bypass> find_bypass(const Reset& reset, StreamId stream, const Streams& streams)
{
    if (!passive_form(reset) || !reset.trigger || reset.trigger->flags.syn())
        return std::nullopt;
    const bool stranger = !reset.own().first && !reset.peer().syn;
    return stranger ? to_a_stranger(reset, stream, streams) : on_one_side_only(reset, stream, streams);
}

}  // namespace rstcause
