// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "tracking/history.h"

namespace rstcause {

/// A reset as it is remembered beside the others of its connection.
struct SentReset {
    std::size_t id = 0;  ///< ResetId
    Mark mark;
    std::optional<Seq> ack;
    std::uint32_t ack_field = 0;
    std::uint16_t window = 0;
    std::uint8_t hop_limit = 0;
    std::optional<std::uint16_t> ip_id;
    std::optional<std::uint32_t> timestamp;
    std::optional<MptcpSign> mptcp;
    Frame trigger = 0;  ///< 0: it answers no segment of the capture
    Seq trigger_end;
    bool trigger_is_bare = false;  ///< an ACK that occupies no sequence space
    bool nobodys_number = false;   ///< a plain one, and no segment of the peer acknowledges its number
    bool contradicted = false;     ///< its supposed sender went on
};

/// The same packet, seen a second time: by a mirror port, or at another capture point. What a
/// router or a NAT rewrites does not count.
constexpr bool same_packet(const SentReset& a, const SentReset& b)
{
    return a.mark.seq == b.mark.seq && a.ack == b.ack && a.ack_field == b.ack_field
        && a.window == b.window && a.timestamp == b.timestamp && a.ip_id == b.ip_id;
}

/// One maker may have sent both: they came over as many hops, and both are numbered or neither is. Each is
/// a reset as it is remembered, or the segment itself.
template <typename One, typename Other>
constexpr bool may_be_of_one_maker(const One& a, const Other& b)
{
    return a.hop_limit == b.hop_limit && (a.ip_id.value_or(0) == 0) == (b.ip_id.value_or(0) == 0);
}

/// The resets of one connection, by the side that is named as their sender. The first few are
/// remembered; how many there were beyond them is counted.
struct SentResets {
    static constexpr std::size_t kCapacity = 16;

    std::array<std::vector<SentReset>, 2> by_side;
    std::uint32_t forgotten = 0;  ///< resets beyond the capacity: of these nothing is known

    std::vector<SentReset>& of(Side side) { return by_side[index(side)]; }
    const std::vector<SentReset>& of(Side side) const { return by_side[index(side)]; }
    void add(Side side, const SentReset& reset)
    {
        if (of(side).size() < kCapacity)
            by_side[index(side)].push_back(reset);
        else
            ++forgotten;
    }

    /// The same packet at another point; of several that look alike the one at the same
    /// place in the row. Null when it is not there.
    const SentReset* twin_of(const SentReset& reset, const SentResets& elsewhere) const;
};

}  // namespace rstcause
