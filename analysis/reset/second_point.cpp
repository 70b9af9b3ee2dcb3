// SPDX-License-Identifier: GPL-2.0-or-later
#include "reset/second_point.h"

#include <algorithm>

#include "tracking/streams.h"
#include "wire/threshold.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// A packet that queues between the points comes later than the fastest one by so much: by drawn traffic.
const Threshold<Time> kQueue{"second_point.queue", 50ms};

/// How long after the first point the second one saw the same packets, in both directions of the
/// connection: clock offset plus or minus the delay between them.
struct Lag {
    std::optional<Time> forth;  ///< of what the reset's sender sent, the smallest
    std::optional<Time> back;   ///< of what its receiver sent, the largest
};

/// Calls `take` with the lag of every landmark and recent segment that both points show.
template <typename Take>
void for_each_lag(const HalfConnection& here, const HalfConnection& there,
                  const RecentSegments& here_recent, const RecentSegments& there_recent, Take take)
{
    const auto compare = [&](const std::optional<Mark>& a, const std::optional<Mark>& b) {
        if (a && b && a->seq == b->seq)
            take(b->time - a->time);
    };
    compare(here.syn, there.syn);
    compare(here.first_data, there.first_data);
    compare(here.fin, there.fin);
    for (std::size_t i = 0; i < here_recent.size(); ++i)
        for (std::size_t j = 0; j < there_recent.size(); ++j) {
            const RecentSegment& a = here_recent[i];
            const RecentSegment& b = there_recent[j];
            if (a.seq == b.seq && a.ack == b.ack && a.length == b.length && a.flags == b.flags
                && a.timestamp == b.timestamp && a.ip_id == b.ip_id)
                take(b.time - a.time);
        }
}

Lag lag_between(const Stream& here, Side sender, const Stream& there)
{
    const History& ours = here.connection.history();
    const History& theirs = there.connection.history();
    Lag lag;
    for (Side side : {sender, other(sender)}) {
        const Side twin = same_side(ours, side, theirs);
        for_each_lag(ours.half(side), theirs.half(twin), here.connection.recent(side),
                     there.connection.recent(twin), [&](Time span) {
                         if (side == sender)
                             lag.forth = std::min(lag.forth.value_or(span), span);
                         else
                             lag.back = std::max(lag.back.value_or(span), span);
                     });
    }
    return lag;
}

/// Positive when `there` is nearer to the reset's sender than `here`; 0 when nothing tells.
int nearer_to_sender(const Stream& here, Side sender, const Stream& there, const Lag& lag)
{
    const History& ours = here.connection.history();
    const History& theirs = there.connection.history();
    const auto hops = [&](Side side) {
        const HalfConnection& a = ours.half(side);
        const HalfConnection& b = theirs.half(same_side(ours, side, theirs));
        return a.first && b.first ? b.hop_limit - a.hop_limit : 0;
    };
    const int by_hops = hops(sender) - hops(other(sender));
    if (by_hops != 0)
        return by_hops;
    // What passes `there` first lags behind here, and comes ahead on the way back.
    if (!lag.forth || !lag.back || *lag.forth == *lag.back)
        return 0;
    return *lag.forth < *lag.back ? 1 : -1;
}

/// A NAT between the points changes addresses or ports.
bool is_rewritten(const History& here, const History& there)
{
    return !std::is_permutation(here.endpoints.begin(), here.endpoints.end(),
                                there.endpoints.begin());
}

/// The other point saw the receiver's bytes up to what the reset answers.
bool trigger_passed(const History& here, Side sender, const History& there)
{
    const auto& sent = here.half(other(sender)).next;
    const auto& seen = there.half(same_side(here, other(sender), there)).next;
    return sent && seen && !before(*seen, *sent);
}

/// Where a reset was made or lost that the other point does not show. Empty when that point was not
/// capturing then, or nothing tells which of the two is nearer to the sender.
std::optional<SecondPoint::Path> path_without_copy(Time reset, const Lag& lag, int nearer,
                                               const Period& there_captured)
{
    const auto shift = lag.forth ? lag.forth : lag.back;
    if (!shift || nearer == 0)
        return std::nullopt;
    const Time expected = reset + *shift;
    if (expected < there_captured.first || expected + kQueue() > there_captured.last)
        return std::nullopt;
    return nearer > 0 ? SecondPoint::Path::made_between : SecondPoint::Path::lost_between;
}

}  // namespace

Side same_side(const History& here, Side side, const History& there)
{
    for (Side candidate : {Side::a, Side::b}) {
        if (there.endpoint(candidate) == here.endpoint(side))
            return candidate;
        if (there.endpoint(candidate) == here.endpoint(other(side)))
            return other(candidate);
    }
    const Side client = there.client().value_or(Side::a);
    return here.client() == side ? client : other(client);
}

std::optional<SecondPoint> compare_points(const SentReset& reset, Side sender, const Stream& here,
                                  const Stream& there, const Period& there_captured)
{
    const History& ours = here.connection.history();
    const History& theirs = there.connection.history();
    const Lag lag = lag_between(here, sender, there);
    SecondPoint second;
    second.rewritten = is_rewritten(ours, theirs);
    second.sender_rewritten = theirs.endpoint(same_side(ours, sender, theirs)) != ours.endpoint(sender);
    if (lag.forth && lag.back)
        second.clock_ahead = (*lag.forth + *lag.back) / 2;
    const int nearer = nearer_to_sender(here, sender, there, lag);
    if (const SentReset* copy = here.resets.twin_of(reset, there.resets)) {
        second.copy = copy->mark.frame;
        second.copy_id = copy->id;
        second.copy_is_nearer = nearer > 0;
        return second;
    }
    // A stranger there, to whom a NAT let a segment through as it was, is not this connection's end.
    const Side receiver = other(sender);
    if (ours.half(receiver).first && !theirs.half(same_side(ours, receiver, theirs)).first)
        return std::nullopt;
    // One point on both sides of a NAT, and a NAT that has moved the connection on, show nothing.
    const bool passed = trigger_passed(ours, sender, theirs);
    if (here.is_seen_on(there.interface) || (second.rewritten && nearer > 0 && !passed))
        return std::nullopt;
    const auto path = path_without_copy(reset.mark.time, lag, nearer, there_captured);
    if (!path)
        return std::nullopt;
    second.path = *path;
    second.trigger_passed = passed;
    return second;
}

std::optional<SecondPoint> compare_by_sibling(const Segment& reset, Time opened, const Stream& here,
                                          const Stream& there, const Period& there_captured)
{
    const History& ours = here.connection.history();
    // What a NAT or proxy opens itself never passed its other side.
    if (is_rewritten(ours, there.connection.history()))
        return std::nullopt;
    const Side sender = ours.endpoint(Side::a).address == reset.from.address ? Side::a : Side::b;
    const Lag lag = lag_between(here, sender, there);
    const int nearer = nearer_to_sender(here, sender, there, lag);
    // A capture that starts later may lack the SYN by which a NAT's other side is found.
    if (!path_without_copy(opened, lag, nearer, there_captured))
        return std::nullopt;
    const auto path = path_without_copy(reset.time, lag, nearer, there_captured);
    if (!path || here.is_seen_on(there.interface))
        return std::nullopt;
    return SecondPoint{.path = *path, .trigger_passed = false};
}

}  // namespace rstcause
