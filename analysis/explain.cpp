// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain.h"

#include <algorithm>

#include <fmt/core.h>

#include "catalogue.h"
#include "words.h"

namespace rstcause {

namespace {

struct Ranked {
    const CatalogueRow* row;
    Finding finding;
};

/// All findings, the surest first; equals keep the catalogue's order.
std::vector<Ranked> ask_all(const Reset& r)
{
    std::vector<Ranked> findings;
    for (const CatalogueRow& row : kCatalogue)
        if (row.detector)
            if (auto finding = row.detector(r))
                findings.push_back({finding->stands_for ? &rstcause::row(*finding->stands_for) : &row,
                                    std::move(*finding)});
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

/// A sender that goes on as if nothing had happened did not end the connection with this reset.
void weigh_aftermath(const Reset& r, Verdict& verdict)
{
    if (!r.aftermath.sender_went_on || verdict.cause == Cause::malformed)
        return;
    verdict.contradicted_by = r.aftermath.sender_went_on;
    verdict.confidence = Confidence::possible;
    verdict.explanation += fmt::format(" But {} goes on in frame {}, as if it had not sent this "
                                       "reset: it may have been forged on the way.",
                                       r.own_endpoint().text(), *r.aftermath.sender_went_on);
    verdict.evidence.push_back({*r.aftermath.sender_went_on, "the sender goes on after its reset"});
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

void add_measurements(const Reset& r, Verdict& verdict)
{
    verdict.stated = r.statement.text;
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
        .endpoint = service_endpoint(r).text(),
        .evidence = finding.evidence,
        .alternatives = collect_alternatives(winner.cause, finding.confidence, findings),
    };
    weigh_aftermath(r, verdict);
    add_what_it_shows(r, verdict);
    add_measurements(r, verdict);
    return verdict;
}

}  // namespace rstcause
