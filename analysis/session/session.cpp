// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/session.h"

#include <algorithm>

#include "reset/aftermath.h"
#include "reset/bypass.h"
#include "reset/form.h"
#include "reset/statement_window.h"
#include "wire/threshold.h"

namespace rstcause {

namespace {

// No idle timer is shorter: they are set in seconds (RFC 5382 §5 asks NATs for two hours).
const Threshold<Time> kNoIdleTimer{"session.no_idle_timer", std::chrono::seconds(1)};

/// The segment that the reset surely answers; 0 when there is none.
Frame surely_answered_frame(const Reset& r)
{
    if (r.trigger && !is_vague_answer(r))
        return r.trigger->frame;
    return mirrors_a_segment(r) ? r.headers.numbers_of : 0;
}

// What was on its way when a reset was sent comes by within a long round trip.
const Threshold<Time> kFlight{"session.flight", std::chrono::seconds(1)};

SentReset remember(ResetId id, const Reset& r)
{
    return {.id = id,
            .mark = mark(r.rst),
            .ack = r.rst.ack,
            .ack_field = r.rst.ack_field,
            .window = r.rst.window,
            .hop_limit = r.rst.hop_limit,
            .ip_id = r.rst.ip_id,
            .timestamp = r.rst.timestamp,
            .mptcp = r.rst.mptcp,
            .trigger = surely_answered_frame(r),
            .trigger_end = r.trigger ? r.trigger->seq + r.trigger->length : Seq(),
            .trigger_is_bare = r.trigger && r.trigger->length == 0,
            .nobodys_number = r.headers.nobodys_number};
}

Reset reset_at(const Stream& stream, const ParsedSegment& parsed)
{
    const Connection& connection = stream.connection;
    const Side sender = connection.side_of(parsed.segment);
    const RecentSegments& received = connection.recent(other(sender));
    Reset reset{.rst = parsed.segment,
                .defect = parsed.defect,
                .sender = sender,
                .before = connection.history(),
                .trigger = find_trigger(parsed.segment, connection.history(), received),
                .statement = read_statement(parsed.words),
                .headers = match_headers(parsed.segment, connection.history(),
                                         connection.recent(sender), received)};
    if (reset.statement.text.empty())
        reset.statement = read_window(reset);
    return reset;
}

/// The first of two resets of one sender left its connection to come about, and the second ends it.
bool ended_nothing(const Reset& first, const Reset& second)
{
    return handshake_completed(second)
        && (first.aftermath.healed || (refuses_a_wrong_ack(first) && !refuses_a_wrong_ack(second)));
}

/// Its sender had got the other end's reset before, though under another address: a NAT had let a segment
/// of this connection through as it was.
void note_strangers_reset(const Stream& stream, Reset& reset)
{
    HalfConnection& peer = reset.before.half(other(reset.sender));
    const auto& got = stream.reset_as_a_stranger[index(other(reset.sender))];
    const bool spoke_since = got && reset.own().last && reset.own().last->time > got->time + kFlight();
    if (got && !peer.rst && !spoke_since && passive_form(reset))
        peer.rst = got;
}

}  // namespace

CapturePoint& Session::point_of(std::uint32_t interface)
{
    const auto [found, added]
        = point_index_.try_emplace(interface, std::min(points_.size(), kPoints - 1));
    if (added && points_.size() < kPoints)
        points_.emplace_back();
    return points_[found->second];
}

const CapturePoint& Session::point_of(std::uint32_t interface) const
{
    return points_[point_index_.at(interface)];
}

Observation Session::observe(const RawPacket& packet)
{
    pending_ = {};
    const auto parsed = parse_segment(packet);
    if (!parsed)
        return {};
    const Segment& segment = parsed->segment;
    const bool reset = segment.flags.rst();
    if (parsed->defect != Defect::none && !reset)
        return {};

    const StreamId id = streams_.find(segment);
    Stream& stream = streams_[id];
    const Side sender = stream.connection.side_of(segment);
    CapturePoint& point = point_of(stream.interface);
    point.note_packet(segment);
    if (reset) {
        const ResetId added = add_reset(id, *parsed);
        pending_ = {id, sender, false, added};
        return {added, true};
    }
    const Effect effect = stream.connection.observe(segment);
    if (segment.payload > 0 && !effect.copy)
        stream.connection.read_payload(segment, parsed->payload);
    point.note_segment(stream, segment, effect);
    const auto contradicts = effect.copy ? std::nullopt : note_aftermath(stream, segment);
    if (effect.may_be_repeat)
        pending_ = {id, sender, effect.repeats_oldest, std::nullopt};
    return {std::nullopt, effect.may_be_repeat, contradicts};
}

void Session::note_tracking(const Tracking& tracking)
{
    if (!pending_.stream || !tracking.available)
        return;
    if (pending_.reset)
        resets_[*pending_.reset].reset.tracking_known = true;
    else
        streams_[*pending_.stream].connection.confirm_retransmission(
            pending_.sender, tracking.retransmission,
            pending_.repeats_oldest && tracking.not_new);
}

ResetId Session::add_reset(StreamId stream, const ParsedSegment& parsed)
{
    const ResetId id = resets_.size();
    KeptReset kept{.reset = reset_at(streams_[stream], parsed), .stream = stream};
    note_strangers_reset(streams_[stream], kept.reset);
    kept.reset.bypass = find_bypass(kept.reset, stream, streams_);
    kept.reset.service_then
        = point_of(streams_[stream].interface).hosts.service(parsed.segment.from);
    if (parsed.defect == Defect::none)
        place(kept, id);
    resets_.push_back(std::move(kept));
    note_counter(id);
    return id;
}

/// Sets a believable reset in relation to the others of its connection.
void Session::place(KeptReset& kept, ResetId id)
{
    const Reset& reset = kept.reset;
    Stream& stream = streams_[kept.stream];
    kept.sent = remember(id, reset);
    kept.copies = seen_elsewhere(kept.stream, kept.sent);
    stream.resets.add(reset.sender, kept.sent);
    if (reset.bypass && reset.bypass->to_a_stranger) {
        Stream& other_side = streams_[reset.bypass->connection];
        const Side side = other_side.connection.side_of(reset.rst);
        other_side.reset_as_a_stranger[index(side)] = mark(reset.rst);
    }

    auto& first = stream.first_reset[index(reset.sender)];
    if (first && resets_[*first].reset.aftermath.sender_went_on) {
        kept.follows_forged = first;  // that one ended nothing
        first.reset();
    } else if (first && ended_nothing(resets_[*first].reset, reset)) {
        first.reset();  // a connection came about after it, which this one ends
    }
    kept.repeats = first;
    if (!first)
        kept.burst = note_end(kept);
    first = first.value_or(id);
    stream.connection.observe(reset.rst);
}

/// What a first reset of its sender tells of hosts and services; the burst that it belongs to.
std::optional<BurstId> Session::note_end(const KeptReset& kept)
{
    const Reset& r = kept.reset;
    CapturePoint& point = point_of(streams_[kept.stream].interface);
    const Side client = client_side(r);
    const Endpoint& from = r.before.endpoint(client);
    const Endpoint& service = r.before.endpoint(other(client));
    if (is_stray(r) && r.before.client() != r.sender) {  // what a service sends to its client's port is no probe
        point.hosts.note_probe(r.rst.to, r.rst.from);
        if (!r.peer().timestamp)
            point.hosts.note_stray(r.rst.to, {.port = r.rst.to.port, .flags = r.trigger->flags,
                                              .length = r.trigger->length, .window = r.peer().window});
    } else if (answers_a_syn(r)) {
        point.hosts.note_refusal(r.rst.from, mark(r.rst));
        point.hosts.note_probe(from, service);
    } else if (r.sender == client && r.own().syn && !r.own().first_data) {
        point.hosts.note_unused(from, service, mark(r.rst));
        point.hosts.note_probe(from, service);
    }
    if (!active_form(r))
        return std::nullopt;
    const Endpoint group = group_of(r.before, r.rst.from);
    const Time idle = idle_before(r);
    if (idle > kNoIdleTimer())
        point.hosts.note_idle_end(group, mark(r.rst), idle);
    return point.bursts.join(group, {mark(r.rst), r.rst.to, true, idle});
}

std::optional<ResetId> Session::seen_elsewhere(StreamId stream, const SentReset& sent) const
{
    for (StreamId other : streams_.elsewhere(stream))
        if (const SentReset* twin = streams_[stream].resets.twin_of(sent, streams_[other].resets))
            return twin->id;
    return std::nullopt;
}

/// What the segment says of the first resets of both sides; the frame of the one that it
/// contradicts.
std::optional<Frame> Session::note_aftermath(Stream& stream, const Segment& segment)
{
    std::optional<Frame> contradicted;
    for (Side side : {Side::a, Side::b}) {
        auto& first = stream.first_reset[index(side)];
        if (!first)
            continue;
        const ResetId id = *first;
        Reset& reset = resets_[id].reset;
        const bool goes_on = note_later_segment(reset, segment, stream.connection.history());
        if (reset.aftermath.taken_for_data) {  // it was no reset: the next one is the first
            stream.connection.take_for_data(reset.rst);
            first.reset();
        }
        if (!goes_on)
            continue;
        contradicted = reset.rst.frame;
        for (SentReset& sent : stream.resets.of(side))
            sent.contradicted |= sent.id == id;
    }
    return contradicted;
}

}  // namespace rstcause
