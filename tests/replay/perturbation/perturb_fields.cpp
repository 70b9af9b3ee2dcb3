// SPDX-License-Identifier: GPL-2.0-or-later
//
// Perturbations that change what packets carry.
#include "perturb.h"

#include <algorithm>
#include <bit>
#include <map>

namespace rstcause::test {

namespace {

constexpr std::uint16_t kFirstEphemeral = 32768;

bool is_ephemeral(std::uint16_t port) { return port >= kFirstEphemeral; }

std::uint16_t lowered(std::uint16_t port)
{
    return static_cast<std::uint16_t>(port - kFirstEphemeral);
}

/// IPv4 lives in the last 4 of the 16 bytes.
Address inverted(const Address& address)
{
    auto bytes = std::bit_cast<std::array<std::uint8_t, 16>>(address);
    for (std::size_t i = address.is_ipv4() ? 12 : 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(~bytes[i]);
    return {std::bit_cast<std::array<std::uint64_t, 2>>(bytes)};
}

std::uint16_t mirrored(std::uint16_t port)
{
    constexpr std::uint16_t kLast = 0xffff;
    return is_ephemeral(port) ? static_cast<std::uint16_t>(kFirstEphemeral + (kLast - port))
                              : port;
}

/// Where each direction's stream starts, and how far it got.
struct Extent {
    Seq first;
    std::uint32_t length = 0;
};

std::map<std::string, Extent> extents(const Trace& trace)
{
    std::map<std::string, Extent> found;
    for (const Packet& packet : trace) {
        const Segment s = segment(packet);
        if (s.flags.rst())
            continue;
        const auto [entry, added] = found.try_emplace(direction(s), Extent{s.seq, 0});
        const std::int32_t reached = distance(entry->second.first, s.end());
        if (reached > 0)
            entry->second.length
                = std::max(entry->second.length, static_cast<std::uint32_t>(reached));
    }
    return found;
}

/// What to add to a direction's sequence numbers to have 0 in the middle of its stream. A lone SYN
/// becomes 0 itself: were 0 the number after it, an acknowledgement field of 0 without the ACK flag
/// could be old Windows' RCV.NXT or nothing at all.
std::uint32_t offset_of(const std::map<std::string, Extent>& extents, const std::string& direction)
{
    const auto found = extents.find(direction);
    if (found == extents.end())
        return 0x89abcdef;  // it consists of resets: any will do
    const Extent& extent = found->second;
    return 0u - (extent.first.value() + extent.length / 2);
}

/// The acknowledgement field of a packet without ACK flag: zero, or the sequence number once more,
/// or (old Windows) the next one expected from the peer.
std::uint32_t moved_idle_ack(const Segment& s, std::uint32_t own, std::uint32_t peer)
{
    if (s.ack_field == 0)
        return 0;
    return s.ack_field + (s.ack_field == s.seq.value() ? own : peer);
}

}  // namespace

Trace with_mirrored_endpoints(Trace trace)
{
    for (Packet& packet : trace) {
        const Segment s = segment(packet);
        packet.raw.source = inverted(packet.raw.source);
        packet.raw.destination = inverted(packet.raw.destination);
        write16(packet, kSourcePort, mirrored(s.from.port));
        write16(packet, kDestinationPort, mirrored(s.to.port));
    }
    return trace;
}

Trace with_low_client_ports(Trace trace)
{
    for (Packet& packet : trace) {
        const Segment s = segment(packet);
        if (is_ephemeral(s.from.port) && !is_ephemeral(s.to.port))
            write16(packet, kSourcePort, lowered(s.from.port));
        if (is_ephemeral(s.to.port) && !is_ephemeral(s.from.port))
            write16(packet, kDestinationPort, lowered(s.to.port));
    }
    return trace;
}

Trace with_wrapped_sequence_numbers(Trace trace)
{
    const auto streams = extents(trace);
    for (Packet& packet : trace) {
        const Segment s = segment(packet);
        const std::uint32_t own = offset_of(streams, direction(s));
        const std::uint32_t peer = offset_of(streams, opposite(s));
        const bool answers_no_ack = s.flags.rst() && s.flags.ack() && s.seq.value() == 0;
        if (!answers_no_ack)
            write32(packet, kSequence, s.seq.value() + own);
        if (packet.bytes.size() >= kAcknowledgement + 4)
            write32(packet, kAcknowledgement,
                    s.ack ? s.ack->value() + peer : moved_idle_ack(s, own, peer));
    }
    return trace;
}

Trace starting_at(Trace trace, Time start)
{
    const Time shift = trace.empty() ? Time::zero() : start - trace.front().raw.time;
    for (Packet& packet : trace)
        packet.raw.time += shift;
    return trace;
}

Trace without_timestamps(Trace trace)
{
    constexpr std::uint8_t kEnd = 0, kPadding = 1, kTimestamps = 8;
    for (Packet& packet : trace) {
        auto& bytes = packet.bytes;
        const std::size_t end = std::min<std::size_t>(bytes.size(), (bytes[12] >> 4) * 4u);
        for (std::size_t at = kOptions; at + 1 < end && bytes[at] != kEnd;) {
            const std::size_t length = bytes[at] == kPadding ? 1 : bytes[at + 1];
            if (length == 0 || at + length > end)
                break;
            if (bytes[at] == kTimestamps)
                std::fill_n(&bytes[at], length, kPadding);
            at += length;
        }
    }
    return trace;
}

Trace without_ip_ids(Trace trace)
{
    for (Packet& packet : trace)
        if (packet.raw.ip_id)
            packet.raw.ip_id = 0;
    return trace;
}

Trace corrupted(Trace trace, Random& random)
{
    const auto below = [&](std::size_t count) { return random() % count; };
    for (Packet& packet : trace) {
        if (below(4) == 0)
            for (std::size_t i = 0; i <= below(4); ++i)
                packet.bytes[below(std::min<std::size_t>(packet.bytes.size(), 60))]
                    = static_cast<std::uint8_t>(random());
        if (below(32) == 0)
            packet.raw.length = static_cast<std::uint16_t>(random());
    }
    return trace;
}

Trace truncated(Trace trace, Random& random)
{
    for (Packet& packet : trace)
        if (random() % 4 == 0) {  // a new vector: no spare bytes behind its end
            const auto end = packet.bytes.begin()
                + static_cast<std::ptrdiff_t>(random() % packet.bytes.size());
            packet.bytes = std::vector(packet.bytes.begin(), end);
        }
    return trace;
}

}  // namespace rstcause::test
