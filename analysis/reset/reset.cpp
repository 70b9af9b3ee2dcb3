// SPDX-License-Identifier: GPL-2.0-or-later
#include "reset/reset.h"

#include <algorithm>

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// Timers fire a little late; 8 % leaves room for scheduling and for coarse clocks, yet makes a
// chance hit on the grid improbable.
constexpr double kGridTolerance = 0.08;
constexpr Time kTimerSlack = 5ms;

}  // namespace

std::optional<std::uint8_t> usual_hop_limit(const Reset& r)
{
    return r.own().first ? std::optional(r.own().hop_limit) : r.now.own_host.hop_limit;
}

int hops_of(std::uint8_t hop_limit)
{
    return (hop_limit <= 64 ? 64 : hop_limit <= 128 ? 128 : 255) - hop_limit;
}

const char* stage(const Reset& r)
{
    const auto side = r.before.client();
    if (!start_captured(r) || !side)
        return "";
    const HalfConnection& client = r.before.half(*side);
    const HalfConnection& server = r.before.half(other(*side));
    if (!server.syn || !client.spoke_after_syn)
        return "post_syn";
    if (!client.first_data && !server.first_data)
        return "post_ack";
    const bool one_request = client.first_data && client.first_data->frame == client.last_data->frame;
    return one_request && !server.first_data ? "post_psh" : "later";
}

int hops_nearer(const Reset& r)
{
    const auto usual = usual_hop_limit(r);
    return usual ? hops_of(*usual) - hops_of(r.rst.hop_limit) : 0;
}

Side client_side(const Reset& r) { return r.before.client().value_or(r.sender); }

bool sent_by_client(const Reset& r) { return r.before.client() == r.sender; }

const Endpoint& service_endpoint(const Reset& r)
{
    const auto client = r.before.client();
    return client ? r.before.endpoint(other(*client)) : r.own_endpoint();
}

bool meets_a_foreign_ack(const Reset& r)
{
    const HalfConnection& opener = r.own();
    return passive_form(r) && r.trigger && opener.syn && !opener.opened_passively
        && !opener.spoke_after_syn && !r.trigger->flags.syn()
        && r.rst.seq != opener.syn->seq + 1;
}

bool refuses_a_wrong_ack(const Reset& r)
{
    const HalfConnection& server = r.own();
    return meets_a_foreign_ack(r)
        || (passive_form(r) && r.trigger && server.syn && server.opened_passively
            && !server.spoke_after_syn && r.rst.seq != server.syn->seq + 1);
}

bool is_vague_answer(const Reset& r)
{
    constexpr Time kPrompt = 20ms;
    const bool refusal = r.rst.ack && !r.own().first;
    if ((!passive_form(r) && !refusal) || (r.trigger && r.trigger->length > 0))
        return false;
    const auto& last = r.own().last;
    return !r.trigger || r.rst.time - r.trigger->time > kPrompt
        || (last && last->frame > r.trigger->frame);
}

bool answers_a_reset(const Reset& r)
{
    return r.rst.ack && r.rst.seq == Seq() && r.peer().rst && *r.rst.ack == r.peer().rst->seq;
}

bool mirrors_a_segment(const Reset& r)
{
    return r.rst.ack && r.rst.window == 0 && r.likeness.numbers_of != 0;
}

Frame answered_frame(const Reset& r)
{
    return r.trigger ? r.trigger->frame : r.likeness.numbers_of;
}

bool is_stray(const Reset& r)
{
    return r.trigger && !r.trigger->flags.syn() && !r.own().first && r.peer().first
        && r.peer().first->frame == r.trigger->frame;
}

bool client_refuses_syn_ack(const Reset& r)
{
    const HalfConnection& client = r.own();
    return passive_form(r) && !r.own().rst && !r.peer().rst && client.syn
        && !client.opened_passively && !client.spoke_after_syn && r.trigger
        && r.trigger->flags.syn() && r.rst.seq == client.syn->seq + 1;
}

