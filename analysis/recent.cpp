// SPDX-License-Identifier: GPL-2.0-or-later
#include "recent.h"

#include <chrono>

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// A sender numbers its packets (RFC 6864 §4.1 asks for no repeat within a datagram's life), so
// an equal non-zero IP-ID within this span is the same packet.
constexpr Time kSamePacketNumbered = 1s;
// A packet without a number can only be told by time. The shortest retransmission timers are
// 200 ms (Linux TCP_RTO_MIN) and 2 ms for a tail loss probe, so this is well below both.
constexpr Time kSamePacketUnnumbered = 1ms;
// At another observation point a packet shows up after the path's delay.
constexpr Time kSamePacketElsewhere = 150ms;

bool is_numbered(const std::optional<std::uint16_t>& ip_id) { return ip_id && *ip_id != 0; }

bool looks_identical(const RecentSegment& seen, const Segment& segment)
{
    return seen.seq == segment.seq && seen.ack == segment.ack && seen.flags == segment.flags
        && seen.length == segment.length() && seen.window == segment.window
        && seen.timestamp == segment.timestamp && seen.ip_id == segment.ip_id;
}

Time copy_span(const RecentSegment& seen, const Segment& segment)
{
    if (is_numbered(seen.ip_id))
        return kSamePacketNumbered;
    return seen.interface == segment.interface ? kSamePacketUnnumbered : kSamePacketElsewhere;
}

}  // namespace

void RecentSegments::add(const Segment& segment, Time silence)
{
    const RecentSegment entry{.frame = segment.frame,
                              .time = segment.time,
                              .silence = silence,
                              .interface = segment.interface,
                              .seq = segment.seq,
                              .ack = segment.ack,
                              .length = segment.length(),
                              .flags = segment.flags,
                              .window = segment.window,
                              .ip_id = segment.ip_id,
                              .timestamp = segment.timestamp,
                              .echo = segment.echo};
    if (segments_.size() < kCapacity) {
        segments_.push_back(entry);
        return;
    }
    segments_[oldest_] = entry;
    oldest_ = (oldest_ + 1) % kCapacity;
}

bool RecentSegments::holds_copy_of(const Segment& segment) const
{
    for (const RecentSegment& seen : segments_)
        if (looks_identical(seen, segment)
            && std::chrono::abs(segment.time - seen.time) <= copy_span(seen, segment))
            return true;
    return false;
}

}  // namespace rstcause
