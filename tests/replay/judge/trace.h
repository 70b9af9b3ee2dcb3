// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "wire/segment.h"

namespace rstcause::test {

/// One TCP packet as the core takes it, with bytes of its own. At least the flags are captured.
struct Packet {
    RawPacket raw;                    ///< all but the bytes
    std::vector<std::uint8_t> bytes;  ///< from the TCP header on
    Frame kept = 0;                   ///< its frame in the kept capture, whatever becomes of it
};

/// The TCP packets of a capture, in order; frame numbers grow.
using Trace = std::vector<Packet>;

/// A trace, or the beginning of one that outlives it.
using View = std::span<const Packet>;

// Offsets in the TCP header, RFC 9293 §3.1.
inline constexpr std::size_t kSourcePort = 0;
inline constexpr std::size_t kDestinationPort = 2;
inline constexpr std::size_t kSequence = 4;
inline constexpr std::size_t kAcknowledgement = 8;
inline constexpr std::size_t kFlagsEnd = 14;
inline constexpr std::size_t kOptions = 20;

/// The packet for the core; valid while `packet` lives.
RawPacket view(const Packet& packet);

/// The segment as the core reads it.
Segment segment(const Packet& packet);

/// Names a direction ("a>b") or a connection's two ends, whoever speaks.
std::string direction(const Segment& segment);
std::string opposite(const Segment& segment);
std::string ends(const Segment& segment);

void write16(Packet& packet, std::size_t at, std::uint16_t value);
void write32(Packet& packet, std::size_t at, std::uint32_t value);

}  // namespace rstcause::test
