// SPDX-License-Identifier: GPL-2.0-or-later
//
// The session's answers: which reset is told as what, seen from which capture point.
#include <string>

#include "diagnosis/catalogue.h"
#include "facts/clues.h"
#include "diagnosis/explain.h"
#include "session/session.h"

namespace rstcause {

namespace {

std::optional<Frame> trigger_frame(const Reset& r)
{
    return r.trigger ? std::optional(r.trigger->frame) : std::nullopt;
}

/// The verdict of the reset in frame `first`, said of one that repeats it or is a copy of it.
Verdict as_repeat(Verdict verdict, Frame first, const Reset& repeat, bool copy)
{
    verdict.repeat_of = first;
    verdict.is_copy = copy;
    verdict.trigger = trigger_frame(repeat);
    verdict.explanation = (copy ? "The reset of frame " : "Repeats the reset of frame ")
        + std::to_string(first) + (copy ? ", seen at another capture point: " : ": ")
        + std::string(row(verdict.cause).title) + ".";
    verdict.evidence.insert(verdict.evidence.begin(),
                            {first, copy ? "the same reset at another capture point"
                                         : "the reset that this one repeats"});
    return verdict;
}

/// When its client's SYN came, by which a NAT's other side is found; empty when the capture lacks it.
std::optional<Time> time_of_syn(const Reset& r)
{
    for (const HalfConnection* half : {&r.own(), &r.peer()})
        if (half->syn && !half->opened_passively)
            return half->syn->time;
    return std::nullopt;
}

bool same_form(const Segment& a, const Segment& b) { return a.flags.ack() == b.flags.ack(); }

/// It may be its host's own after a forged one: of another form, or in answer to a later segment.
bool is_own_act(const Reset& reset, const Reset& forged)
{
    return !same_form(reset.rst, forged.rst)
        || (reset.trigger && reset.trigger->frame > forged.rst.frame);
}

}  // namespace

std::optional<Passage> Session::passage_of(const KeptReset& kept) const
{
    if (kept.reset.defect != Defect::none)
        return std::nullopt;
    const auto others = streams_.elsewhere(kept.stream);
    for (StreamId id : others)
        if (const auto passage
            = rstcause::passage_of(kept.sent, kept.reset.sender, streams_[kept.stream], streams_[id],
                                   captured_at(id)))
            return passage;
    // Its SYN is here and not there, not even behind a NAT: the connection never got there.
    const auto opened = time_of_syn(kept.reset);
    const auto sibling = others.empty() && opened ? streams_.sibling(kept.stream) : std::nullopt;
    if (!sibling)
        return std::nullopt;
    for (StreamId id : streams_.elsewhere(*sibling))
        if (const auto passage = passage_by_sibling(kept.reset.rst, *opened, streams_[*sibling],
                                                    streams_[id], captured_at(id)))
            return passage;
    return std::nullopt;
}

Period Session::captured_at(StreamId stream) const
{
    return point_of(streams_[stream].interface).captured.value_or(Period{});
}

/// The client, as another point knows it that saw the connection open.
std::optional<Side> Session::opener_elsewhere(StreamId stream) const
{
    const History& ours = streams_[stream].connection.history();
    for (StreamId id : streams_.elsewhere(stream)) {
        const History& theirs = streams_[id].connection.history();
        for (Side side : {Side::a, Side::b})
            if (theirs.half(side).syn)
                return same_side(theirs, *theirs.client(), ours);
    }
    return std::nullopt;
}

Verdict Session::explain_alone(const KeptReset& kept) const
{
    const Stream& stream = streams_[kept.stream];
    const Point& point = point_of(stream.interface);
    Reset reset = kept.reset;
    reset.settings = settings_;
    if (!start_captured(reset))
        reset.before.opener = opener_elsewhere(kept.stream);
    reset.now = point.hosts.about(reset.rst.from, reset.rst.to, client_side(reset) == reset.sender);
    if (service_name_)
        reset.now.service_name = service_name_(service_endpoint(reset).port);
    if (kept.burst)
        reset.now.burst = point.bursts[*kept.burst];
    reset.volley = stream.volley;
    reset.passage = passage_of(kept);
    reset.unmatched = points_.size() > 1 && streams_.has_crossings() && !reset.passage
        && streams_.elsewhere(kept.stream).empty();
    reset.clues = clues_of_forging(reset);
    return rstcause::explain(reset);
}

/// Of the points that show this reset, the one nearest to its sender knows best why it was sent.
const Session::KeptReset& Session::best_view(const KeptReset& kept) const
{
    const auto passage = passage_of(kept);
    return passage && passage->copy_is_nearer ? resets_[passage->copy_id] : kept;
}

/// The frame that shows this reset for the first time, at whatever point.
Frame Session::first_seen(const KeptReset& kept) const
{
    return (kept.copies ? resets_[*kept.copies] : kept).reset.rst.frame;
}

Verdict Session::explain(ResetId id) const
{
    const KeptReset& kept = resets_.at(id);
    Verdict verdict = explain_in_its_place(kept);
    // Points with different clocks show events in different orders: of what this reset repeats or
    // is contradicted by, only what fits the order of this file is said.
    const Frame frame = kept.reset.rst.frame;
    if (verdict.repeat_of && *verdict.repeat_of >= frame)
        verdict.repeat_of.reset();
    if (verdict.contradicted_by && *verdict.contradicted_by <= frame)
        verdict.contradicted_by.reset();
    return verdict;
}

Verdict Session::explain_in_its_place(const KeptReset& kept) const
{
    if (kept.copies)
        return as_repeat(explain(*kept.copies), first_seen(kept), kept.reset, true);
    const KeptReset& best = best_view(kept);
    if (!best.repeats)
        return explain_first(kept, best);
    const KeptReset& first = resets_[*best.repeats];
    Verdict verdict = explain_alone(first);
    if (verdict.cause == Cause::injected && is_own_act(best.reset, first.reset))
        return explain_own_act(kept, best, first);
    // The same packet again says the same thing; another form is an event of its own.
    if (same_form(kept.reset.rst, first.reset.rst))
        return as_repeat(verdict, first_seen(first), kept.reset, false);
    verdict = explain_alone(best);
    verdict.repeat_of = first_seen(first);
    return verdict;
}

/// What a host sent itself after a reset that was forged in its name.
Verdict Session::explain_own_act(const KeptReset& kept, const KeptReset& best,
                                 const KeptReset& forged) const
{
    const auto without_forged = [&](KeptReset own) {
        own.reset.before.half(own.reset.sender).rst.reset();
        return explain_alone(own);
    };
    for (const SentReset& sent : streams_[best.stream].volley.of(best.reset.sender)) {
        const KeptReset& earlier = resets_[sent.id];
        const bool is_earlier = sent.id != *best.repeats
            && first_seen(earlier) < kept.reset.rst.frame && &earlier != &best;
        if (is_earlier && same_form(earlier.reset.rst, best.reset.rst)
            && is_own_act(earlier.reset, forged.reset))
            return as_repeat(without_forged(earlier), first_seen(earlier), kept.reset, false);
    }
    Verdict verdict = without_forged(best);
    if (verdict.cause == Cause::injected)
        verdict.repeat_of = first_seen(forged);
    return verdict;
}

/// A first reset of its sender, or the first after a forged one.
Verdict Session::explain_first(const KeptReset& kept, const KeptReset& best) const
{
    Verdict verdict = explain_alone(best);
    if (&best != &kept)
        verdict.trigger = trigger_frame(kept.reset);
    // The first one had killed its victim, so this one ends nothing new.
    if (kept.follows_forged && verdict.cause == Cause::injected && kept.reset.peer().rst
        && same_form(kept.reset.rst, resets_[*kept.follows_forged].reset.rst))
        verdict.repeat_of = resets_[*kept.follows_forged].reset.rst.frame;
    return verdict;
}

}  // namespace rstcause
