// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "tracking/bursts.h"
#include "tracking/hosts.h"
#include "tracking/streams.h"

namespace rstcause {

/// From when to when a capture point captured.
struct Period {
    Time first{}, last{};
};

/// The shortest period that holds both.
Period both(const Period& a, const Period& b);

/// The same with a moment; without a period the moment alone.
Period both(const std::optional<Period>& period, Time moment);

/// Where an endpoint's ends of connections are counted together: a service by itself, a client by
/// its address.
Endpoint group_of(const History& history, const Endpoint& sender);

/// What one capture point has seen beyond single connections. Knowledge of two points is not
/// mixed: hop counts and times differ between them.
struct CapturePoint {
    Hosts hosts;
    Bursts bursts;
    std::optional<Period> captured;
    std::deque<std::size_t> numbered_resets;  ///< ResetId of the latest with an IP-ID
    std::optional<Endpoint> began_with;  ///< whom its first packet asked for a connection

    bool resets_alone = true;  ///< nothing else was captured, as a capture filter may have it

    /// Takes each packet's time, and of the first one whom it asks.
    void note_packet(const Segment& segment);
    void note_segment(const Stream& stream, const Segment& segment, const Effect& effect);
};

}  // namespace rstcause
