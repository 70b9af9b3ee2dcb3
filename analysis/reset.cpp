// SPDX-License-Identifier: GPL-2.0-or-later
#include "reset.h"

#include <algorithm>
#include <vector>

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// Timers fire a little late; 8 % leaves room for scheduling and for coarse clocks, yet makes a
// chance hit on the grid improbable.
constexpr double kGridTolerance = 0.08;
constexpr Time kTimerSlack = 5ms;

// A bare ACK that ends a handshake is answered at once or not at all; a second leaves room for
// the longest paths.
constexpr Time kHandshakeAnswer = 1s;

int hops_of(std::uint8_t hop_limit)
{
    return (hop_limit <= 64 ? 64 : hop_limit <= 128 ? 128 : 255) - hop_limit;
}

/// Windows answers data that comes after its own FIN with a RST,ACK of window 0.
bool answers_after_fin(const Segment& rst, const HalfConnection& own)
{
    return rst.ack && rst.window == 0 && own.fin.has_value();
}

/// Could `segment` have elicited `rst`? With ACK the reset takes its sequence number from the
/// segment's acknowledgement, without it acknowledges the segment (RFC 9293 §3.10.7.1).
bool could_elicit(const RecentSegment& segment, const Segment& rst, const HalfConnection& own)
{
    if (segment.ack && answers_after_fin(rst, own))
        return segment.length > 0 && segment.frame > own.fin->frame;
    if (segment.ack)
        return !rst.ack && *segment.ack == rst.seq;
    if (!rst.ack)
        return false;
    return *rst.ack == segment.end()
        || (segment.flags.syn() && *rst.ack == segment.seq + 1);
}

/// The sender's socket was alive when the segment came: it acknowledged it.
bool was_accepted(const RecentSegment& segment, const HalfConnection& receiver_of_acks)
{
    return segment.length > 0 && receiver_of_acks.una
        && !before(*receiver_of_acks.una, segment.end());
}

/// The segments that may have elicited `rst`, oldest first; of one segment sent several times
/// the last transmission, with the silence before its first.
std::vector<Trigger> candidates(const Segment& rst, const HalfConnection& own,
                                const HalfConnection& peer, const RecentSegments& received)
{
    std::vector<Trigger> found;
    for (std::size_t i = 0; i < received.size(); ++i) {
        const RecentSegment& s = received[i];
        if (!could_elicit(s, rst, own) || (was_accepted(s, peer) && !answers_after_fin(rst, own)))
            continue;
        const auto same = std::find_if(found.begin(), found.end(), [&](const Trigger& t) {
            return t.length > 0 && t.seq == s.seq && t.length == s.length;
        });
        if (same == found.end()) {
            found.push_back({s.frame, s.time, s.silence, s.seq, s.length, s.flags, s.echo});
        } else {
            same->frame = s.frame;
            same->time = s.time;
        }
    }
    return found;
}

}  // namespace

std::optional<std::uint8_t> usual_hop_limit(const Reset& r)
{
    return r.own().first ? std::optional(r.own().hop_limit) : r.now.own_host.hop_limit;
}

int hops_nearer(const Reset& r)
{
    const auto usual = usual_hop_limit(r);
    return usual ? hops_of(*usual) - hops_of(r.rst.hop_limit) : 0;
}

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
    return r.rst.ack && r.own().first && (!r.own().next || r.rst.seq == *r.own().next);
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

std::optional<Trigger> find_trigger(const Segment& rst, const History& before,
                                    const RecentSegments& received)
{
    const Side sender = rst.from == before.endpoint(Side::a) ? Side::a : Side::b;
    const HalfConnection& own = before.half(sender);
    // Each segment of a burst gets its own reset, in order: those before have used theirs up.
    std::uint32_t answered = own.resets[rst.flags.ack()];
    std::optional<Trigger> found;
    for (const Trigger& candidate : candidates(rst, own, before.half(other(sender)), received)) {
        // A bare ACK may have been accepted in silence: the latest one is meant, unless it ends
        // a handshake that the sender has not confirmed by a word of its own.
        const bool ends_handshake = candidate.length == 0 && !own.spoke_after_syn
            && rst.time - candidate.time <= kHandshakeAnswer;
        found = candidate;
        if ((candidate.length > 0 || ends_handshake) && answered-- == 0)
            return found;
    }
    return found;
}

}  // namespace rstcause
