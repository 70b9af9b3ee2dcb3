// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/windows.h"

#include <algorithm>

#include "wire/threshold.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// What closing frees at most: for each byte that came, a segment's memory against its bytes (Linux
// skb->truesize); and besides, in bytes, what a small buffer is rounded to. By drawn traffic.
const Threshold<std::uint32_t> kPerByte{"windows.freed_per_byte", 8};
const Threshold<std::uint32_t> kPerBuffer{"windows.freed_per_buffer", 16384};

// A reader that takes what came tells the peer so once that doubles the window or frees half the buffer
// (RFC 9293 §3.8.6.2.2; Linux tcp_cleanup_rbuf): less may have been read without a word.
const Threshold<double> kShrunk{"windows.shrunk", 0.5};

// A program that waits for data has read them by then: more than a turn of its scheduler, and the least that
// stacks delay an acknowledgement for (Linux TCP_DELACK_MIN, 40 ms).
const Threshold<Time> kReadByThen{"windows.read_by_then", 40ms};

// What a window shows so shortly before the reset still held at the reset: by drawn traffic.
const Threshold<Time> kJustBefore{"windows.just_before", 1s};

/// Bytes of the peer's present turn.
std::uint32_t came_since_its_turn(const Case& c)
{
    const HalfConnection& peer = c.peer();
    const Seq from = peer.turn ? peer.turn->seq : *peer.next;
    return static_cast<std::uint32_t>(std::max(distance(from, *peer.next), 0));
}

/// Closing frees what had arrived, and the memory around it: some stacks (lwIP) put the window of a
/// new connection into every reset, whatever came.
bool frees_no_more_than_came(const Case& c, std::uint32_t last)
{
    const std::uint32_t growth = (c.rst.window - last) << c.own().window_shift;
    return growth <= kPerByte() * came_since_its_turn(c) + kPerBuffer();
}

}  // namespace

Fact window_grew_in_the_reset(const Case& c)
{
    if (!c.own().last || c.statement.by_code || !aborts(c))
        return no();
    const std::uint32_t last = c.own().usual_window();
    if (!c.clues.empty())
        return not_known();  // who makes the packet up makes up its window
    const bool grew = c.rst.window > last && c.peer().last_data && frees_no_more_than_came(c, last);
    return known(grew, c.rst.frame).counting(c.rst.window);
}

Fact window_had_shrunk(const Case& c)
{
    if (!peer_spoke_last(c) || !c.own().last || c.own().window_before_turn == 0)
        return no();
    const HalfConnection& own = c.own();
    const bool acknowledged_since = own.last->frame > c.peer().turn->frame;
    const bool shrunk = own.window <= kShrunk() * own.window_before_turn;
    return known(acknowledged_since && shrunk, own.last->frame).counting(own.window);
}

Fact window_lacks_what_came(const Case& c)
{
    const HalfConnection& own = c.own();
    const HalfConnection& peer = c.peer();
    if (!own.last || !peer.turn || !peer.last_data || own.window_before_turn <= own.window)
        return no();
    const std::uint32_t unit = 1u << own.window_shift;
    const std::uint32_t came = came_since_its_turn(c);
    const auto lacks = static_cast<std::uint32_t>(own.window_before_turn - own.window) * unit;
    const bool just_that = came >= 2 * unit && lacks <= came + unit && came <= lacks + unit;
    const bool long_after = own.last->time - peer.last_data->time >= kReadByThen();
    const bool just_before = c.rst.time - own.last->time < kJustBefore();
    return known(just_that && long_after && just_before, own.last->frame).counting(came);
}

}  // namespace rstcause
