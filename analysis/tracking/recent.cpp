// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracking/recent.h"

#include <algorithm>
#include <chrono>

#include "wire/threshold.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// A sender numbers its packets (RFC 6864 §4.1 asks for no repeat within a datagram's life), so
// an equal non-zero IP-ID within this span is the same packet.
const Threshold<Time> kSamePacketNumbered{"recent.same_packet_numbered", 1s};
// A packet without a number can only be told by time. The shortest retransmission timers are
// 200 ms (Linux TCP_RTO_MIN) and 2 ms for a tail loss probe, so this is well below both.
const Threshold<Time> kSamePacketUnnumbered{"recent.same_packet_unnumbered", 1ms};

bool is_numbered(const std::optional<std::uint16_t>& ip_id) { return ip_id && *ip_id != 0; }

bool looks_identical(const RecentSegment& seen, const Segment& segment)
{
    return seen.seq == segment.seq && seen.ack == segment.ack && seen.flags == segment.flags
        && seen.length == segment.length() && seen.window == segment.window
        && seen.timestamp == segment.timestamp && seen.ip_id == segment.ip_id;
}

Time copy_span(const RecentSegment& seen)
{
    return is_numbered(seen.ip_id) ? kSamePacketNumbered() : kSamePacketUnnumbered();
}

}  // namespace

void RecentSegments::add(const Segment& segment, Time silence, bool late)
{
    const RecentSegment entry{.frame = segment.frame,
                              .time = segment.time,
                              .silence = silence,
                              .seq = segment.seq,
                              .ack = segment.ack,
                              .length = segment.length(),
                              .late = late,
                              .flags = segment.flags,
                              .window = segment.window,
                              .ip_id = segment.ip_id,
                              .timestamp = segment.timestamp,
                              .echo = segment.echo,
                              .hop_limit = segment.hop_limit,
                              .came_by_last = segment.time};
    if (segments_.size() < kCapacity) {
        segments_.push_back(entry);
        return;
    }
    segments_[oldest_] = entry;
    oldest_ = (oldest_ + 1) % kCapacity;
}

/// Where the packet is of which this is a copy; size() when it is none.
std::size_t RecentSegments::place_of_copy(const Segment& segment) const
{
    for (std::size_t i = 0; i < segments_.size(); ++i) {
        const RecentSegment& seen = segments_[i];
        if (looks_identical(seen, segment) && std::chrono::abs(segment.time - seen.time) <= copy_span(seen))
            return i;
    }
    return segments_.size();
}

std::optional<Time> RecentSegments::age_of_copy(const Segment& segment) const
{
    const std::size_t place = place_of_copy(segment);
    if (place == segments_.size())
        return std::nullopt;
    return std::chrono::abs(segment.time - segments_[place].time);
}

void RecentSegments::note_copy(const Segment& copy)
{
    const std::size_t place = place_of_copy(copy);
    if (place == segments_.size())
        return;
    RecentSegment& seen = segments_[place];
    seen.came_by_last = std::max(seen.came_by_last, copy.time);
    seen.passed_on |= copy.hop_limit < seen.hop_limit;
    if (copy.hop_limit == seen.hop_limit && !is_numbered(copy.ip_id)) {
        seen.copy = copy.frame;
        seen.copied = copy.time;
    }
}

}  // namespace rstcause
