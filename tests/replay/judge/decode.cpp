// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode.h"

#include <algorithm>

#include <pcap/pcap.h>

namespace rstcause::test {

namespace {

// IP protocol numbers of IANA.
constexpr std::uint8_t kHopByHop = 0, kIpInIp = 4, kTcp = 6, kUdp = 17, kIpv6InIp = 41, kRouting = 43,
                       kGre = 47, kDestinationOptions = 60;
// EtherTypes of IEEE 802.
constexpr std::uint16_t kIpv4 = 0x0800, kIpv6 = 0x86dd, kVlan = 0x8100, kServiceVlan = 0x88a8,
                        kMpls = 0x8847, kPppoeSession = 0x8864, kBridged = 0x6558;
constexpr std::uint16_t kVxlanPort = 4789;  // RFC 7348
constexpr std::size_t kIpv4Header = 20;
constexpr std::size_t kIpv6Header = 40;
constexpr std::size_t kEthernet = 14;
constexpr std::size_t kLinuxCooked = 16;
constexpr std::size_t kLinuxCooked2 = 20;
/// Layers within layers: captures are written by strangers.
constexpr int kDeepest = 16;

/// One layer's bytes as captured, and how many there were on the wire.
struct Layer {
    Bytes bytes;
    std::size_t length = 0;

