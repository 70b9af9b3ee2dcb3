// SPDX-License-Identifier: GPL-2.0-or-later
//
// Which segment elicited a reset.
#include <algorithm>
#include <vector>

#include "reset/reset.h"
#include "wire/threshold.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// A bare ACK that ends a handshake is answered at once or not at all; a second leaves room for
// the longest paths (RFC 6298 §2.1: the first timeout).
const Threshold<Time> kHandshakeAnswer{"trigger.handshake_answer", 1s};

// The sender's words so many of its fastest round trips after a segment were sent when it had that segment:
// one, and as much again for queues on the way.
const Threshold<int> kRoundTrips{"trigger.round_trips", 2};

/// The sender spoke on after it had got this segment: a socket took it.
bool was_survived(const RecentSegment& segment, const HalfConnection& own)
{
    return own.last && own.least_answer
        && own.last->time - segment.time > kRoundTrips() * *own.least_answer;
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
    return segment.length > 0 && !segment.late && receiver_of_acks.una
        && !before(*receiver_of_acks.una, segment.end());
}

/// A bare segment that equals an earlier one, its IP-ID too: doubled on the way. (Of one that is sent again the ID is
/// another one: TIME_WAIT's own, after the socket's, on Linux 0.)
bool came_before(const RecentSegments& received, std::size_t i)
{
    const RecentSegment& s = received[i];
    for (std::size_t j = 0; j < i; ++j) {
        const RecentSegment& e = received[j];
        if (s.length == 0 && e.length == 0 && e.seq == s.seq && e.ack == s.ack && e.window == s.window
            && e.timestamp == s.timestamp && e.ip_id == s.ip_id)
            return true;
    }
    return false;
}

/// Two bare ACKs within a moment, without an IP-ID, look like one that was captured twice. After the other side's
/// reset the later one is an event of its own.
void take_copies_after(Frame death, const RecentSegments& received, std::vector<Trigger>& possible)
{
    for (std::size_t i = 0; i < received.size(); ++i)
        for (Trigger& t : possible)
            if (t.frame == received[i].frame && received[i].copy.value_or(0) > death) {
                t.frame = *received[i].copy;
                t.time = received[i].copied;
                break;
            }
}

/// The segments that may have elicited `rst`, oldest first; of one segment sent several times
/// the last transmission, with the silence before its first.
std::vector<Trigger> candidates(const Segment& rst, const HalfConnection& own,
                                const HalfConnection& peer, const RecentSegments& received)
{
    std::vector<Trigger> found;
    for (std::size_t i = 0; i < received.size(); ++i) {
        const RecentSegment& s = received[i];
        if (!could_elicit(s, rst, own) || was_survived(s, own) || rst.time - s.time > kAnswersWithin()
            || (was_accepted(s, peer) && !answers_after_fin(rst, own)))
            continue;
        const auto same = std::find_if(found.begin(), found.end(), [&](const Trigger& t) {
            return t.length > 0 && t.seq == s.seq && t.length == s.length;
        });
        if (same == found.end()) {
            found.push_back(as_trigger(s, came_before(received, i)));
        } else {
            same->frame = s.frame;
            same->time = s.time;
        }
    }
    return found;
}

}  // namespace

const Threshold<Time> kAnswersWithin{"trigger.answers_within", 3s};

Trigger as_trigger(const RecentSegment& s, bool again)
{
    return {.frame = s.frame,
            .time = s.time,
            .silence = s.silence,
            .seq = s.seq,
            .length = s.length,
            .flags = s.flags,
            .echo = s.echo,
            .again = again,
            .came_by_last = s.came_by_last,
            .passed_on = s.passed_on};
}

std::optional<Trigger> find_trigger(const Segment& rst, const History& before,
                                    const RecentSegments& received)
{
    const Side sender = rst.from == before.endpoint(Side::a) ? Side::a : Side::b;
    const HalfConnection& own = before.half(sender);
    // Each segment of a burst gets its own reset, in order: those before have used theirs up.
    std::uint32_t answered = own.resets[rst.flags.ack()];
    std::vector<Trigger> possible = candidates(rst, own, before.half(other(sender)), received);
    // Until the other side's reset arrived, a living socket took what came.
    if (const auto& death = before.half(other(sender)).rst; death) {
        take_copies_after(death->frame, received, possible);
        const auto later_on = [&](const Trigger& t) { return t.frame > death->frame; };
        if (std::any_of(possible.begin(), possible.end(), later_on))
            std::erase_if(possible, [&](const Trigger& t) { return !later_on(t); });
    }
    std::optional<Trigger> found;
    for (const Trigger& candidate : possible) {
        // A bare ACK may have been accepted in silence: the latest one is meant, unless it ends
        // a handshake that the sender has not confirmed by a word of its own.
        const bool ends_handshake = candidate.length == 0 && !own.spoke_after_syn
            && rst.time - candidate.time <= kHandshakeAnswer();
        found = candidate;
        if ((candidate.length > 0 || ends_handshake) && answered-- == 0)
            return found;
    }
    return found;
}

}  // namespace rstcause
