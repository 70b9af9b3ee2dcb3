// SPDX-License-Identifier: GPL-2.0-or-later
#include "session.h"

#include <string>
#include <tuple>
#include <utility>

#include "catalogue.h"
#include "explain.h"
#include "stated.h"

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
    verdict.explanation = "Repeats the reset of frame " + std::to_string(first.rst.frame) + ": "
        + std::string(row(verdict.cause).title) + ".";
    verdict.evidence.insert(verdict.evidence.begin(),
                            {first.rst.frame, "the reset that this one repeats"});
    return verdict;
}

// Connections that a dying process leaves behind end within moments of each other.
constexpr Time kSameInstant = 20ms;

/// The opener of the connection that `reset` ends, as far as it is known.
Side client_of(const Reset& reset) { return reset.before.client().value_or(reset.sender); }

/// Connections that end together are counted by service, and for a client by its address.
Endpoint burst_key(const Reset& reset)
{
    return client_of(reset) == reset.sender ? Endpoint{reset.rst.from.address, 0} : reset.rst.from;
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
        found->second = Stream(segment, found->second.connection.history());
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
    note_hosts(stream, segment, effect);
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
                             .service_then = hosts_.service(rst.from)}};
    const ResetId id = resets_.size();
    kept.reset.statement = read_statement(parsed.payload);
    if (kept.reset.statement.text.empty() && window_is_not_a_window(kept.reset))
        kept.reset.statement = read_window_code(rst.window);
    if (parsed.defect == Defect::none) {
        auto& first = stream.first_reset[index(sender)];
        if (first && resets_[*first].reset.aftermath.sender_went_on)
            first.reset();  // that one ended nothing, or another connection began since
        kept.repeats = first;
        if (!first) {
            note_end(kept);
            if (active_form(kept.reset))
                kept.burst = join_burst(burst_key(kept.reset), mark(rst), true);
        }
        first = first.value_or(id);
        connection.observe(rst);
    }
    resets_.push_back(std::move(kept));
    return id;
}

void Session::note_hosts(const Stream& stream, const Segment& segment, const Effect& effect)
{
    if (effect.copy || effect.may_be_repeat)
        return;
    const History& history = stream.connection.history();
    const Side sender = stream.connection.side_of(segment);
    const HalfConnection& own = history.half(sender);
    const HalfConnection& peer = history.half(other(sender));
    if (segment.flags.syn()) {
        const bool answers = segment.flags.ack() && peer.syn && peer.syns == 1;
        hosts_.note_opening(segment, answers ? std::optional(segment.time - peer.syn->time)
                                             : std::nullopt);
        if (segment.flags.ack())
            hosts_.note_accept(segment.from, mark(segment));
        else {
            hosts_.note_smb(segment.from, segment.to, mark(segment), false);
            hosts_.note_attempt(segment);
        }
    } else if (own.first && own.first->frame == segment.frame && !own.syn && !peer.syn) {
        hosts_.note_opening(segment, std::nullopt);
        hosts_.note_alive(segment.from, mark(segment));
    }
    if (own.first_data && own.first_data->frame == segment.frame && !own.opened_passively) {
        hosts_.note_smb(segment.from, segment.to, mark(segment), true);
        hosts_.note_used(segment.from, segment.to);
    }
    if (own.fin && own.fin->frame == segment.frame && !peer.fin)
        join_burst(segment.from, mark(segment), false);
}

void Session::note_end(const KeptReset& kept)
{
    const Reset& r = kept.reset;
    const Side client = client_of(r);
    const Endpoint& from = r.before.endpoint(client);
    const Endpoint& service = r.before.endpoint(other(client));
    if (is_stray(r)) {
        hosts_.note_probe(r.rst.to, r.rst.from);
        return;
    }
    if (answers_a_syn(r))
        hosts_.note_refusal(r.rst.from, mark(r.rst));
    else if (r.sender == client && r.own().syn && !r.own().first_data)
        hosts_.note_unused(from, service, mark(r.rst));
    else
        return;
    hosts_.note_probe(from, service);
}

std::optional<std::size_t> Session::join_burst(const Endpoint& endpoint, const Mark& when,
                                               bool reset)
{
    LatestBurst& latest = latest_burst_.touch(endpoint);
    const bool empty = latest.burst.resets + latest.burst.closes == 0;
    if (empty || when.time - latest.burst.last.time > kSameInstant)
        latest = {.burst = {.first = when, .last = when}};
    latest.burst.last = when;
    ++(reset ? latest.burst.resets : latest.burst.closes);
    if (reset && !latest.kept) {
        latest.kept = bursts_.size();
        bursts_.emplace_back();
    }
    if (latest.kept)
        bursts_[*latest.kept] = latest.burst;
    return latest.kept;
}

void Session::note_aftermath(Stream& stream, const Segment& segment)
{
    const Side sender = stream.connection.side_of(segment);
    const bool accepts = segment.flags.syn() && segment.flags.ack();
    // The same attempt goes on: what its sides say from now on contradicts nothing.
    if (const auto& theirs = stream.first_reset[index(other(sender))]; theirs && accepts)
        resets_[*theirs].reset.aftermath.healed = segment.frame;

    const auto& first = stream.first_reset[index(sender)];
    if (!first || resets_[*first].reset.aftermath.sender_went_on)
        return;
    Reset& reset = resets_[*first].reset;
    if (reset.aftermath.healed)
        return;
    // A dead socket neither sends what it had not sent before, nor accepts without being asked
    // again.
    const auto& asked = stream.connection.history().half(other(sender)).last;
    const bool unasked = accepts && asked && asked->frame < reset.rst.frame;
    const bool new_data = segment.payload > 0 && reset.own().next
        && before(*reset.own().next, segment.end());
    if ((new_data || unasked) && segment.time - reset.rst.time > kReordering)
        reset.aftermath.sender_went_on = segment.frame;
}

Verdict Session::explain_alone(const KeptReset& kept) const
{
    Reset reset = kept.reset;
    reset.settings = settings_;
    reset.now = hosts_.about(reset.rst.from, reset.rst.to, client_of(reset) == reset.sender);
    if (service_name_)
        reset.now.service_name = service_name_(service_endpoint(reset).port);
    if (kept.burst)
        reset.now.burst = bursts_[*kept.burst];
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
