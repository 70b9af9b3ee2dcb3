// SPDX-License-Identifier: GPL-2.0-or-later
//
// What is sent again: data without an acknowledgement, and probes without an answer.
#include "tracking/connection.h"
#include "wire/threshold.h"

namespace rstcause {

namespace {

// A probe that comes within this share of the idle time continues a row of probes: Linux waits 7200 s, then
// 75 s between them (tcp_keepalive_time, _intvl), Windows 7200 s, then 1 s, lwIP in tests 2 s, then 0.5 s.
const Threshold<double> kSooner{"connection.sooner", 0.55};

void send_again(Outstanding& oldest, const Segment& segment)
{
    ++oldest.sent;
    oldest.interval = segment.time - oldest.last_time;
    oldest.last_frame = segment.frame;
    oldest.last_time = segment.time;
}

/// An answer that passed here and has not arrived there: the next probe echoes the same timestamp as
/// the one before (RFC 7323 §3.2); or it comes sooner than after the idle time that an answer begins
/// anew (RFC 9293 §3.8.4).
bool answer_was_lost(const Probes& probes, const Segment& probe)
{
    if (probe.echo)
        return probes.echo == probe.echo;
    return static_cast<double>((probe.time - probes.last.time).count())
        < kSooner() * static_cast<double>(probes.idle.count());
}

}  // namespace

Effect Connection::note_sent(Side sender, const Segment& segment)
{
    HalfConnection& half = history_.half(sender);
    half.probes = {};
    if (segment.length() == 0) {
        if (!half.next)
            half.next = segment.seq;
        return {};
    }

    const bool sent_before = half.next && before(segment.seq, *half.next);
    note_unheeded(half, segment);
    const Seq oldest = half.una.value_or(half.outstanding ? half.outstanding->first.seq
                                                          : segment.seq);
    Effect effect{.may_be_repeat = sent_before};
    const bool covers_oldest = !before(oldest, segment.seq) && before(oldest, segment.end());
    if (covers_oldest && half.outstanding) {
        send_again(*half.outstanding, segment);
        effect.repeats_oldest = true;
    } else if (covers_oldest) {
        half.outstanding = Outstanding{.first = {segment.frame, oldest, segment.time},
                                       .last_frame = segment.frame,
                                       .last_time = segment.time,
                                       .sent = sent_before ? 2u : 1u,
                                       .opens = segment.flags.syn(),
                                       .original_seen = !sent_before};
        effect.repeats_oldest = sent_before;
    }
    half.next = half.next ? later(*half.next, segment.end()) : segment.end();
    return effect;
}

void Connection::note_unheeded(HalfConnection& half, const Segment& segment)
{
    const bool acknowledged = half.una && !before(*half.una, segment.end());
    if (!acknowledged)
        half.unheeded.reset();
    else if (half.unheeded && half.unheeded->first.seq == segment.seq)
        send_again(*half.unheeded, segment);
    else
        half.unheeded = Outstanding{.first = mark(segment),
                                    .last_frame = segment.frame,
                                    .last_time = segment.time,
                                    .sent = 2,
                                    .opens = segment.flags.syn(),
                                    .original_seen = false};
}

void Connection::note_probe(Side sender, const Segment& segment, Time silence)
{
    Probes& probes = history_.half(sender).probes;
    const Mark here = mark(segment);
    if (probes.answer && !answer_was_lost(probes, segment)) {
        silence = here.time - probes.last.time;  // an answered probe begins the idle time anew
        probes = {};
    }
    probes.answers_lost += probes.answer.has_value();
    probes.answer.reset();
    probes.echo = segment.echo;
    probes.interval = probes.count > 0 ? here.time - probes.last.time : Time::zero();
    if (probes.count == 0) {
        probes.first = here;
        probes.idle = silence;
    }
    probes.last = here;
    ++probes.count;
}

void Connection::confirm_retransmission(Side sender, bool retransmission, bool repeats_oldest)
{
    HalfConnection& half = history_.half(sender);
    half.tracked_retransmissions += retransmission;
    if (repeats_oldest && half.outstanding)
        ++half.outstanding->tracked;
}

}  // namespace rstcause
