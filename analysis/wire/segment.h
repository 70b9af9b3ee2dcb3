// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "wire/endpoint.h"
#include "wire/seq.h"
#include "wire/signs.h"

namespace rstcause {

/// Frame number as Wireshark shows it, from 1.
using Frame = std::uint32_t;

/// Capture time since the Unix epoch, or a span of it.
using Time = std::chrono::nanoseconds;

/// The control bits of RFC 9293 §3.1, low byte as on the wire.
struct Flags {
    std::uint8_t bits = 0;

    constexpr bool fin() const { return bits & 0x01; }
    constexpr bool syn() const { return bits & 0x02; }
    constexpr bool rst() const { return bits & 0x04; }
    constexpr bool ack() const { return bits & 0x10; }

    /// SYN beside FIN, URG or PSH, which no TCP sends together.
    constexpr bool odd_syn() const { return syn() && (bits & 0x29); }

    friend constexpr bool operator==(Flags, Flags) = default;
};

/// Bytes that a receiver holds beyond a gap: from `left` up to, not including, `right` (RFC 2018 §3).
struct SackBlock {
    Seq left, right;
};

/// One TCP segment as the capture holds it. An immutable value; what the packet did not carry
/// (or the capture cut off) is an empty optional, never a special number.
struct Segment {
    Frame frame = 0;
    Time time{};
    std::uint32_t interface = 0;  ///< capture interface: the observation point
    Endpoint from;
    Endpoint to;

    Seq seq;
    std::optional<Seq> ack;       ///< only with the ACK flag
    std::uint32_t ack_field = 0;  ///< the raw field, which a plain RST may also fill
    Flags flags;
    std::uint16_t window = 0;   ///< as on the wire, not scaled
    std::uint32_t payload = 0;  ///< bytes, by the IP length: link-layer padding is not counted

    std::uint8_t hop_limit = 0;                    ///< IPv4 TTL or IPv6 hop limit
    std::uint64_t link_source = 0;                 ///< MAC address, 0: not known
    std::optional<std::uint16_t> ip_id;            ///< IPv4 only
    std::optional<std::uint32_t> flow_label;       ///< IPv6 only
    std::optional<std::uint32_t> timestamp;        ///< TSval (RFC 7323)
    std::optional<std::uint32_t> echo;             ///< TSecr, meant only with the ACK flag
    std::optional<SackBlock> sack;  ///< the first block: what its receiver got last (RFC 2018 §4)
    std::optional<MptcpSign> mptcp;  ///< MP_FASTCLOSE or MP_TCPRST
    std::optional<Sign> sign;         ///< what its payload begins with
    std::uint8_t option_bytes = 0;    ///< length of the TCP options
    std::optional<std::uint8_t> window_shift;  ///< window scale option (RFC 7323 §2)

    /// Sequence space that the segment occupies: payload, SYN and FIN (SEG.LEN).
    constexpr std::uint32_t length() const { return payload + flags.syn() + flags.fin(); }
    constexpr Seq end() const { return seq + length(); }
};

/// The packet as the capture holds it: what the C side hands over.
struct RawPacket {
    Frame frame = 0;
    Time time{};
    std::uint32_t interface = 0;
    Address source;
    Address destination;
    std::uint8_t hop_limit = 0;
    std::uint64_t link_source = 0;
    std::optional<std::uint16_t> ip_id;
    std::optional<std::uint32_t> flow_label;
    Bytes bytes;  ///< the captured bytes from the TCP header on
    std::uint32_t length = 0;             ///< bytes of TCP header and payload by the IP header
};

/// Why a packet with the RST flag is not a believable reset.
enum class Defect {
    none,
    short_header,      ///< the packet ends inside the TCP header
    bad_data_offset,   ///< data offset below 5 or beyond the packet (RFC 9293 §3.1)
    syn_with_rst,      ///< opens and aborts at once
    fin_with_rst,      ///< closes and aborts at once
};

struct ParsedSegment {
    Segment segment;
    Defect defect = Defect::none;  ///< with a defect, only the flags, ports and seq are meant
    Bytes payload{};               ///< as much of it as was captured, within the packet's own bytes
    Bytes words{};                 ///< of that the beginning, which signs and statements are read from
};

/// Reads the TCP header. Empty when the capture holds too little of it to know the flags
/// (fewer than 14 bytes): then nothing can be said of the packet.
std::optional<ParsedSegment> parse_segment(const RawPacket& packet);

}  // namespace rstcause
