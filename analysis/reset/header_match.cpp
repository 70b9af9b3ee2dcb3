// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <cstdlib>

#include "reset/reset.h"
#include "wire/threshold.h"

namespace rstcause {

namespace {

// Steps of a counter that its host shares among connections are small; a jump is not. (Counts of packets: by
// drawn traffic.)
const Threshold<int> kSmallStep{"header_match.small_step", 64};
const Threshold<int> kJump{"header_match.jump", 1024};

// Packets that count up, from which on they are a row: two may by chance.
const Threshold<std::size_t> kPackets{"header_match.packets", 3};

int step(std::uint16_t from, std::uint16_t to)
{
    return static_cast<std::int16_t>(static_cast<std::uint16_t>(to - from));
}

/// The host's IP-IDs form a row: its last packets count up in small steps.
std::optional<std::uint16_t> end_of_row(const RecentSegments& sent)
{
    const std::size_t packets = kPackets();
    if (sent.size() < packets)
        return std::nullopt;
    std::optional<std::uint16_t> last;
    for (std::size_t i = sent.size() - packets; i < sent.size(); ++i) {
        const auto id = sent[i].ip_id;
        if (!id || *id == 0 || (last && (step(*last, *id) <= 0 || step(*last, *id) > kSmallStep())))
            return std::nullopt;
        last = id;
    }
    return last;
}

/// Frame of a segment of the other side that has the reset's IP-ID. A host whose own IP-IDs are
/// near by has it by chance.
Frame owner_of_id(std::uint16_t id, const RecentSegments& sent, const RecentSegments& received)
{
    for (std::size_t i = 0; i < sent.size(); ++i)
        if (sent[i].ip_id && std::abs(step(*sent[i].ip_id, id)) <= kJump())
            return 0;
    for (std::size_t i = received.size(); i-- > 0;)
        if (received[i].ip_id == id)
            return received[i].frame;
    return 0;
}

Frame owner_of_numbers(const Segment& rst, const std::optional<Seq>& una,
                       const RecentSegments& received)
{
    for (std::size_t i = received.size(); i-- > 0;) {
        const RecentSegment& s = received[i];
        if (s.length > 0 && s.ack == rst.seq && rst.ack == s.end() && una && before(*una, s.end()))
            return s.frame;
    }
    return 0;
}

/// A plain reset's number that none of the peer's segments acknowledges; where some are forgotten, it
/// must lie beyond what the oldest that is remembered acknowledges.
bool is_nobodys_number(const Segment& rst, const RecentSegments& received)
{
    if (rst.ack || received.size() == 0)
        return false;
    for (std::size_t i = 0; i < received.size(); ++i)
        if (received[i].ack == rst.seq)
            return false;
    const bool remembers_all = received.size() < RecentSegments::kCapacity;
    return remembers_all || (received[0].ack && before(*received[0].ack, rst.seq));
}

/// The first segment that can have told the sender what the reset takes up: its numbers.
std::optional<Time> informing_segment(const Segment& rst, const RecentSegments& received)
{
    for (std::size_t i = 0; i < received.size(); ++i) {
        const RecentSegment& s = received[i];
        if (rst.ack ? s.length > 0 && s.end() == *rst.ack : s.ack == rst.seq)
            return s.time;
    }
    return std::nullopt;
}

}  // namespace

HeaderMatch match_headers(const Segment& rst, const History& before, const RecentSegments& sent,
                          const RecentSegments& received)
{
    const Side sender = rst.from == before.endpoint(Side::a) ? Side::a : Side::b;
    const std::uint64_t link = before.half(sender).link_source;
    HeaderMatch found;
    found.informed_at = informing_segment(rst, received);
    found.numbers_of = owner_of_numbers(rst, before.half(other(sender)).una, received);
    found.nobodys_number = is_nobodys_number(rst, received);
    found.off_its_link = rst.link_source != 0 && link != 0 && rst.link_source != link;
    if (!rst.ip_id)
        return found;
    if (*rst.ip_id != 0)
        found.id_of = owner_of_id(*rst.ip_id, sent, received);
    if (const auto last = end_of_row(sent))
        found.off_its_row = std::abs(step(*last, *rst.ip_id)) > kJump();
    return found;
}

}  // namespace rstcause
