// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <cstdint>

#include "diagnosis/verdict.h"

namespace rstcause {

/// What the user can set. The defaults are the documented habits of common stacks.
struct Settings {
    /// Retransmissions of one segment before its sender gives up: 5 is the Windows default
    /// (TcpMaxDataRetransmissions).
    std::uint32_t data_retransmissions = 5;
    /// The same for a SYN or SYN-ACK: 2 is the Windows default (TcpMaxConnectRetransmissions).
    std::uint32_t syn_retransmissions = 2;
    /// A silence from this length on can be the cause of a reset.
    Time idle_threshold = std::chrono::seconds(60);
    /// How long a closed connection is remembered: twice the maximum segment lifetime of two
    /// minutes (RFC 9293 §3.4.2).
    Time time_wait = std::chrono::seconds(240);
    /// Verdicts less sure than this are shown as `unknown`.
    Confidence minimum_confidence = Confidence::possible;
};

}  // namespace rstcause