bool client_left_it_unused(const Reset& r)
{
    const HalfConnection& client = r.own();
    return client.syn && !client.opened_passively && !client.first_data && !client.fin
        && !client.rst && !r.peer().rst;
}

bool active_form(const Reset& r)
{
    // Data that the reset overtook, or that the capture lacks, leave a gap before its number.
    constexpr std::int32_t kUnseen = 1 << 20;
    const auto& next = r.own().next;
    if (!r.rst.ack || !r.own().first || !next || r.rst.seq == *next)
        return r.rst.ack && r.own().first;
    // Linux stays within a window that its peer has taken back (tcp_acceptable_seq).
    if (r.own().una && r.rst.seq == *r.own().una + r.peer().open_window())
        return true;
    const std::int32_t gap = distance(*next, r.rst.seq);
    return gap > 0 && gap < kUnseen && r.rst.ack == r.peer().next;
}

bool active_form_without_ack_flag(const Reset& r)
{
    return !r.rst.ack && r.rst.ack_field != 0 && r.rst.ack_field != r.rst.seq.value()
        && r.own().next && r.rst.seq == *r.own().next && r.peer().next
        && Seq(r.rst.ack_field) == *r.peer().next;
}

bool aborts(const Reset& r) { return active_form(r) || active_form_without_ack_flag(r); }

bool window_is_not_a_window(const Reset& r)
{
    const std::uint32_t now = r.rst.window;
    const std::uint32_t last = r.own().window;
    return now != 0 && (!active_form(r) || now > 2 * last || 2 * now < last);
}

bool passive_form(const Reset& r) { return !r.rst.ack && !active_form_without_ack_flag(r); }

bool answers_a_syn(const Reset& r)
{
    const HalfConnection& opener = r.peer();
    if (!r.rst.ack || !opener.syn || opener.opened_passively || r.own().first)
        return false;
    const Seq first = opener.syn->seq + 1;
    return !before(*r.rst.ack, first) && !before(*opener.next, *r.rst.ack);
}

bool handshake_completed(const Reset& r)
{
    const auto client = r.before.client();
    return client && r.before.half(*client).syn && r.before.half(other(*client)).syn
        && r.before.half(*client).spoke_after_syn;
}

bool start_captured(const Reset& r) { return r.own().syn || r.peer().syn; }

std::optional<Mark> earlier_close(const Reset& r)
{
    if (r.own().rst)
        return r.own().rst;
    if (r.peer().rst)
        return r.peer().rst;
    return r.own().fin;
}

Time idle_before(const Reset& r)
{
    const Time until_reset
        = r.before.last_active ? r.rst.time - r.before.last_active->time : Time::zero();
    return std::max(until_reset, r.trigger ? r.trigger->silence : Time::zero());
}

const Outstanding* oldest_unacknowledged(const Reset& r)
{
    if (r.own().outstanding)
        return &*r.own().outstanding;
    const auto& late = r.own().acknowledged_late;
    return late && passive_form(r) && r.trigger && r.trigger->frame == late->frame
        ? &late->segment
        : nullptr;
}

std::uint32_t retransmissions(const Reset& r)
{
    const Outstanding* oldest = oldest_unacknowledged(r);
    if (!oldest)
        return 0;
    return r.tracking_known ? std::min(oldest->tracked, oldest->repeats()) : oldest->repeats();
}

bool on_backoff_grid(const Reset& r)
{
    const Outstanding* oldest = oldest_unacknowledged(r);
    if (!oldest || oldest->interval <= Time::zero())
        return false;
    const Time since_last = r.rst.time - oldest->last_time;
    return one_step(since_last, 2 * oldest->interval)
        || (oldest->interval >= 30s && one_step(since_last, oldest->interval));
}

bool one_step(Time span, Time interval)
{
    const auto slack = kGridTolerance * static_cast<double>(interval.count())
        + static_cast<double>(kTimerSlack.count());
    return static_cast<double>(std::chrono::abs(span - interval).count()) <= slack;
}

std::optional<Time> response_time(const Reset& r)
{
    if (!r.trigger)
        return std::nullopt;
    return r.rst.time - r.trigger->time;
}

}  // namespace rstcause