    bool has(std::size_t count) const { return bytes.size() >= count && length >= count; }
    std::uint8_t at(std::size_t index) const { return bytes[index]; }
    std::uint16_t at16(std::size_t index) const
    {
        return static_cast<std::uint16_t>(bytes[index] << 8 | bytes[index + 1]);
    }
    /// has(count)
    Layer after(std::size_t count) const { return {bytes.subspan(count), length - count}; }
    Layer first(std::size_t count) const
    {
        return {bytes.first(std::min(count, bytes.size())), count};
    }
};

using Found = std::optional<Packet>;

Found by_ether_type(std::uint16_t type, Layer layer, Packet packet, int depth);

std::uint64_t mac_address(Bytes bytes)
{
    std::uint64_t address = 0;
    for (std::uint8_t byte : bytes)
        address = address << 8 | byte;
    return address;
}

Found tcp(Layer layer, Packet packet)
{
    if (layer.bytes.size() < kFlagsEnd)
        return std::nullopt;
    packet.bytes.assign(layer.bytes.begin(), layer.bytes.end());
    packet.raw.length = static_cast<std::uint32_t>(layer.length);
    return packet;
}

Found ethernet(Layer layer, Packet packet, int depth)
{
    if (!layer.has(kEthernet))
        return std::nullopt;
    packet.raw.link_source = mac_address(layer.bytes.subspan(6, 6));
    return by_ether_type(layer.at16(12), layer.after(kEthernet), std::move(packet), depth);
}

/// RFC 2784 and RFC 2890: checksum, key and sequence number are there when their bits are set.
Found gre(Layer layer, Packet packet, int depth)
{
    if (!layer.has(4) || (layer.at16(0) & 0x4007) != 0)  // routing (RFC 1701), or PPTP's version
        return std::nullopt;
    const std::uint8_t bits = layer.at(0);
    const std::size_t header =
        4 + (bits & 0x80 ? 4u : 0u) + (bits & 0x20 ? 4u : 0u) + (bits & 0x10 ? 4u : 0u);
    if (!layer.has(header))
        return std::nullopt;
    return by_ether_type(layer.at16(2), layer.after(header), std::move(packet), depth);
}

Found vxlan(Layer udp, Packet packet, int depth)
{
    constexpr std::size_t kUdpHeader = 8, kVxlanHeader = 8;
    if (!udp.has(kUdpHeader + kVxlanHeader) || udp.at16(2) != kVxlanPort)
        return std::nullopt;
    return ethernet(udp.after(kUdpHeader + kVxlanHeader), std::move(packet), depth);
}

Found by_protocol(std::uint8_t protocol, Layer layer, Packet packet, int depth)
{
    switch (protocol) {
    case kTcp: return tcp(layer, std::move(packet));
    case kIpInIp: return by_ether_type(kIpv4, layer, std::move(packet), depth);
    case kIpv6InIp: return by_ether_type(kIpv6, layer, std::move(packet), depth);
    case kGre: return gre(layer, std::move(packet), depth);
    case kUdp: return vxlan(layer, std::move(packet), depth);
    default: return std::nullopt;
    }
}

Found ipv4(Layer ip, Packet packet, int depth)
{
    if (!ip.has(kIpv4Header) || ip.at(0) >> 4 != 4)
        return std::nullopt;
    const std::size_t header = (ip.at(0) & 0x0f) * 4u;
    const bool fragment = (ip.at16(6) & 0x3fff) != 0;  // an offset, or more to come
    // Segmentation offload leaves the length at zero.
    const std::size_t length = ip.at16(2) != 0 ? ip.at16(2) : ip.length;
    if (header < kIpv4Header || !ip.has(header) || length < header || fragment)
        return std::nullopt;
    packet.raw.hop_limit = ip.at(8);
    packet.raw.ip_id = ip.at16(4);
    packet.raw.flow_label.reset();
    packet.raw.source = address_from_ipv4(&ip.bytes[12]);
    packet.raw.destination = address_from_ipv4(&ip.bytes[16]);
    return by_protocol(ip.at(9), ip.first(length).after(header), std::move(packet), depth);
}

Found ipv6(Layer ip, Packet packet, int depth)
{
    if (!ip.has(kIpv6Header) || ip.at(0) >> 4 != 6)
        return std::nullopt;
    packet.raw.hop_limit = ip.at(7);
    packet.raw.ip_id.reset();
    packet.raw.flow_label = (ip.at(1) & 0x0fu) << 16 | ip.at16(2);
    packet.raw.source = address_from_ipv6(&ip.bytes[8]);
    packet.raw.destination = address_from_ipv6(&ip.bytes[24]);
    std::uint8_t next = ip.at(6);
    // A length of zero: a jumbogram or segmentation offload.
    Layer layer = ip.after(kIpv6Header);
    if (ip.at16(4) != 0)
        layer = layer.first(ip.at16(4));
    while (next == kHopByHop || next == kRouting || next == kDestinationOptions) {
        const std::size_t header = layer.has(2) ? (layer.at(1) + 1u) * 8 : 8;
        if (!layer.has(header))
            return std::nullopt;
        next = layer.at(0);
        layer = layer.after(header);
    }
    return by_protocol(next, layer, std::move(packet), depth);
}

/// The label stack; what it carries is told by its first four bits.
Found mpls(Layer layer, Packet packet, int depth)
{
    bool last = false;
    while (!last && layer.has(5)) {
        last = layer.at(2) & 1;
        layer = layer.after(4);
    }
    if (!last)
        return std::nullopt;
    return by_ether_type(layer.at(0) >> 4 == 4 ? kIpv4 : kIpv6, layer, std::move(packet), depth);
}

/// RFC 2516 §4, then PPP's protocol field, of which the first byte may be left out (RFC 1661 §6.5).
Found pppoe(Layer layer, Packet packet, int depth)
{
    constexpr std::size_t kHeader = 6;
    if (!layer.has(kHeader + 2))
        return std::nullopt;
    const bool short_field = layer.at(kHeader) & 1;
    const std::uint16_t protocol = short_field ? layer.at(kHeader) : layer.at16(kHeader);
    const Layer carried = layer.after(kHeader + (short_field ? 1 : 2));
    switch (protocol) {
    case 0x21: return by_ether_type(kIpv4, carried, std::move(packet), depth);
    case 0x57: return by_ether_type(kIpv6, carried, std::move(packet), depth);
    default: return std::nullopt;
    }
}

Found by_ether_type(std::uint16_t type, Layer layer, Packet packet, int depth)
{
    if (depth >= kDeepest)
        return std::nullopt;
    switch (type) {
    case kIpv4: return ipv4(layer, std::move(packet), depth + 1);
    case kIpv6: return ipv6(layer, std::move(packet), depth + 1);
    case kMpls: return mpls(layer, std::move(packet), depth + 1);
    case kPppoeSession: return pppoe(layer, std::move(packet), depth + 1);
    case kBridged: return ethernet(layer, std::move(packet), depth + 1);
    case kVlan:
    case kServiceVlan:
        return layer.has(4)
            ? by_ether_type(layer.at16(2), layer.after(4), std::move(packet), depth + 1)
            : std::nullopt;
    default: return std::nullopt;
    }
}

Found any_ip(Layer layer)
{
    return layer.has(1) ? by_ether_type(layer.at(0) >> 4 == 4 ? kIpv4 : kIpv6, layer, {}, 0)
                        : std::nullopt;
}

}  // namespace

std::optional<Packet> decode(int link_type, Bytes frame, std::uint32_t length_on_the_wire)
{
    const Layer layer{frame, length_on_the_wire};
    switch (link_type) {
    case DLT_EN10MB: return ethernet(layer, {}, 0);
    case DLT_LINUX_SLL:
        return layer.has(kLinuxCooked)
            ? by_ether_type(layer.at16(14), layer.after(kLinuxCooked), {}, 0)
            : std::nullopt;
    case DLT_LINUX_SLL2:
        return layer.has(kLinuxCooked2)
            ? by_ether_type(layer.at16(0), layer.after(kLinuxCooked2), {}, 0)
            : std::nullopt;
    case DLT_NULL:
    case DLT_LOOP: return layer.has(4) ? any_ip(layer.after(4)) : std::nullopt;
    case DLT_RAW:
    case DLT_IPV4:
    case DLT_IPV6: return any_ip(layer);
    default: return std::nullopt;
    }
}

}  // namespace rstcause::test
