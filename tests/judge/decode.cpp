// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode.h"

#include <algorithm>

#include <pcap/pcap.h>

namespace rstcause::test {

namespace {

constexpr std::uint8_t kTcp = 6;
constexpr std::size_t kIpv4Header = 20;
constexpr std::size_t kIpv6Header = 40;
constexpr std::size_t kLinuxCooked = 16;
constexpr std::size_t kLinuxCooked2 = 20;
/// What the plugin hands over: the longest TCP header and 64 bytes of payload.
constexpr std::size_t kHandedOver = 60 + 64;

std::uint16_t read16(Bytes bytes, std::size_t at)
{
    return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

Bytes after(Bytes bytes, std::size_t count) { return bytes.subspan(std::min(count, bytes.size())); }

std::uint64_t mac_address(Bytes bytes)
{
    std::uint64_t address = 0;
    for (std::uint8_t byte : bytes)
        address = address << 8 | byte;
    return address;
}

bool is_vlan(std::uint16_t ethertype) { return ethertype == 0x8100 || ethertype == 0x88a8; }

bool is_ip(std::uint16_t ethertype) { return ethertype == 0x0800 || ethertype == 0x86dd; }

/// What follows an EtherType at `at` and the VLAN tags after it, when it is IP.
Bytes ip_after_type(Bytes frame, std::size_t at, std::size_t payload)
{
    while (payload + 4 <= frame.size() && is_vlan(read16(frame, at))) {
        at = payload + 2;
        payload += 4;
    }
    return payload < frame.size() && is_ip(read16(frame, at)) ? after(frame, payload) : Bytes{};
}

Bytes ip_packet(int link_type, Bytes frame)
{
    switch (link_type) {
    case DLT_EN10MB: return ip_after_type(frame, 12, 14);
    case DLT_LINUX_SLL: return ip_after_type(frame, 14, kLinuxCooked);
    case DLT_LINUX_SLL2: return ip_after_type(frame, 0, kLinuxCooked2);
    case DLT_NULL:
    case DLT_LOOP: return after(frame, 4);
    case DLT_RAW:
    case DLT_IPV4:
    case DLT_IPV6: return frame;
    default: return {};
    }
}

/// Puts the TCP header and payload into `packet`; `length` is theirs by the IP header.
std::optional<Packet> with_tcp(Packet packet, Bytes tcp, std::size_t length)
{
    const Bytes taken = tcp.first(std::min({tcp.size(), length, kHandedOver}));
    if (taken.size() < kFlagsEnd)
        return std::nullopt;
    packet.bytes.assign(taken.begin(), taken.end());
    packet.raw.length = static_cast<std::uint32_t>(length);
    return packet;
}

std::optional<Packet> decode_ipv4(Bytes ip, std::size_t length_on_the_wire)
{
    const std::size_t header = (ip[0] & 0x0f) * 4u;
    const bool fragment = (read16(ip, 6) & 0x3fff) != 0;  // an offset, or more to come
    // Segmentation offload leaves the length at zero.
    const std::size_t length = read16(ip, 2) != 0 ? read16(ip, 2) : length_on_the_wire;
    if (header < kIpv4Header || length < header || fragment || ip[9] != kTcp)
        return std::nullopt;
    Packet packet;
    packet.raw.hop_limit = ip[8];
    packet.raw.ip_id = read16(ip, 4);
    packet.raw.source = address_from_ipv4(&ip[12]);
    packet.raw.destination = address_from_ipv4(&ip[16]);
    return with_tcp(std::move(packet), after(ip, header), length - header);
}

std::optional<Packet> decode_ipv6(Bytes ip, std::size_t length_on_the_wire)
{
    const std::size_t payload = read16(ip, 4);
    if (ip[6] != kTcp)  // extension headers are for the plugin's tests
        return std::nullopt;
    Packet packet;
    packet.raw.hop_limit = ip[7];
    packet.raw.flow_label = (ip[1] & 0x0fu) << 16 | read16(ip, 2);
    packet.raw.source = address_from_ipv6(&ip[8]);
    packet.raw.destination = address_from_ipv6(&ip[24]);
    return with_tcp(std::move(packet), after(ip, kIpv6Header),
                    payload != 0 ? payload : length_on_the_wire - kIpv6Header);
}

}  // namespace

std::optional<Packet> decode(int link_type, Bytes frame, std::uint32_t length_on_the_wire)
{
    const Bytes ip = ip_packet(link_type, frame);
    const std::size_t length = length_on_the_wire - (frame.size() - ip.size());
    std::optional<Packet> packet;
    if (ip.size() >= kIpv4Header && ip[0] >> 4 == 4)
        packet = decode_ipv4(ip, length);
    else if (ip.size() >= kIpv6Header && ip[0] >> 4 == 6)
        packet = decode_ipv6(ip, length);
    if (packet && link_type == DLT_EN10MB)
        packet->raw.link_source = mac_address(frame.subspan(6, 6));
    return packet;
}

}  // namespace rstcause::test
