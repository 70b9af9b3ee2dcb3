// SPDX-License-Identifier: GPL-2.0-or-later
//
// What one reset's own headers show, and what came after it.
#include <algorithm>
#include <cstdint>

#include <fmt/core.h>

#include "facts/clue_rules.h"
#include "facts/words.h"

namespace rstcause {

using namespace std::chrono_literals;

std::string other_hop_count(const Reset& r)
{
    if (hops_nearer(r) == 0)
        return "";
    return fmt::format("TTL {}, but its sender's other packets arrive with {}", r.rst.hop_limit,
                       *usual_hop_limit(r));
}

std::string missing_flow_label(const Reset& r)
{
    // A kernel that labels flows labels its resets too (tcp_v6_send_response); netfilter's
    // nf_send_reset6 and most tools leave the label at zero.
    return r.rst.flow_label == 0u && (r.own().labels_flows || r.now.own_host.labels_flows)
        ? "IPv6 flow label 0, but the host labels its packets"
        : "";
}

std::string answer_faster_than_the_host(const Reset& r)
{
    // A device answers clearly faster than its host when it takes less than a quarter of the
    // host's time; a first handshake alone is easily twice as slow (address resolution).
    const auto& usual = r.now.own_host.fastest_answer;
    if (!usual || *usual <= 2ms || !r.likeness.informed_at)
        return "";
    const Time took = r.rst.time - *r.likeness.informed_at;
    return 4 * took < *usual
        ? fmt::format("came {} after what it answers, the host itself takes {}", text(took),
                      text(*usual))
        : "";
}

/// DATA_SEQ_RST, as far as it holds: a living socket's next number is never below what its peer
/// has acknowledged.
std::string number_of_the_past(const Reset& r)
{
    const auto& una = r.own().una;
    if (!r.rst.ack || r.trigger || !una || !r.own().first || !before(r.rst.seq, *una)
        || r.peer().rst)
        return "";
    return fmt::format("its sequence number lies {} bytes below what {} had acknowledged",
                       distance(r.rst.seq, *una), r.peer_endpoint().text());
}

std::string copied_id(const Reset& r)
{
    if (r.likeness.id_of == 0)
        return "";
    return fmt::format("IP-ID {} copied from frame {} of the other side", *r.rst.ip_id,
                       r.likeness.id_of);
}

std::string id_off_its_row(const Reset& r)
{
    // A kernel's answer without a socket has IP-ID 0 (Linux ip_send_unicast_reply).
    if (!r.likeness.off_its_row || (passive_form(r) && r.rst.ip_id == 0u))
        return "";
    return fmt::format("IP-ID {} is off the row of its sender's others", *r.rst.ip_id);
}

std::string other_link(const Reset& r)
{
    return r.likeness.off_its_link ? "link-layer source unlike its sender's others" : "";
}

std::string missing_timestamps(const Reset& r)
{
    const bool negotiated = r.own().timestamp && r.peer().timestamp;
    return aborts(r) && negotiated && !r.rst.timestamp ? "no timestamps option, though agreed" : "";
}

/// A TSval that its sender's clock cannot show (RFC 7323 §5.4: one tick in 1 µs, as Linux can, to
/// 1 s), or a TSecr that the other side has yet to send.
std::string timestamps_out_of_line(const Reset& r)
{
    constexpr std::int64_t kSlack = 1000;  // ticks: packets change places
    if (r.rst.timestamp && r.own().timestamp && r.own().last) {
        const std::int64_t step = static_cast<std::int32_t>(*r.rst.timestamp - *r.own().timestamp);
        const auto elapsed = std::chrono::duration_cast<std::chrono::microseconds>(
            r.rst.time - r.own().last->time);
        if (step < -kSlack || step > std::max<std::int64_t>(elapsed.count(), 0) + kSlack)
            return "its timestamp (TSval) is off its sender's clock";
    }
    if (r.rst.ack && r.rst.echo.value_or(0) != 0 && r.peer().timestamp
        && static_cast<std::int32_t>(*r.rst.echo - *r.peer().timestamp) > kSlack)
        return "echoes a timestamp (TSecr) that the other side never sent";
    return "";
}

/// Plain resets answer for no connection, and no kernel puts a window there.
std::string window_of_no_socket(const Reset& r)
{
    return passive_form(r) && r.rst.window != 0 && r.own().first
        ? fmt::format("window {} in a plain reset, where hosts put 0", r.rst.window)
        : "";
}

std::string copied_window(const Reset& r)
{
    const std::uint16_t window = r.rst.window;
    return window != 0 && r.own().first && r.peer().first && window == r.peer().window
            && window != r.own().window
        ? "window copied from the other side"
        : "";
}

namespace {

std::string goes_on(const Reset& r)
{
    return fmt::format("{} goes on as if it had not sent a reset", r.own_endpoint().text());
}

}  // namespace

std::string sender_goes_on(const Reset& r)
{
    return r.aftermath.sender_went_on && !is_vague_answer(r) ? goes_on(r) : "";
}

std::string sender_goes_on_after_a_vague_answer(const Reset& r)
{
    return r.aftermath.sender_went_on && is_vague_answer(r) ? goes_on(r) : "";
}

}  // namespace rstcause
