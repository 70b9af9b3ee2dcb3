// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace rstcause {

/// An IP address; IPv4 is kept in its IPv4-mapped form (RFC 4291 §2.5.5.2).
struct Address {
    std::array<std::uint64_t, 2> words{};  ///< the 16 bytes, in memory order

    bool is_ipv4() const;
    std::string text() const;  ///< "192.0.2.1", "2001:db8::1"

    friend bool operator==(const Address&, const Address&) = default;
};

/// One end of a TCP connection.
struct Endpoint {
    Address address;
    std::uint16_t port = 0;

    std::string text() const;  ///< "192.0.2.1:80", "[2001:db8::1]:80"

    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// Builds an Address from 4 (IPv4) or 16 (IPv6) bytes in network order.
Address address_from_ipv4(const std::uint8_t* bytes);
Address address_from_ipv6(const std::uint8_t* bytes);

/// Hash for tables keyed by endpoints. Salted once per process, so that a crafted capture
/// cannot choose addresses that all fall into one bucket.
struct EndpointHash {
    std::size_t operator()(const Endpoint& endpoint) const;
};

}  // namespace rstcause
