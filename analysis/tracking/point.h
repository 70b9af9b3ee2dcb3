// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>

#include "tracking/bursts.h"
#include "tracking/hosts.h"
#include "reset/passage.h"
#include "reset/reset.h"
#include "tracking/streams.h"

namespace rstcause {

/// What one capture point has seen beyond single connections. Knowledge of two points is not
/// mixed: hop counts and times differ between them.
struct Point {
    Hosts hosts;
    Bursts bursts;
    std::optional<Period> captured;

    void note_time(Time now);
    void note_segment(const Stream& stream, const Segment& segment, const Effect& effect);
    /// A first reset of its sender; the burst that it belongs to.
    std::optional<BurstId> note_end(const Reset& reset);
};

}  // namespace rstcause
