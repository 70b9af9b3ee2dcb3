// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracking/streams.h"

#include <algorithm>
#include <tuple>

namespace rstcause {

namespace {

bool has_sent(const Stream& stream, const Endpoint& endpoint)
{
    const History& history = stream.connection.history();
    const Side side = endpoint == history.endpoint(Side::a) ? Side::a : Side::b;
    return history.half(side).first || history.half(side).rst;
}

/// The MSS option alone (RFC 9293 §3.7.1).
constexpr std::uint8_t kMssOption = 4;

/// A SYN or SYN-ACK with another number than the stream's own.
bool opens_another(const Stream& stream, const Segment& segment)
{
    const auto& syn = stream.connection.history().half(stream.connection.side_of(segment)).syn;
    return segment.flags.syn() && syn && syn->seq != segment.seq;
}

}  // namespace

std::size_t Streams::FlowHash::operator()(const FlowKey& key) const
{
    const EndpointHash hash;
    return hash(key.low) * 31 + hash(key.high);
}

std::size_t Streams::OpeningHash::operator()(const Opening& opening) const
{
    return std::hash<std::uint64_t>{}(std::uint64_t{opening.seq} << 32 | opening.timestamp);
}

Streams::FlowKey Streams::key_of(const Endpoint& one, const Endpoint& two)
{
    const bool ordered = std::tie(one.address.words, one.port) <= std::tie(two.address.words, two.port);
    return ordered ? FlowKey{one, two} : FlowKey{two, one};
}

Streams::FlowKey Streams::hosts_of(const Stream& stream)
{
    const auto& ends = stream.connection.history().endpoints;
    return key_of({ends[0].address, 0}, {ends[1].address, 0});
}

/// One direction here, the other one there: the two legs of a tap.
bool Streams::may_be_leg(const Stream& stream, const Segment& segment)
{
    return !stream.other_leg && !stream.mixed && !has_sent(stream, segment.from);
}

/// A leg that carries the other direction as well is a capture point of its own.
void Streams::unlearn_leg(Stream& stream, const Segment& segment)
{
    if (!stream.other_leg)
        return;
    const bool on_leg = stream.other_leg->interface == segment.interface;
    const bool by_its_sender = stream.other_leg->sender == stream.connection.side_of(segment);
    if (on_leg == by_its_sender)
        return;
    stream.other_leg.reset();
    stream.mixed = true;
}

/// Where the flow keeps the stream that this segment belongs to; null when its point is new.
StreamId* Streams::slot_of(Flow& flow, const Segment& segment)
{
    Stream& first = streams_[flow.first];
    unlearn_leg(first, segment);
    if (first.is_seen_on(segment.interface))
        return &flow.first;
    for (StreamId& id : flow.more)
        if (streams_[id].is_seen_on(segment.interface))
            return &id;
    if (!may_be_leg(first, segment))
        return flow.more.size() + 1 < kMostPoints ? nullptr : &flow.more.back();
    first.other_leg = Stream::Leg{segment.interface, first.connection.side_of(segment)};
    return &flow.first;
}

StreamId Streams::find(const Segment& segment)
{
    const StreamId id = place(segment);
    if (segment.flags.syn() && !segment.flags.ack() && !segment.flags.rst()
        && !streams_[id].crossing)
        link_by_opening(id, segment);
    return id;
}

/// The stream by addresses, ports and capture point; opened when there is none.
StreamId Streams::place(const Segment& segment)
{
    const auto [found, added] = flows_.try_emplace(key_of(segment.from, segment.to));
    Flow& flow = found->second;
    if (added)
        return flow.first = open(segment);

    StreamId* slot = slot_of(flow, segment);
    if (!slot) {
        const StreamId id = open(segment);
        flow.more.push_back(id);
        if (!opens_another(streams_[flow.first], segment))
            link(flow.first, id);
        return id;
    }
    if (streams_[*slot].connection.is_reopened_by(segment)) {
        const StreamId earlier = *slot;
        *slot = open(segment);
        streams_[*slot].connection = Connection(segment, streams_[earlier].connection.history());
    }
    return *slot;
}

StreamId Streams::open(const Segment& segment)
{
    const StreamId id = streams_.size();
    streams_.push_back({.connection = Connection(segment), .interface = segment.interface});
    by_end_.add(segment.from, segment.to);
    return id;
}

/// A NAT changes one end. Two connections with a common end and the same SYN are one.
void Streams::link_by_opening(StreamId id, const Segment& segment)
{
    auto& seen = openings_.touch({segment.seq.value(), segment.timestamp.value_or(0)});
    if (!seen || *seen == id) {
        seen = id;
        return;
    }
    const Stream& other = streams_[*seen];
    const auto& ends = other.connection.history().endpoints;
    const bool shares_an_end = std::any_of(ends.begin(), ends.end(), [&](const Endpoint& end) {
        return end == segment.from || end == segment.to;
    });
    // One point that sees both sides of a NAT (-i any on a router) is told by the timestamp, or by the hop that
    // lies between: scanners, whose SYNs have hardly an option, send one number to many ports.
    const bool routed = segment.option_bytes > kMssOption
        && other.connection.history().half(Side::a).hop_limit == segment.hop_limit + 1;
    if (shares_an_end && (segment.timestamp || routed || !other.is_seen_on(segment.interface)))
        link(*seen, id);
}

void Streams::link(StreamId first, StreamId second)
{
    // A stream that holds segments of two points tells nothing about what passed which of them.
    if (streams_[first].mixed || streams_[second].mixed)
        return;
    auto& crossing = streams_[first].crossing;
    if (crossing && crossings_[*crossing].size() >= kMostPoints)
        return;
    if (!crossing) {
        crossing = crossings_.size();
        crossings_.push_back({first});
    }
    streams_[second].crossing = crossing;
    crossings_[*crossing].push_back(second);
    siblings_.touch(hosts_of(streams_[first])) = crossings_[*crossing];
    siblings_.touch(hosts_of(streams_[second])) = crossings_[*crossing];
}

std::optional<StreamId> Streams::sibling(StreamId id) const
{
    for (StreamId candidate : siblings_.at(hosts_of(streams_[id])))
        if (candidate != id && streams_[candidate].is_seen_on(streams_[id].interface)
            && hosts_of(streams_[candidate]) == hosts_of(streams_[id]))
            return candidate;
    return std::nullopt;
}

std::vector<StreamId> Streams::elsewhere(StreamId id) const
{
    const auto& crossing = streams_[id].crossing;
    if (!crossing)
        return {};
    std::vector<StreamId> others = crossings_[*crossing];
    std::erase(others, id);
    return others;
}

std::vector<StreamId> Streams::others_of(const Endpoint& end, StreamId id) const
{
    std::vector<StreamId> others = by_end_.perhaps_of(end);
    std::erase_if(others, [&](StreamId other) {
        const auto& ends = streams_[other].connection.history().endpoints;
        return other == id || (ends[0] != end && ends[1] != end)
            || !streams_[other].is_seen_on(streams_[id].interface);
    });
    return others;
}

}  // namespace rstcause
