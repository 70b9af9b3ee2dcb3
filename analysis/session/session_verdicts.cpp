// SPDX-License-Identifier: GPL-2.0-or-later
//
// The session's answers: which reset is told as what, seen from which capture point.
#include <string>
#include <utility>

#include "diagnosis/catalogue.h"
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

bool same_form(const Segment& a, const Segment& b) { return a.flags.ack() == b.flags.ack(); }

/// The same again: of the same form, and the same packet or one that the same maker may have sent.
bool is_same_again(const SentReset& later, const SentReset& earlier)
{
    return later.ack.has_value() == earlier.ack.has_value()
        && (may_be_of_one_maker(later, earlier) || same_packet(later, earlier));
}

/// It may be its host's own after a forged one: of another form, or in answer to a later segment, and
/// over the host's own number of hops.
bool is_own_act(const Reset& reset, const Reset& forged)
{
    const bool fits_host = !reset.own().first || reset.rst.hop_limit == reset.own().hop_limit;
    return fits_host
        && (!same_form(reset.rst, forged.rst)
            || (reset.trigger && reset.trigger->frame > forged.rst.frame));
}

}  // namespace

Verdict Session::explain_alone(const KeptReset& kept) const
{
    Verdict verdict = rstcause::explain(full_case_of(kept));
    // It may be said of another reset, one that repeats this one.
    for (RuledOut& rival : verdict.ruled_out)
        if (rival.frame == 0)
            rival.frame = kept.reset.rst.frame;
    return verdict;
}

Differential Session::differential(ResetId id) const { return weigh(full_case_of(resets_.at(id))); }

/// Of the points that show this reset, the one nearest to its sender knows best why it was sent.
const Session::KeptReset& Session::best_view(const KeptReset& kept) const
{
    const auto second = second_point_of(kept);
    return second && second->copy_is_nearer ? resets_[second->copy_id] : kept;
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
    if (verdict.trigger && *verdict.trigger >= frame)
        verdict.trigger.reset();
    if (verdict.contradicted_by && *verdict.contradicted_by <= frame)
        verdict.contradicted_by.reset();
    for (RuledOut& rival : verdict.ruled_out)
        if (rival.frame == frame)
            rival.frame = 0;
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
    Verdict of_first = explain_alone(first);
    const KeptReset* forged = of_first.cause == Cause::injected ? &first : nullptr;
    // The same packet again says the same thing; another one is an event of its own.
    if (const KeptReset* original = original_of(best, forged)) {
        Verdict said = original == &first ? std::move(of_first) : explain_event(*original, forged);
        return as_repeat(std::move(said), first_seen(*original), kept.reset, false);
    }
    Verdict verdict = explain_event(best, forged);
    // One forger's resets are one event, though their headers vary; a host's own act after them is not.
    if ((forged != nullptr) == (verdict.cause == Cause::injected))
        verdict.repeat_of = first_seen(first);
    return verdict;
}

/// The earlier reset of the same sender that this one repeats; null when it is an event of its own.
/// What a host sends itself after one that was `forged` in its name repeats that one in nothing.
const Session::KeptReset* Session::original_of(const KeptReset& later, const KeptReset* forged) const
{
    for (const SentReset& sent : streams_[later.stream].resets.of(later.reset.sender)) {
        const KeptReset& earlier = resets_[sent.id];
        const bool is_earlier = sent.id >= *later.repeats
            && first_seen(earlier) < later.reset.rst.frame && &earlier != &later;
        const bool own_act = &earlier == forged && is_own_act(later.reset, forged->reset);
        if (is_earlier && is_same_again(later.sent, sent) && !own_act)
            return &earlier;
    }
    return nullptr;
}

/// One event; a reset that was `forged` before it had closed nothing.
Verdict Session::explain_event(const KeptReset& kept, const KeptReset* forged) const
{
    if (!forged || &kept == forged)
        return explain_alone(kept);
    KeptReset own = kept;
    own.reset.before.half(own.reset.sender).rst.reset();
    return explain_alone(own);
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
