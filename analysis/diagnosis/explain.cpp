// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnosis/explain.h"

#include <algorithm>

#include <fmt/core.h>

#include "diagnosis/catalogue.h"
#include "facts/clues.h"
#include "diagnosis/settle.h"
#include "facts/words.h"

namespace rstcause {

namespace {

struct Ranked {
    const CatalogueRow* row;
    Finding finding;
};

/// Something that speaks in a host's name.
bool is_a_devices(Cause cause)
{
    return cause == Cause::injected || cause == Cause::firewall_reject;
}

/// What no host sends is never certain to come from one; and once its supposed sender is seen to
/// go on, only something that speaks in the host's name explains a reset.
void distrust_hosts(const Reset& r, const CatalogueRow& row, Finding& finding)
{
    if (is_a_devices(row.cause) || row.cause == Cause::malformed)
        return;
    if (r.aftermath.sender_went_on)
        finding.confidence = Confidence::possible;
    else if (has_strong_clue(r))
        finding.confidence = std::min(finding.confidence, Confidence::likely);
}

/// All findings, the surest first; equals keep the catalogue's order.
std::vector<Ranked> ask_all(const Reset& r)
{
    std::vector<Ranked> findings;
    for (const CatalogueRow& row : kCatalogue)
        if (row.detector)
            if (auto finding = row.detector(r)) {
                distrust_hosts(r, row, *finding);
                findings.push_back({finding->stands_for ? &rstcause::row(*finding->stands_for) : &row,
                                    std::move(*finding)});
            }
    std::stable_sort(findings.begin(), findings.end(), [](const Ranked& a, const Ranked& b) {
        return a.finding.confidence > b.finding.confidence;
    });
    return findings;
}

/// What was missing to tell, and the capture that would settle it.
Finding nothing_fits(const Reset& r)
{
    Finding finding{.explanation = "Nothing in this capture tells why this reset was sent.",
                    .advice = "Capture at both ends at once, and look in the logs of "
                        + r.own_endpoint().address.text() + " at this time.",
                    .evidence = {}};
    if (!start_captured(r)) {
        finding.explanation = "The capture holds too little of this connection to tell why it was "
                              "reset: its start is missing.";
        finding.advice = "Start the capture before the connection opens, at best at both ends.";
    }
    finding.evidence = trigger_evidence(r);
    return finding;
}

Finding below_minimum(const Ranked& best)
{
    return {.explanation = fmt::format("The best fit, {}, is less sure than the minimum confidence "
                                       "set in the preferences.",
                                       best.row->token),
            .advice = "Lower the minimum confidence to see it.",
            .evidence = best.finding.evidence};
}

/// Alternatives, each once, without the winner itself. What is certain leaves no room for the
/// weaker findings of others.
std::vector<Cause> collect_alternatives(Cause winner, Confidence confidence,
                                        const std::vector<Ranked>& findings)
{
    std::vector<Cause> all;
    const auto add = [&](Cause cause) {
        if (cause != winner && std::find(all.begin(), all.end(), cause) == all.end())
            all.push_back(cause);
    };
    for (const Ranked& ranked : findings)
        if (confidence != Confidence::certain)
            add(ranked.row->cause);
    if (!findings.empty())
        for (Cause cause : findings.front().finding.alternatives)
            add(cause);
    return all;
}

/// The host named in the packet.
Origin named_origin(const Reset& r)
{
    if (!r.before.client())
        return Origin::unknown;
    return sent_by_client(r) ? Origin::client : Origin::server;
}

/// What came later: a sender that goes on did not end the connection, nor did a reset that its
/// receiver ignored.
void weigh_aftermath(const Reset& r, Verdict& verdict)
{
    const Aftermath& later = r.aftermath;
    if (!later.sender_went_on || verdict.cause == Cause::malformed)
        return;
    verdict.contradicted_by = later.sender_went_on;
    if (!is_a_devices(verdict.cause)) {
        verdict.explanation += fmt::format(" But {} goes on in frame {}, as if it had not sent "
                                           "this reset.",
                                           r.own_endpoint().text(), *later.sender_went_on);
        verdict.evidence.push_back({*later.sender_went_on, "the sender goes on after its reset"});
    }
    if (later.challenged)
        verdict.evidence.push_back({*later.challenged, "challenge ACK: the reset was off the "
                                                       "expected number (RFC 5961)"});
    if (!later.ignored)
        return;
    verdict.impact = Impact::normal;
    verdict.explanation += fmt::format(" It was ignored: both sides go on (frame {}).",
                                       *later.ignored);
    verdict.evidence.push_back({*later.ignored, "the connection goes on"});
}

/// "its clock is 700 ms ahead", for times that two captures show of one packet.
std::string clocks(const Passage& passage)
{
    constexpr Time kNoticed = std::chrono::milliseconds(1);
    if (std::chrono::abs(passage.clock_ahead) < kNoticed)
        return "";
    return fmt::format(" (its clock is {} {})", text(std::chrono::abs(passage.clock_ahead)),
                       passage.clock_ahead > Time::zero() ? "ahead" : "behind");
}

/// What a second capture point says of a reset that a host sent.
void weigh_passage(const Reset& r, Verdict& verdict)
{
    if (r.unmatched)
        verdict.explanation += " The other capture shows nothing that can be matched with this "
                               "connection.";
    if (!r.passage || made_between(r))
        return;
    if (r.passage->path == Passage::Path::lost_between) {
        verdict.explanation += fmt::format(" It never reached {}: it was swallowed between the two "
                                           "capture points.",
                                           r.peer_endpoint().text());
        verdict.evidence.push_back({r.rst.frame, "not seen at the receiver's capture point"
                                                     + clocks(*r.passage)});
    } else {
        verdict.evidence.push_back({r.passage->copy,
                                    fmt::format("the same reset at the other capture point{}: it "
                                                "came all the way",
                                                clocks(*r.passage))});
    }
}

/// What the packet itself shows, whatever the verdict.
void add_what_it_shows(const Reset& r, Verdict& verdict)
{
    const Evidence statement = says(r);
    const auto is_statement = [&](const Evidence& e) { return e.shows == statement.shows; };
    auto& evidence = verdict.evidence;
    if (!r.statement.text.empty() && std::none_of(evidence.begin(), evidence.end(), is_statement))
        evidence.push_back(statement);
    if (std::string form = form_in_words(r); !form.empty())
        evidence.push_back({r.rst.frame, std::move(form)});
}

const char* name_of(Passage::Path path)
{
    switch (path) {
    case Passage::Path::delivered: return "delivered";
    case Passage::Path::made_between: return "made_between";
    case Passage::Path::lost_between: return "lost_between";
    }
    return "";
}

void add_measurements(const Reset& r, Verdict& verdict)
{
    verdict.stated = r.statement.text;
    verdict.stage = stage(r);
    if (verdict.origin == Origin::network && hops_nearer(r) != 0)
        verdict.hops = static_cast<std::uint8_t>(hops_of(r.rst.hop_limit));
    if (r.passage)
        verdict.path = name_of(r.passage->path);
    verdict.trigger = r.trigger ? std::optional(r.trigger->frame) : std::nullopt;
    if (r.before.last_active)
        verdict.idle = idle_before(r);
    if (!r.tracking_known)
        return;
    verdict.retransmissions = retransmissions(r);
    verdict.stream_retransmissions = r.own().tracked_retransmissions;
}

}  // namespace

Verdict explain(const Reset& r)
{
    const std::vector<Ranked> findings = ask_all(r);
    const bool told = !findings.empty();
    const bool shown
        = told && findings.front().finding.confidence >= r.settings.minimum_confidence;
    const CatalogueRow& winner = shown ? *findings.front().row : row(Cause::unknown);
    const Finding finding = shown ? findings.front().finding
        : told                    ? below_minimum(findings.front())
                                  : nothing_fits(r);

    Verdict verdict{
        .cause = winner.cause,
        .confidence = finding.confidence,
        .impact = finding.impact.value_or(winner.impact),
        .origin = finding.origin.value_or(named_origin(r)),
        .explanation = finding.explanation,
        .advice = finding.advice,
        .endpoint = service_endpoint(r),
        .service = r.now.service_name,
        .evidence = finding.evidence,
        .alternatives = collect_alternatives(winner.cause, finding.confidence, findings),
    };
    verdict.explanation += what_would_settle(r, verdict);
    weigh_aftermath(r, verdict);
    weigh_passage(r, verdict);
    add_what_it_shows(r, verdict);
    add_measurements(r, verdict);
    if (finding.trigger)
        verdict.trigger = finding.trigger;
    return verdict;
}

}  // namespace rstcause
