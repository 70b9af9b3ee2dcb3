// SPDX-License-Identifier: GPL-2.0-or-later
#include "session.h"

#include <string>
#include <tuple>
#include <utility>

#include "explain.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// Packets that were under way or reordered when the reset was sent arrive within this span.
constexpr Time kReordering = 10ms;

/// The verdict of `first`, said of a later reset that repeats it.
Verdict as_repeat(Verdict verdict, const Reset& first, const Reset& repeat)
{
    verdict.repeat_of = first.rst.frame;
    verdict.trigger = repeat.trigger ? std::optional(repeat.trigger->frame) : std::nullopt;
    verdict.explanation = "Repeats the reset of frame " + std::to_string(first.rst.frame) + ". "
        + verdict.explanation;
    verdict.evidence.insert(verdict.evidence.begin(),
                            {first.rst.frame, "the reset that this one repeats"});
    return verdict;
}

bool same_form(const Segment& a, const Segment& b) { return a.flags.ack() == b.flags.ack(); }

}  // namespace

std::size_t Session::FlowHash::operator()(const FlowKey& key) const
{
    const EndpointHash hash;
    return hash(key.low) * 31 + hash(key.high);
}

Session::Stream& Session::stream_of(const Segment& segment)
{
    const bool ordered = std::tie(segment.from.address.words, segment.from.port)
        <= std::tie(segment.to.address.words, segment.to.port);
    const FlowKey key = ordered ? FlowKey{segment.from, segment.to}
                                : FlowKey{segment.to, segment.from};
    const auto [found, added] = streams_.try_emplace(key, segment);
    if (!added && found->second.connection.is_reopened_by(segment))
        found->second = Stream(segment);
    return found->second;
}

Observation Session::observe(const RawPacket& packet)
{
    pending_ = {};
    const auto parsed = parse_segment(packet);
    if (!parsed)
        return {};
    const Segment& segment = parsed->segment;
    const bool reset = segment.flags.rst();
    if (parsed->defect != Defect::none && !reset)
        return {};

    Stream& stream = stream_of(segment);
    const Side sender = stream.connection.side_of(segment);
    if (reset) {
        const ResetId id = add_reset(stream, *parsed);
        pending_ = {&stream, sender, false, id};
        return {id, true};
    }
    const Effect effect = stream.connection.observe(segment);
    note_service(segment, effect);
    note_aftermath(stream, segment);
    if (!effect.may_be_repeat)
        return {};
    pending_ = {&stream, sender, effect.repeats_oldest, std::nullopt};
    return {std::nullopt, true};
}

void Session::note_tracking(const Tracking& tracking)
{
    if (!pending_.stream || !tracking.available)
        return;
    if (pending_.reset)
        resets_[*pending_.reset].reset.tracking_known = true;
    else
        pending_.stream->connection.confirm_retransmission(
            pending_.sender, tracking.retransmission,
            pending_.repeats_oldest && tracking.not_new);
}

ResetId Session::add_reset(Stream& stream, const ParsedSegment& parsed)
{
    const Segment& rst = parsed.segment;
    Connection& connection = stream.connection;
    const Side sender = connection.side_of(rst);
    KeptReset kept{.reset = {.rst = rst,
                             .defect = parsed.defect,
                             .sender = sender,
                             .before = connection.history(),
                             .trigger = find_trigger(rst, connection.history(),
                                                     connection.recent(other(sender))),
                             .service_then = services_.at(rst.from)}};
    const ResetId id = resets_.size();
    if (parsed.defect == Defect::none) {
        auto& first = stream.first_reset[index(sender)];
        if (first && resets_[*first].reset.aftermath.sender_went_on)
            first.reset();  // that one ended nothing, or another connection began since
        kept.repeats = first;
        if (answers_a_syn(kept.reset) && !first)
            services_.note_refusal(rst.from, {rst.frame, rst.time});
        first = first.value_or(id);
        connection.observe(rst);
    }
    resets_.push_back(std::move(kept));
    return id;
}

void Session::note_service(const Segment& segment, const Effect& effect)
{
    if (segment.flags.syn() && segment.flags.ack() && !effect.copy && !effect.may_be_repeat)
        services_.note_accept(segment.from, {segment.frame, segment.time});
}

void Session::note_aftermath(Stream& stream, const Segment& segment)
{
    const Side sender = stream.connection.side_of(segment);
    const auto& first = stream.first_reset[index(sender)];
    if (!first || resets_[*first].reset.aftermath.sender_went_on)
        return;
    Reset& reset = resets_[*first].reset;
    // A dead socket neither sends what it had not sent before, nor accepts without being asked
    // again.
    const auto& asked = stream.connection.history().half(other(sender)).last;
    const bool accepts = segment.flags.syn() && segment.flags.ack() && asked
        && asked->frame < reset.rst.frame;
    const bool new_data = segment.payload > 0 && reset.own().next
        && before(*reset.own().next, segment.end());
    if ((new_data || accepts) && segment.time - reset.rst.time > kReordering)
        reset.aftermath.sender_went_on = segment.frame;
}

Verdict Session::explain_alone(const KeptReset& kept) const
{
    Reset reset = kept.reset;
    reset.settings = settings_;
    reset.service_now = services_.at(reset.rst.from);
    return rstcause::explain(reset);
}

Verdict Session::explain(ResetId id) const
{
    const KeptReset& kept = resets_.at(id);
    if (!kept.repeats)
        return explain_alone(kept);
    const KeptReset& first = resets_[*kept.repeats];
    // The same packet again says the same thing; another form is an event of its own.
    if (!same_form(kept.reset.rst, first.reset.rst)) {
        Verdict verdict = explain_alone(kept);
        verdict.repeat_of = first.reset.rst.frame;
        return verdict;
    }
    return as_repeat(explain_alone(first), first.reset, kept.reset);
}

}  // namespace rstcause
