// SPDX-License-Identifier: GPL-2.0-or-later
//
// What one reset's own headers show, and what came after it.
#include <algorithm>
#include <cstdint>

#include <fmt/core.h>

#include "facts/clue_rules.h"
#include "facts/words.h"
#include "wire/threshold.h"

namespace rstcause {

using namespace std::chrono_literals;

namespace {

// A host that answers within this time is a neighbour: nobody on the way is clearly faster. By
// drawn traffic.
const Threshold<Time> kNeighbour{"clues_packet.neighbour", 2ms};
// A device answers clearly faster than its host when it takes less than this part of the host's time; a
// first handshake alone is easily twice as slow (address resolution: RFC 4861, RFC 826).
const Threshold<int> kFaster{"clues_packet.faster", 4};

// How far beyond what was sent (bytes) a number can be an echo: a window without scaling (RFC 9293 §3.1).
const Threshold<std::int32_t> kUnseen{"clues_packet.unseen", 1 << 16};

// Ticks of the timestamps' clock by which packets that change places differ: a second where it ticks in
// milliseconds, as most do (RFC 7323 §5.4).
const Threshold<std::int64_t> kTicks{"clues_packet.ticks", 1000};

/// By its TTL it comes from another machine of its address than the connection's packets: that has a counter of its
/// own.
bool is_another_machines(const Case& c)
{
    return usual_hop_limit(c) != c.rst.hop_limit && c.now.own_host.opens_with(c.rst.hop_limit);
}

}  // namespace

std::string other_hop_count(const Case& c)
{
    if (hops_nearer(c) == 0)
        return "";
    return fmt::format("TTL {}, but its sender's other packets arrive with {}", c.rst.hop_limit,
                       *usual_hop_limit(c));
}

std::string missing_flow_label(const Case& c)
{
    // A kernel that labels flows labels its resets too (tcp_v6_send_response); netfilter's
    // nf_send_reset6 and most tools leave the label at zero.
    return c.rst.flow_label == 0u && (c.own().labels_flows || c.now.own_host.labels_flows)
        ? "IPv6 flow label 0, but the host labels its packets"
        : "";
}

std::string answer_faster_than_the_host(const Case& c)
{
    const auto& usual = c.now.own_host.fastest_answer;
    if (!usual || *usual <= kNeighbour() || !c.headers.informed_at)
        return "";
    const Time took = c.rst.time - *c.headers.informed_at;
    return kFaster() * took < *usual
        ? fmt::format("came {} after what it answers, the host itself takes {}", text(took),
                      text(*usual))
        : "";
}

/// DATA_SEQ_RST, as far as it holds: a living socket's next number is never below what its peer
/// has acknowledged.
std::string number_of_the_past(const Case& c)
{
    const auto& una = c.own().una;
    if (!c.rst.ack || c.trigger || !una || !c.own().first || !before(c.rst.seq, *una)
        || c.peer().rst)
        return "";
    return fmt::format("its sequence number lies {} bytes below what {} had acknowledged",
                       distance(c.rst.seq, *una), c.peer_endpoint().text());
}

/// A plain reset echoes an acknowledgement, and nobody acknowledges what was not sent. (Where the
/// capture holds both directions from the start; TCP beyond a gap is not known.)
std::string number_of_the_future(const Case& c)
{
    const auto& next = c.own().next;
    if (c.rst.ack || c.trigger || !next || !start_captured(c) || !c.peer().first)
        return "";
    const std::int32_t ahead = distance(*next, c.rst.seq);
    return ahead > 0 && ahead < kUnseen() && c.own().una && !before(*c.own().una, *next)
        ? fmt::format("its number lies {} bytes beyond all that {} had sent", ahead,
                      c.own_endpoint().text())
        : "";
}

/// A living socket resets at its own next number, whatever is still unacknowledged (RFC 9293 §3.10.5);
/// some stacks go back to what was not acknowledged.
std::string number_used_before(const Case& c)
{
    const auto& own = c.own();
    if (!c.rst.ack || c.trigger || !own.next || !own.una || aborts(c) || mirrors_a_segment(c))
        return "";
    const bool used = before(c.rst.seq, *own.next) && !before(c.rst.seq, *own.una);
    return used ? fmt::format("its number lies {} bytes below its sender's next", distance(c.rst.seq, *own.next))
                : "";
}

/// A host that puts IP-ID 0 into what it sends without a full socket (Linux: SYN-ACKs, plain resets;
/// ip_send_unicast_reply) does so in every plain reset.
std::string id_without_socket(const Case& c)
{
    const auto& ours = c.resets.of(c.sender);
    const bool other_without = std::any_of(ours.begin(), ours.end(), [&](const SentReset& reset) {
        return !reset.ack && reset.ip_id == 0u;
    });
    const bool without = c.own().sends_id_zero || other_without;
    return passive_form(c) && c.rst.ip_id.value_or(0) != 0 && without
        ? fmt::format("IP-ID {} in an answer for no socket, where this host puts 0", *c.rst.ip_id)
        : "";
}

std::string copied_id(const Case& c)
{
    if (c.headers.id_of == 0)
        return "";
    return fmt::format("IP-ID {} copied from frame {} of the other side", *c.rst.ip_id,
                       c.headers.id_of);
}

std::string id_off_its_row(const Case& c)
{
    // A kernel's answer without a socket has IP-ID 0 (Linux ip_send_unicast_reply).
    if (!c.headers.off_its_row || (passive_form(c) && c.rst.ip_id == 0u) || is_another_machines(c))
        return "";
    return fmt::format("IP-ID {} is off the row of its sender's others", *c.rst.ip_id);
}

/// Two hosts do not share a counter. (Where the reset is on its own host's row, one machine has both addresses.)
std::string one_counter_of_two(const Case& c)
{
    const auto& other = c.one_counter_with;
    return other && !id_off_its_row(c).empty()
        ? fmt::format("IP-ID {} and that of frame {}, a reset in another host's name, are of one counter",
                      *c.rst.ip_id, other->frame)
        : "";
}

std::string other_link(const Case& c)
{
    return c.headers.off_its_link ? "link-layer source unlike its sender's others" : "";
}

std::string missing_timestamps(const Case& c)
{
    const bool negotiated = c.own().timestamp && c.peer().timestamp;
    return aborts(c) && negotiated && !c.rst.timestamp ? "no timestamps option, though agreed" : "";
}

/// A TSval that its sender's clock cannot show (RFC 7323 §5.4: one tick in 1 µs, as Linux can, to
/// 1 s), or a TSecr that the other side has yet to send.
std::string timestamps_out_of_line(const Case& c)
{
    if (c.rst.timestamp && c.own().timestamp && c.own().last) {
        const std::int64_t step = static_cast<std::int32_t>(*c.rst.timestamp - *c.own().timestamp);
        const auto elapsed = std::chrono::duration_cast<std::chrono::microseconds>(
            c.rst.time - c.own().last->time);
        if (step < -kTicks() || step > std::max<std::int64_t>(elapsed.count(), 0) + kTicks())
            return "its timestamp (TSval) is off its sender's clock";
    }
    if (c.rst.ack && c.rst.echo.value_or(0) != 0 && c.peer().timestamp
        && static_cast<std::int32_t>(*c.rst.echo - *c.peer().timestamp) > kTicks())
        return "echoes a timestamp (TSecr) that the other side never sent";
    return "";
}

/// Plain resets answer for no connection, and no kernel puts a window there.
std::string window_of_no_socket(const Case& c)
{
    return passive_form(c) && c.rst.window != 0 && c.own().first
        ? fmt::format("window {} in a plain reset, where hosts put 0", c.rst.window)
        : "";
}

std::string copied_window(const Case& c)
{
    const std::uint16_t window = c.rst.window;
    return window != 0 && c.own().first && c.peer().first && window == c.peer().window
            && window != c.own().window
        ? "window copied from the other side"
        : "";
}

namespace {

std::string goes_on(const Case& c)
{
    return fmt::format("{} goes on as if it had not sent a reset", c.own_endpoint().text());
}

}  // namespace

std::string sender_goes_on(const Case& c)
{
    const bool was_a_reset = !c.aftermath.taken_for_data;
    return c.aftermath.sender_went_on && was_a_reset && !is_vague_answer(c) ? goes_on(c) : "";
}

std::string sender_goes_on_after_a_vague_answer(const Case& c)
{
    return c.aftermath.sender_went_on && is_vague_answer(c) ? goes_on(c) : "";
}

}  // namespace rstcause
