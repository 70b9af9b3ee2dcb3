// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace.h"

#include <algorithm>

namespace rstcause::test {

RawPacket view(const Packet& packet)
{
    RawPacket raw = packet.raw;
    raw.bytes = packet.bytes;
    return raw;
}

Segment segment(const Packet& packet) { return parse_segment(view(packet)).value().segment; }

std::string direction(const Segment& s) { return s.from.text() + ">" + s.to.text(); }

std::string opposite(const Segment& s) { return s.to.text() + ">" + s.from.text(); }

std::string ends(const Segment& s) { return std::min(direction(s), opposite(s)); }

void write16(Packet& packet, std::size_t at, std::uint16_t value)
{
    packet.bytes.at(at) = static_cast<std::uint8_t>(value >> 8);
    packet.bytes.at(at + 1) = static_cast<std::uint8_t>(value);
}

void write32(Packet& packet, std::size_t at, std::uint32_t value)
{
    write16(packet, at, static_cast<std::uint16_t>(value >> 16));
    write16(packet, at + 2, static_cast<std::uint16_t>(value));
}

}  // namespace rstcause::test
