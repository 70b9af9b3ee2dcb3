// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <cstdint>

#include "reset/terms.h"
#include "wire/segment.h"
#include "wire/threshold.h"

namespace rstcause {

// Retransmissions of one segment before its sender gives up: 5 is the Windows default
// (TcpMaxDataRetransmissions).
inline const Threshold<std::uint32_t> kDataRetransmissions{"settings.data_retransmissions", 5};

// The same for a SYN or SYN-ACK: 2 is the Windows default (TcpMaxConnectRetransmissions).
inline const Threshold<std::uint32_t> kSynRetransmissions{"settings.syn_retransmissions", 2};

// A silence from this length on can be the cause of a reset: no default of a device on the way is shorter
// (facts/idle_timers.cpp). For servers' own, which often are, facts/timers.cpp asks whether it is unusual.
inline const Threshold<Time> kIdleThreshold{"settings.idle_threshold", std::chrono::seconds(60)};

// How long a closed connection is remembered: twice the maximum segment lifetime of two minutes
// (RFC 9293 §3.4.2).
inline const Threshold<Time> kTimeWait{"settings.time_wait", std::chrono::seconds(240)};

/// What the user can set. The defaults are the documented habits of common stacks.
struct Settings {
    std::uint32_t data_retransmissions = kDataRetransmissions();
    std::uint32_t syn_retransmissions = kSynRetransmissions();
    Time idle_threshold = kIdleThreshold();
    Time time_wait = kTimeWait();
    /// Verdicts less sure than this are shown as `unknown`.
    Confidence minimum_confidence = Confidence::possible;
};

}  // namespace rstcause
