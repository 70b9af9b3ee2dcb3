// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/segment.h"

#include <algorithm>

namespace rstcause {

namespace {

// Offsets in the TCP header, RFC 9293 §3.1.
constexpr std::size_t kFlagsEnd = 14;
constexpr std::size_t kWindowEnd = 16;
constexpr std::size_t kHeaderBytes = 20;
constexpr std::size_t kWordsEnd = 60 + 64;  // the longest header, and what a sign or a statement takes at most

constexpr std::uint8_t kOptionEnd = 0;
constexpr std::uint8_t kOptionNop = 1;
constexpr std::uint8_t kOptionWindowScale = 3;
constexpr std::uint8_t kWindowScaleLength = 3;
constexpr std::uint8_t kOptionSack = 5;
constexpr std::uint8_t kSackOneBlock = 10;
constexpr std::uint8_t kOptionTimestamps = 8;
constexpr std::uint8_t kTimestampsLength = 10;
constexpr std::uint8_t kOptionMptcp = 30;
constexpr std::uint8_t kLargestShift = 14;  // RFC 7323 §2.3

std::uint16_t read16(Bytes bytes, std::size_t at)
{
    return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

std::uint32_t read32(Bytes bytes, std::size_t at)
{
    return std::uint32_t{read16(bytes, at)} << 16 | read16(bytes, at + 2);
}

/// Reads the options that matter, as far as they were captured.
void read_options(Bytes options, Segment& segment)
{
    std::size_t at = 0;
    while (at < options.size() && options[at] != kOptionEnd) {
        if (options[at] == kOptionNop) {
            ++at;
            continue;
        }
        if (at + 1 >= options.size() || options[at + 1] < 2)
            return;
        const std::size_t length = options[at + 1];
        if (at + length > options.size())
            return;
        if (options[at] == kOptionTimestamps && length == kTimestampsLength) {
            segment.timestamp = read32(options, at + 2);
            segment.echo = read32(options, at + 6);
        } else if (options[at] == kOptionSack && length >= kSackOneBlock) {
            segment.sack = SackBlock{Seq(read32(options, at + 2)), Seq(read32(options, at + 6))};
        } else if (options[at] == kOptionWindowScale && length == kWindowScaleLength) {
            segment.window_shift = std::min<std::uint8_t>(options[at + 2], kLargestShift);
        } else if (options[at] == kOptionMptcp && !segment.mptcp) {
            segment.mptcp = read_mptcp(options.subspan(at, length));
        }
        at += length;
    }
}

Defect find_defect(Flags flags, std::size_t header, std::uint32_t length)
{
    if (length < kHeaderBytes)
        return Defect::short_header;
    if (header < kHeaderBytes || header > length)
        return Defect::bad_data_offset;
    if (flags.rst() && flags.syn())
        return Defect::syn_with_rst;
    if (flags.rst() && flags.fin())
        return Defect::fin_with_rst;
    return Defect::none;
}

Segment addressed(const RawPacket& packet)
{
    Segment segment;
    segment.frame = packet.frame;
    segment.time = packet.time;
    segment.interface = packet.interface;
    segment.from = {packet.source, read16(packet.bytes, 0)};
    segment.to = {packet.destination, read16(packet.bytes, 2)};
    segment.hop_limit = packet.hop_limit;
    segment.link_source = packet.link_source;
    segment.ip_id = packet.ip_id;
    segment.flow_label = packet.flow_label;
    return segment;
}

}  // namespace

std::optional<ParsedSegment> parse_segment(const RawPacket& packet)
{
    const Bytes bytes = packet.bytes;
    if (bytes.size() < kFlagsEnd)
        return std::nullopt;

    ParsedSegment parsed{addressed(packet)};
    Segment& segment = parsed.segment;
    const std::size_t header = (bytes[12] >> 4) * 4u;
    segment.seq = Seq(read32(bytes, 4));
    segment.ack_field = read32(bytes, 8);
    segment.flags = Flags{bytes[13]};
    if (segment.flags.ack())
        segment.ack = Seq(segment.ack_field);
    if (bytes.size() >= kWindowEnd)
        segment.window = read16(bytes, 14);

    parsed.defect = find_defect(segment.flags, header, packet.length);
    if (parsed.defect == Defect::short_header || parsed.defect == Defect::bad_data_offset)
        return parsed;

    segment.payload = packet.length - static_cast<std::uint32_t>(header);
    segment.option_bytes = static_cast<std::uint8_t>(header - kHeaderBytes);
    if (bytes.size() > kHeaderBytes)
        read_options(bytes.subspan(kHeaderBytes, std::min(bytes.size(), header) - kHeaderBytes),
                     segment);
    if (bytes.size() > header && segment.payload > 0) {
        parsed.payload = bytes.subspan(
            header, std::min<std::size_t>(bytes.size() - header, segment.payload));
        parsed.words = parsed.payload.first(std::min(parsed.payload.size(), kWordsEnd - header));
        segment.sign = read_sign(parsed.words);
    }
    return parsed;
}

}  // namespace rstcause
