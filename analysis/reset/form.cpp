// SPDX-License-Identifier: GPL-2.0-or-later
#include "reset/form.h"

#include <algorithm>

#include "wire/threshold.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// Timers fire a little late; 8 % leaves room for scheduling and for coarse clocks, yet makes a
// chance hit on the grid improbable: by drawn traffic. Besides, one tick (Linux HZ 250: 4 ms) and a little.
const Threshold<double> kGridTolerance{"form.grid_tolerance", 0.08};
const Threshold<Time> kTimerSlack{"form.timer_slack", 5ms};

// A host answers a bare ACK that finds no socket within this time of its passing here; what comes later may answer
// something else. By drawn traffic.
const Threshold<Time> kPrompt{"form.prompt", 20ms};

// Bytes that the reset overtook, or that the capture lacks, leave a gap before its number: by drawn
// traffic.
const Threshold<std::int32_t> kUnseen{"form.unseen", 1 << 20};

// A window that goes on from the last one is not so many times larger or smaller; a code is anything. By drawn
// traffic.
const Threshold<std::uint32_t> kOtherWindow{"form.other_window", 2};

}  // namespace

int hops_of(std::uint8_t hop_limit)
{
    return (hop_limit <= 64 ? 64 : hop_limit <= 128 ? 128 : 255) - hop_limit;
}

Stage stage(const Reset& r)
{
    const auto side = r.before.client();
    if (!start_captured(r) || !side)
        return Stage::unknown;
    const HalfConnection& client = r.before.half(*side);
    const HalfConnection& server = r.before.half(other(*side));
    if (!server.syn || !client.spoke_after_syn)
        return Stage::post_syn;
    if (!client.first_data && !server.first_data)
        return Stage::post_ack;
    const bool one_request = client.first_data && client.first_data->frame == client.last_data->frame;
    return one_request && !server.first_data ? Stage::post_psh : Stage::later;
}

const char* token(Stage stage)
{
    switch (stage) {
    case Stage::unknown: return "";
    case Stage::post_syn: return "post_syn";
    case Stage::post_ack: return "post_ack";
    case Stage::post_psh: return "post_psh";
    case Stage::later: return "later";
    }
    return "";
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
    const bool refusal = r.rst.ack && !r.own().first;
    if ((!passive_form(r) && !refusal) || (r.trigger && r.trigger->length > 0))
        return false;
    const auto& last = r.own().last;
    return !r.trigger || r.rst.time - r.trigger->came_by_last > kPrompt()
        || (last && last->frame > r.trigger->frame);
}

bool answers_a_reset(const Reset& r)
{
    return r.rst.ack && r.rst.seq == Seq() && r.peer().rst && *r.rst.ack == r.peer().rst->seq;
}

bool mirrors_a_segment(const Reset& r)
{
    return r.rst.ack && r.rst.window == 0 && r.headers.numbers_of != 0;
}

Frame answered_frame(const Reset& r)
{
    return r.trigger ? r.trigger->frame : r.headers.numbers_of;
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
    const auto& next = r.own().next;
    if (!r.rst.ack || !r.own().first || !next || r.rst.seq == *next)
        return r.rst.ack && r.own().first;
    // Linux stays within a window that its peer has taken back (tcp_acceptable_seq).
    if (r.own().una && r.rst.seq == *r.own().una + r.peer().open_window())
        return true;
    const std::int32_t gap = distance(*next, r.rst.seq);
    return gap > 0 && gap < kUnseen() && r.rst.ack == r.peer().next;
}

bool active_form_without_ack_flag(const Reset& r)
{
    return !r.rst.ack && r.rst.ack_field != 0 && r.rst.ack_field != r.rst.seq.value()
        && r.own().next && r.rst.seq == *r.own().next && r.peer().next
        && Seq(r.rst.ack_field) == *r.peer().next;
}

/// An old Windows: it numbers its resets, and leaves of its acknowledgement what happened to be there. (Its
/// answers to strays repeat their number in that field.)
bool old_windows_abort(const Reset& r)
{
    constexpr std::uint8_t kOthersBegin = 64, kWindowsBegins = 128;
    return r.rst.hop_limit > kOthersBegin && r.rst.hop_limit <= kWindowsBegins && r.rst.ip_id.value_or(0) != 0
        && r.rst.ack_field != r.rst.seq.value();
}

bool active_form_without_ack(const Reset& r)
{
    const auto& last = r.own().last;
    if (r.rst.ack || !last || !r.own().next || r.rst.seq != *r.own().next || r.own().fin || r.own().rst
        || !r.own().spoke_after_syn || !r.peer().first || r.peer().rst)
        return false;
    if (!r.trigger)
        return old_windows_abort(r);
    // What its sender had before its own last word, it did not answer by a reset after that.
    const auto& round_trip = r.own().least_answer;
    return round_trip && last->time - r.trigger->time > *round_trip
        && r.trigger->length == 0 && r.trigger->frame < last->frame;
}

bool aborts(const Reset& r)
{
    return active_form(r) || active_form_without_ack_flag(r) || active_form_without_ack(r);
}

bool window_is_not_a_window(const Reset& r)
{
    const std::uint32_t now = r.rst.window;
    const std::uint32_t last = r.own().window;
    return now != 0 && (!active_form(r) || now > kOtherWindow() * last || kOtherWindow() * now < last);
}

bool passive_form(const Reset& r) { return !r.rst.ack && !aborts(r); }

bool answers_a_syn(const Reset& r)
{
    const HalfConnection& opener = r.peer();
    if (!opener.syn || opener.opened_passively || r.own().first)
        return false;
    const Seq first = opener.syn->seq + 1;
    if (!r.rst.ack)
        return Seq(r.rst.ack_field) == first;
    return !before(*r.rst.ack, first) && !before(*opener.next, *r.rst.ack);
}

bool handshake_completed(const Reset& r)
{
    const auto client = r.before.client();
    return client && r.before.half(*client).syn && r.before.half(other(*client)).syn
        && r.before.half(*client).spoke_after_syn;
}

bool start_captured(const Reset& r) { return r.own().syn || r.peer().syn; }

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

bool one_step(Time span, Time interval)
{
    const auto slack = kGridTolerance() * static_cast<double>(interval.count())
        + static_cast<double>(kTimerSlack().count());
    return static_cast<double>(std::chrono::abs(span - interval).count()) <= slack;
}

std::optional<Time> response_time(const Reset& r)
{
    if (!r.trigger)
        return std::nullopt;
    return r.rst.time - r.trigger->time;
}

}  // namespace rstcause
