// SPDX-License-Identifier: GPL-2.0-or-later
//
// A kept reset as a case: with all that is known by now besides.
#include "facts/clues.h"
#include "reset/form.h"
#include "session/session.h"

namespace rstcause {

namespace {

/// New data that the reset's receiver had sent before it heard of the reset.
std::optional<Mark> sent_after(const HalfConnection& now, const Reset& reset)
{
    const auto& then = reset.peer().next;
    const bool more = then && now.next && before(*then, *now.next) && now.last_data
        && now.last_data->frame > reset.rst.frame;
    return more ? now.last_data : std::nullopt;
}

/// An acknowledgement in the sender's name that came after the reset and covers all that the peer ever sent.
std::optional<Mark> acknowledged_after(const HalfConnection& peer_now, const Reset& reset)
{
    const bool all = peer_now.next && peer_now.una && !before(*peer_now.una, *peer_now.next);
    const bool later = peer_now.una_since && peer_now.una_since->frame > reset.rst.frame;
    return all && later ? peer_now.una_since : std::nullopt;
}

/// When its client's SYN came, by which a NAT's other side is found; empty when the capture lacks it.
std::optional<Time> time_of_syn(const Reset& r)
{
    for (const HalfConnection* half : {&r.own(), &r.peer()})
        if (half->syn && !half->opened_passively)
            return half->syn->time;
    return std::nullopt;
}

}  // namespace

std::optional<SecondPoint> Session::second_point_of(const KeptReset& kept) const
{
    if (kept.reset.defect != Defect::none)
        return std::nullopt;
    const auto others = streams_.elsewhere(kept.stream);
    std::optional<SecondPoint> without_copy;
    for (StreamId id : others) {
        const auto second = compare_points(kept.sent, kept.reset.sender, streams_[kept.stream],
                                           streams_[id], captured_at(id));
        if (second && second->copy != 0)
            return second;
        if (!without_copy)  // a point may show the addresses on both sides of a NAT
            without_copy = second;
    }
    if (without_copy)
        return without_copy;
    // Its SYN is here and not there, not even behind a NAT: the connection never got there.
    const auto opened = time_of_syn(kept.reset);
    const auto sibling = others.empty() && opened ? streams_.sibling(kept.stream) : std::nullopt;
    if (!sibling)
        return std::nullopt;
    for (StreamId id : streams_.elsewhere(*sibling))
        if (const auto second = compare_by_sibling(kept.reset.rst, *opened, streams_[*sibling],
                                                    streams_[id], captured_at(id)))
            return second;
    return std::nullopt;
}

Period Session::captured_at(StreamId stream) const
{
    return point_of(streams_[stream].interface).captured.value_or(Period{});
}

/// The client, as another point knows it that saw the connection open.
std::optional<Side> Session::opener_elsewhere(StreamId stream) const
{
    const History& ours = streams_[stream].connection.history();
    for (StreamId id : streams_.elsewhere(stream)) {
        const History& theirs = streams_[id].connection.history();
        for (Side side : {Side::a, Side::b})
            if (theirs.half(side).syn)
                return same_side(theirs, *theirs.client(), ours);
    }
    return std::nullopt;
}

Case Session::case_of(const KeptReset& kept) const
{
    const Stream& stream = streams_[kept.stream];
    const CapturePoint& point = point_of(stream.interface);
    Case c{kept.reset};
    c.settings = settings_;
    if (!start_captured(c))
        c.before.opener = opener_elsewhere(kept.stream);
    c.now = point.hosts.about(c.rst.from, c.rst.to, client_side(c) == c.sender);
    if (service_name_)
        c.now.service_name = service_name_(service_endpoint(c).port);
    if (kept.burst)
        c.now.burst = point.bursts[*kept.burst];
    c.captured = captured_at(kept.stream);
    c.capture_began_with = point.began_with;
    c.resets_alone = point.resets_alone;
    c.peer_sent_on = sent_after(stream.connection.history().half(other(c.sender)), c);
    c.heard_after = acknowledged_after(stream.connection.history().half(other(c.sender)), c);
    c.resets = stream.resets;
    c.second = second_point_of(kept);
    c.unmatched = points_.size() > 1 && streams_.has_crossings() && !c.second
        && streams_.elsewhere(kept.stream).empty();
    return c;
}

Case Session::full_case_of(const KeptReset& kept) const
{
    Case c = case_of(kept);
    c.clues = clues_of_forging(c);
    c.leans_on = doubtful_close(kept);
    return c;
}

/// The first reset in its sender's name, if something about that does not fit its host: then it may have
/// closed nothing. (One that its receiver obeyed has closed, whoever made it.)
std::optional<Frame> Session::doubtful_close(const KeptReset& kept) const
{
    if (!kept.repeats)
        return std::nullopt;
    Case earlier = case_of(resets_[*kept.repeats]);
    earlier.clues = clues_of_forging(earlier);
    return earlier.clues.empty() ? std::nullopt : std::optional(earlier.rst.frame);
}

}  // namespace rstcause
