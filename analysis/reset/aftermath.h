// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "reset/reset.h"
#include "wire/threshold.h"

namespace rstcause {

/// Packets that were under way, or that change places, arrive within this span of each other: RFC 8985 §6.2 waits a
/// quarter of a round trip, here of 40 ms.
extern const Threshold<Time> kReordering;

/// Notes what a later segment of the same connection, no reset, says of `reset`. `now`: the
/// connection with that segment. True when it is the first one to show that the supposed sender
/// did not abort.
bool note_later_segment(Reset& reset, const Segment& segment, const History& now);

}  // namespace rstcause
