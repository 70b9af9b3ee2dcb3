// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnosis/explain.h"

#include <algorithm>

#include <fmt/core.h>

#include "diagnosis/catalogue.h"
#include "facts/clues.h"
#include "diagnosis/next_capture.h"
#include "diagnosis/say.h"
#include "diagnosis/weigh.h"
#include "facts/words.h"

namespace rstcause {

namespace {

/// Something that speaks in a host's name.
bool is_a_devices(Cause cause) { return row(cause).maker == Maker::device; }

/// What was missing to tell, and the capture that would settle it.
Story nothing_fits(const Case& c)
{
    if (start_captured(c))
        return {.headline = "Nothing in this capture tells why this reset was sent",
                .details = "",
                .advice = "Capture at both ends at once, and look in the logs of "
                    + c.own_endpoint().address.text() + " at this time.",
                .evidence = trigger_evidence(c)};
    return {.headline = "The capture holds too little of this connection to tell why it was reset",
            .details = "its start is missing",
            .advice = "Start the capture before the connection opens, at best at both ends.",
            .evidence = trigger_evidence(c)};
}

Story below_minimum(const Differential& d)
{
    return {.headline = fmt::format("The best fit, {}, is too unsure to be shown", row(d.winner).token),
            .details = "less sure than the minimum confidence set in the preferences",
            .advice = "Lower the minimum confidence to see it."};
}

/// The frames of what speaks for the winner, each once.
void add_supports(const Case& c, const Differential& d, std::vector<Evidence>& evidence)
{
    for (const Bearing& bearing : d.bearings_of(d.winner).all()) {
        if (bearing.kind != Bearing::Kind::support || !bearing.fact.yes())
            continue;
        const Frame frame = bearing.fact.frame ? bearing.fact.frame : c.rst.frame;
        const bool told = frame != c.rst.frame
            && std::any_of(evidence.begin(), evidence.end(),
                           [&](const Evidence& e) { return e.frame == frame; });
        if (!told)
            evidence.push_back({frame, say(bearing)});
    }
}

std::vector<RuledOut> ruled_out(const Differential& d)
{
    std::vector<RuledOut> out;
    for (const CatalogueRow& rival : kCatalogue) {
        const Standing& standing = d.standing_of(rival.cause);
        if (row(d.winner).rivals.has(rival.cause) && standing.against)
            out.push_back({rival.cause, standing.against->fact.frame, say(*standing.against)});
    }
    return out;
}

/// The host named in the packet.
Origin named_origin(const Case& c)
{
    if (!c.before.client())
        return Origin::unknown;
    return sent_by_client(c) ? Origin::client : Origin::server;
}

/// What came later: a sender that goes on did not end the connection, nor did a reset that its
/// receiver ignored.
void weigh_aftermath(const Case& c, Verdict& verdict)
{
    const Aftermath& later = c.aftermath;
    if (!later.sender_went_on || verdict.cause == Cause::malformed)
        return;
    verdict.contradicted_by = later.sender_went_on;
    if (!is_a_devices(verdict.cause)) {
        verdict.explanation += fmt::format(" But {} goes on in frame {}, as if it had not sent "
                                           "this reset.",
                                           c.own_endpoint().text(), *later.sender_went_on);
        verdict.evidence.push_back({*later.sender_went_on, "the sender goes on after its reset"});
    }
    if (later.challenged)
        verdict.evidence.push_back({*later.challenged, "challenge ACK: the reset was off the "
                                                       "expected number (RFC 5961)"});
    if (!later.ignored)
        return;
    verdict.explanation += fmt::format(" It was ignored: both sides go on (frame {}).",
                                       *later.ignored);
    verdict.evidence.push_back({*later.ignored, "the connection goes on"});
}

/// "its clock is 700 ms ahead", for times that two captures show of one packet.
std::string clocks(const SecondPoint& second)
{
    constexpr Time kNoticed = std::chrono::milliseconds(1);
    if (std::chrono::abs(second.clock_ahead) < kNoticed)
        return "";
    return fmt::format(" (its clock is {} {})", text(std::chrono::abs(second.clock_ahead)),
                       second.clock_ahead > Time::zero() ? "ahead" : "behind");
}

/// What a second capture point says of a reset that a host sent.
void weigh_second_point(const Case& c, Verdict& verdict)
{
    if (!c.second || made_between(c))
        return;
    if (c.second->path == SecondPoint::Path::lost_between) {
        verdict.explanation += fmt::format(" It never reached {}: it was swallowed between the two "
                                           "capture points.",
                                           c.peer_endpoint().text());
        verdict.evidence.push_back({c.rst.frame, "not seen at the receiver's capture point"
                                                     + clocks(*c.second)});
    } else {
        verdict.evidence.push_back({c.second->copy,
                                    fmt::format("the same reset at the other capture point{}: it "
                                                "came all the way",
                                                clocks(*c.second))});
    }
}

/// What the packet itself shows, whatever the verdict.
void add_what_it_shows(const Case& c, Verdict& verdict)
{
    const Evidence statement = says(c);
    const auto is_statement = [&](const Evidence& e) { return e.shows == statement.shows; };
    auto& evidence = verdict.evidence;
    if (!c.statement.text.empty() && std::none_of(evidence.begin(), evidence.end(), is_statement))
        evidence.push_back(statement);
    if (std::string form = form_in_words(c); !form.empty())
        evidence.push_back({c.rst.frame, std::move(form)});
}

const char* name_of(SecondPoint::Path path)
{
    switch (path) {
    case SecondPoint::Path::delivered: return "delivered";
    case SecondPoint::Path::made_between: return "made_between";
    case SecondPoint::Path::lost_between: return "lost_between";
    }
    return "";
}

void add_measurements(const Case& c, Verdict& verdict)
{
    verdict.stated = c.statement.text;
    verdict.stage = token(stage(c));
    if (verdict.origin == Origin::network && hops_nearer(c) != 0)
        verdict.hops = static_cast<std::uint8_t>(hops_of(c.rst.hop_limit));
    if (c.second)
        verdict.path = name_of(c.second->path);
    verdict.together = ended_together(c);
    verdict.scan = scan_of(c);
    verdict.trigger = c.trigger ? std::optional(c.trigger->frame) : std::nullopt;
    if (c.before.last_active)
        verdict.idle = idle_before(c);
    if (!c.tracking_known)
        return;
    verdict.retransmissions = retransmissions(c);
    verdict.stream_retransmissions = c.own().tracked_retransmissions;
}

/// The winner's story, or why there is none.
Story story_of(const Case& c, const Differential& d, bool shown)
{
    if (shown)
        return row(d.winner).rule->tell(c);
    return d.winner == Cause::unknown ? nothing_fits(c) : below_minimum(d);
}

/// The headline, or the cause and the endpoint where that is too long for one line of a list.
std::string for_one_line(const std::string& headline, const Verdict& verdict)
{
    constexpr std::size_t kRoom = 100;
    return headline.size() <= kRoom
        ? headline
        : fmt::format("{}: {}", row(verdict.cause).title, verdict.endpoint.text());
}

void add_differential(const Case& c, const Differential& d, Verdict& verdict)
{
    add_supports(c, d, verdict.evidence);
    verdict.alternatives = standing_rivals(d);
    std::erase(verdict.alternatives, verdict.cause);
    if (verdict.cause == Cause::unknown)
        verdict.alternatives.insert(verdict.alternatives.begin(), d.winner);
    verdict.ruled_out = ruled_out(d);
    if (d.confidence != Confidence::certain)
        for (const Bearing* doubt : open_doubts(d))
            verdict.doubts.push_back(say_doubt(c, *doubt));
}

}  // namespace

Verdict explain(const Case& c)
{
    const Differential d = weigh(c);
    const bool shown = d.winner != Cause::unknown && d.confidence >= c.settings.minimum_confidence;
    const Story story = story_of(c, d, shown);
    const CatalogueRow& winner = row(shown ? story.stands_for.value_or(d.winner) : Cause::unknown);

    Verdict verdict{
        .cause = winner.cause,
        .confidence = shown ? d.confidence : Confidence::possible,
        .harm = harm_of(c),
        .origin = story.origin.value_or(named_origin(c)),
        .headline = {},
        .explanation = story.headline + (story.details.empty() ? "" : ": ") + story.details + ".",
        .advice = story.advice,
        .endpoint = service_endpoint(c),
        .service = c.now.service_name,
        .evidence = story.evidence,
    };
    verdict.headline = for_one_line(story.headline, verdict);
    if (d.winner != Cause::unknown)
        add_differential(c, d, verdict);
    verdict.explanation += what_would_settle(c, verdict);
    weigh_aftermath(c, verdict);
    weigh_second_point(c, verdict);
    add_what_it_shows(c, verdict);
    add_measurements(c, verdict);
    if (story.trigger)
        verdict.trigger = story.trigger;
    return verdict;
}

}  // namespace rstcause
