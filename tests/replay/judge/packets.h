// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace rstcause::test {

// Packets made by hand, layer by layer, to be read back. Checksums are left out: nobody reads them.

inline std::string big_endian(std::uint64_t value, std::size_t size)
{
    std::string bytes;
    for (std::size_t i = size; i-- > 0;)
        bytes += static_cast<char>(value >> 8 * i);
    return bytes;
}

/// A TCP segment from port 80 to 40000: RST,ACK with sequence number 1000.
inline std::string reset()
{
    return big_endian(80, 2) + big_endian(40000, 2) + big_endian(1000, 4) + big_endian(2000, 4)
        + big_endian(0x5014, 2) + std::string(6, '\0');
}

/// From 192.0.2.1 to 192.0.2.2, TTL 61, ID 0x1234.
inline std::string ipv4(std::uint8_t protocol, const std::string& payload, std::uint16_t fragment = 0)
{
    return big_endian(0x4500, 2) + big_endian(20 + payload.size(), 2) + big_endian(0x1234, 2)
        + big_endian(fragment, 2) + big_endian(61, 1) + big_endian(protocol, 1) + big_endian(0, 2)
        + big_endian(0xc0000201, 4) + big_endian(0xc0000202, 4) + payload;
}

/// From 2001:db8::1 to 2001:db8::2, hop limit 62, flow label 0x54321.
inline std::string ipv6(std::uint8_t next, const std::string& payload)
{
    const std::string net = big_endian(0x20010db800000000, 8);
    return big_endian(0x60054321, 4) + big_endian(payload.size(), 2) + big_endian(next, 1)
        + big_endian(62, 1) + net + big_endian(1, 8) + net + big_endian(2, 8) + payload;
}

/// From 02:00:00:00:00:01.
inline std::string ethernet(std::uint16_t type, const std::string& payload)
{
    return big_endian(0x020000000002, 6) + big_endian(0x020000000001, 6) + big_endian(type, 2) + payload;
}

}  // namespace rstcause::test
