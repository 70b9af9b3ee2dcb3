// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/endpoint.h"

#include <arpa/inet.h>

#include <bit>
#include <cstring>
#include <random>

#include <fmt/core.h>

namespace rstcause {

namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

Address address_from_bytes(const std::array<std::uint8_t, 16>& bytes)
{
    return Address{std::bit_cast<std::array<std::uint64_t, 2>>(bytes)};
}

std::uint64_t process_salt()
{
    static const std::uint64_t salt = [] {
        std::random_device device;
        return (std::uint64_t{device()} << 32) | device();
    }();
    return salt;
}

/// The finalizer of splitmix64: every input bit reaches every output bit.
std::uint64_t mixed(std::uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

}  // namespace

bool Address::is_ipv4() const
{
    return std::memcmp(words.data(), kMappedPrefix.data(), kMappedPrefix.size()) == 0;
}

std::string Address::text() const
{
    const auto bytes = std::bit_cast<std::array<std::uint8_t, 16>>(words);
    char buffer[INET6_ADDRSTRLEN] = "";
    if (is_ipv4())
        inet_ntop(AF_INET, bytes.data() + kMappedPrefix.size(), buffer, sizeof buffer);
    else
        inet_ntop(AF_INET6, bytes.data(), buffer, sizeof buffer);
    return buffer;
}

std::string Endpoint::text() const
{
    return address.is_ipv4() ? fmt::format("{}:{}", address.text(), port)
                             : fmt::format("[{}]:{}", address.text(), port);
}

Address address_from_ipv4(const std::uint8_t* bytes)
{
    std::array<std::uint8_t, 16> mapped{};
    std::memcpy(mapped.data(), kMappedPrefix.data(), kMappedPrefix.size());
    std::memcpy(mapped.data() + kMappedPrefix.size(), bytes, 4);
    return address_from_bytes(mapped);
}

Address address_from_ipv6(const std::uint8_t* bytes)
{
    std::array<std::uint8_t, 16> plain{};
    std::memcpy(plain.data(), bytes, plain.size());
    return address_from_bytes(plain);
}

std::size_t EndpointHash::operator()(const Endpoint& endpoint) const
{
    const std::uint64_t first = mixed(endpoint.address.words[0] ^ process_salt());
    return mixed(first ^ endpoint.address.words[1] ^ (std::uint64_t{endpoint.port} << 17));
}

}  // namespace rstcause
