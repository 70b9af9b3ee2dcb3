// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "wire/segment.h"

namespace rstcause {

/// What is remembered of a segment for a short while.
struct RecentSegment {
    Frame frame = 0;
    Time time{};
    Time silence{};  ///< no segment but keep-alives for this long before it
    Seq seq;
    std::optional<Seq> ack;
    std::uint32_t length = 0;  ///< sequence space occupied
    bool late = false;         ///< all of it had been acknowledged when it came
    Flags flags;
    std::uint16_t window = 0;
    std::optional<std::uint16_t> ip_id;
    std::optional<std::uint32_t> timestamp, echo;  ///< TSval, TSecr
    std::uint8_t hop_limit = 0;
    std::optional<Frame> copy; ///< the same packet again, the latest; without a number it may be another one
    Time copied{};             ///< when
    Time came_by_last{};       ///< the same packet: on its way it may be captured more than once
    bool passed_on = false;    ///< the same packet came by again, a hop farther: captured where it was routed

    Seq end() const { return seq + length; }
};

/// The last few segments of one direction: to recognise copies that the capture made, and to
/// find the segment that elicited a reset.
class RecentSegments {
public:
    static constexpr std::size_t kCapacity = 16;

    void add(const Segment& segment, Time silence, bool late);

    /// When `segment` is one of these packets captured a second time (a bridge, `-i any`, a mirror
    /// port), not sent a second time: how long after the first.
    std::optional<Time> age_of_copy(const Segment& segment) const;

    /// Takes note of a copy, as age_of_copy() knows them.
    void note_copy(const Segment& copy);

    std::size_t size() const { return segments_.size(); }
    /// The i-th remembered segment, oldest first.
    const RecentSegment& operator[](std::size_t i) const
    {
        return segments_[(oldest_ + i) % segments_.size()];
    }

private:
    std::size_t place_of_copy(const Segment& segment) const;

    std::vector<RecentSegment> segments_;
    std::size_t oldest_ = 0;
};

}  // namespace rstcause
