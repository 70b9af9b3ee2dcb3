// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracking/connection.h"

#include <algorithm>

#include "wire/threshold.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// What captures a packet twice does so within this span: by drawn traffic.
const Threshold<Time> kCaptured{"connection.captured", 50ms};

/// A probe repeats the last byte before SND.NXT, or nothing at that place (RFC 9293 §3.8.4),
/// while nothing is outstanding. Zero-window probes of Linux look the same (tcp_xmit_probe_skb).
bool is_probe(const HalfConnection& sender, const Segment& segment)
{
    if (segment.flags.syn() || segment.flags.fin() || segment.payload > 1 || !sender.next)
        return false;
    return segment.seq + 1 == *sender.next && (!sender.una || *sender.una == *sender.next);
}

}  // namespace

Connection::Connection(const Segment& first) { history_.endpoints = {first.from, first.to}; }

Connection::Connection(const Segment& first, const History& earlier) : Connection(first)
{
    history_.predecessor = earlier.as_predecessor(first.from);
}

Side Connection::side_of(const Segment& segment) const
{
    return segment.from == history_.endpoints[0] ? Side::a : Side::b;
}

bool Connection::is_reopened_by(const Segment& segment) const
{
    if (!segment.flags.syn() || segment.flags.ack() || segment.flags.rst())
        return false;
    const HalfConnection& half = history_.half(side_of(segment));
    return half.syn ? half.syn->seq != segment.seq : half.first.has_value() || half.rst;
}

std::optional<Time> Connection::age_of_copy(Side sender, const Segment& segment) const
{
    const HalfConnection& half = history_.half(sender);
    if (!half.first || (half.next && before(*half.next, segment.end())))
        return std::nullopt;  // brings something new
    return recent_[index(sender)].age_of_copy(segment);
}

Effect Connection::observe(const Segment& segment)
{
    const Side sender = side_of(segment);
    if (segment.flags.rst()) {
        note_reset(sender, segment);
        return {};
    }
    if (const auto age = age_of_copy(sender, segment)) {
        note_acknowledgement(sender, segment);
        recent_[index(sender)].note_copy(segment);
        // The network delayed it: its receiver gets it once more, and may answer.
        if (*age > kCaptured()) {
            recent_[index(sender)].add(segment, Time::zero(), true);
            history_.half(sender).delayed = mark(segment);
        }
        return {.copy = true};
    }

    const HalfConnection& before_it = history_.half(sender);
    const bool probe = is_probe(before_it, segment);
    const bool brings_news = !before_it.next || before(*before_it.next, segment.end());
    const bool late = !brings_news && before_it.una && !before(*before_it.una, segment.end());
    const bool answers_probe
        = segment.length() == 0 && history_.half(other(sender)).probes.count > 0;
    const Time silence
        = history_.last_active ? segment.time - history_.last_active->time : Time::zero();

    note_acknowledgement(sender, segment);
    Effect effect;
    if (probe)
        note_probe(sender, segment, silence);
    else
        effect = note_sent(sender, segment);
    note_landmarks(sender, segment, brings_news, probe);
    recent_[index(sender)].add(segment, silence, late);
    if (!probe && !answers_probe) {
        note_pause(silence, segment);
        history_.last_active = mark(segment);
    }
    return effect;
}

void Connection::note_pause(Time silence, const Segment& segment)
{
    auto& [longest, second] = history_.pauses;
    const Pause pause{silence, segment.frame};
    if (silence > longest.length) {
        second = longest;
        longest = pause;
    } else if (silence > second.length) {
        second = pause;
    }
}

void Connection::note_acknowledgement(Side sender, const Segment& segment)
{
    HalfConnection& peer = history_.half(other(sender));
    if (peer.probes.count > 0 && !peer.probes.answer)
        peer.probes.answer = mark(segment);
    if (segment.sack)
        peer.sacked = segment.sack;
    if (!segment.ack)
        return;
    if (!peer.una || before(*peer.una, *segment.ack)) {
        note_answer_time(sender, *segment.ack, segment.time);
        peer.una_since = mark(segment);
    }
    peer.una = peer.una ? later(*peer.una, *segment.ack) : *segment.ack;
    HalfConnection& half = history_.half(sender);
    if (half.fin_acknowledged == 0 && peer.fin && before(peer.fin->seq, *segment.ack))
        half.fin_acknowledged = segment.frame;
    if (!peer.outstanding || !before(peer.outstanding->first.seq, *segment.ack))
        return;
    if (peer.outstanding->sent > 1)
        peer.acknowledged_late = {*peer.outstanding, segment.frame};
    peer.outstanding.reset();
}

/// Of what was sent more than once, nobody knows which transmission was acknowledged (Karn's rule,
/// RFC 6298 §3).
void Connection::note_answer_time(Side sender, Seq acknowledged, Time now)
{
    const HalfConnection& peer = history_.half(other(sender));
    if (peer.outstanding && peer.outstanding->sent > 1)
        return;
    const RecentSegments& sent = recent_[index(other(sender))];
    for (std::size_t i = sent.size(); i-- > 0;)
        if (sent[i].length > 0 && sent[i].end() == acknowledged) {
            auto& least = history_.half(sender).least_answer;
            const Time took = now - sent[i].time;
            least = std::min(least.value_or(took), took);
            return;
        }
}

void Connection::note_reset(Side sender, const Segment& segment)
{
    HalfConnection& half = history_.half(sender);
    if (!half.rst)
        half.rst = mark(segment);
    ++half.resets[segment.flags.ack()];
    // What it acknowledges was received and elicits no reset of its own. (A forged one may claim
    // anything: what was never sent is not believed.)
    HalfConnection& peer = history_.half(other(sender));
    if (segment.ack && peer.next && !before(*peer.next, *segment.ack))
        peer.una = peer.una ? later(*peer.una, *segment.ack) : *segment.ack;
}

void Connection::take_for_data(const Segment& reset)
{
    HalfConnection& half = history_.half(side_of(reset));
    if (half.rst && half.rst->frame == reset.frame)
        half.rst.reset();
    if (auto& count = half.resets[reset.flags.ack()]; count > 0)
        --count;
    half.next = half.next ? later(*half.next, reset.end()) : reset.end();
}

}  // namespace rstcause
