// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include "tracking/capture_point.h"
#include "tracking/history.h"

namespace rstcause {


/// What a second capture point says of a reset that the first one shows.
struct SecondPoint {
    enum class Path {
        delivered,     ///< both points show it
        made_between,  ///< only the receiver's point does: it was made on the way
        lost_between,  ///< only the sender's point does: it was swallowed on the way
    };
    Path path = Path::delivered;
    Frame copy = 0;              ///< the same reset at the other point
    std::size_t copy_id = 0;     ///< its ResetId
    bool copy_is_nearer = false; ///< the other point is nearer to the sender
    bool trigger_passed = true;  ///< the segment that it answers is seen at the sender's point
    Time clock_ahead{};          ///< the other point's clock is ahead by this, as estimated
    bool rewritten = false;      ///< a NAT between them changes addresses or ports
    bool sender_rewritten = false;  ///< those of the reset's sender: the NAT speaks for it
};

/// The side of `there` that is `side` of `here`: by address, or behind a NAT by role.
Side same_side(const History& here, Side side, const History& there);

/// Compares two points' views of one connection. Empty when they cannot tell: the other point was
/// not capturing then, or nothing shows which of the two is nearer to the sender.
std::optional<SecondPoint> compare_points(const SentReset& reset, Side sender, const Stream& here,
                                  const Stream& there, const Period& there_captured);

/// The same for a connection that the other point does not show at all although it was capturing
/// when it was `opened`, by another one between the same hosts that both points show.
std::optional<SecondPoint> compare_by_sibling(const Segment& reset, Time opened, const Stream& here,
                                          const Stream& there, const Period& there_captured);

}  // namespace rstcause
