// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnosis/weigh.h"

#include <algorithm>

#include "facts/clues.h"
#include "facts/form_facts.h"

namespace rstcause {

namespace {

using Kind = Bearing::Kind;
using Place = Standing::Place;

/// The lead over every standing rival from which on a verdict is likely.
constexpr int kLead = static_cast<int>(Weight::sign);

/// What an exclusion costs of which the capture does not tell whether it is so.
constexpr int kMayExclude = static_cast<int>(Weight::sign);

std::size_t index_of(Cause cause) { return static_cast<std::size_t>(cause); }

/// What no host sends speaks against every cause in which a host sent it.
void doubt_hosts(const Case& c, Bearings& b)
{
    b.doubts(sender_goes_on_after_it(c), Weight::proof, "the host goes on as if it had sent no reset");
    b.doubts(shown(has_strong_clue(c), c.rst.frame), Weight::proof,
             "something about it is not what a host sends");
    b.doubts(shown(is_suspicious(c), c.rst.frame), Weight::sign,
             "several signs about it do not fit its host");
    b.doubts(shown(!c.clues.empty(), c.rst.frame), Weight::hint, "a sign about it does not fit its host");
}

void hear_all(const Case& c, Differential& d)
{
    const bool believable = c.defect == Defect::none;
    for (const CatalogueRow& row : kCatalogue) {
        if (!row.rule || (!believable && row.cause != Cause::malformed))
            continue;
        Bearings& b = d.bearings[index_of(row.cause)];
        row.rule->weigh(c, b);
        if (row.maker == Maker::host)
            doubt_hosts(c, b);
        if (!row.rivals.empty())
            b.doubts(heard_one_side_only(c), Weight::sign,
                     "nothing of what was said to its sender is in the capture");
    }
}

/// What one bearing does to the cause's standing.
void apply(const Bearing& bearing, Standing& standing)
{
    const int weight = static_cast<int>(bearing.weight);
    const Fact& fact = bearing.fact;
    const auto put_out = [&] {
        standing.place = Place::out;
        if (!standing.against)
            standing.against = &bearing;
    };
    switch (bearing.kind) {
    case Kind::need:
        if (fact.no())
            put_out();
        if (fact.unknown() && standing.place == Place::met)
            standing.place = Place::open;
        standing.score -= fact.unknown() ? weight : 0;
        break;
    case Kind::exclusion:
        if (fact.yes())
            put_out();
        standing.score -= fact.unknown() ? kMayExclude : 0;
        break;
    case Kind::support:
        standing.score += fact.yes() ? weight : 0;
        break;
    case Kind::doubt:
        standing.score -= fact.yes() ? weight : 0;
        break;
    case Kind::rules_out:
        break;
    }
}

/// A cause that stands puts out those that its evidence rules out.
void rule_out_rivals(Differential& d)
{
    const auto before = d.standing;
    for (const CatalogueRow& row : kCatalogue) {
        if (before[index_of(row.cause)].place == Place::out)
            continue;
        for (const Bearing& bearing : d.bearings[index_of(row.cause)].all()) {
            Standing& rival = d.standing[index_of(bearing.rival)];
            if (bearing.kind != Kind::rules_out || !bearing.fact.yes() || rival.place == Place::out)
                continue;
            rival.place = Place::out;
            rival.against = &bearing;
        }
    }
}

/// Does `one` fit better than `other`?
bool fits_better(const Differential& d, Cause one, Cause other)
{
    const Standing& a = d.standing_of(one);
    const Standing& b = d.standing_of(other);
    if (a.place != b.place)
        return a.place > b.place;
    if (row(one).rank != row(other).rank)
        return row(one).rank < row(other).rank;
    return a.score > b.score;
}

/// What only may be must at least have something that speaks for it.
bool may_be_named(const Standing& standing)
{
    return standing.place == Place::met || (standing.place == Place::open && standing.score >= 0);
}

Confidence confidence_of(const Case& c, const Differential& d)
{
    if (!row(d.winner).rivals.empty() && heard_one_side_only(c).yes())
        return Confidence::possible;
    const Standing& winner = d.standing_of(d.winner);
    const auto rivals = standing_rivals(d);
    const bool remainder = row(d.winner).rank == Rank::remainder;
    if (remainder && !rivals.empty())
        return Confidence::possible;
    if (!remainder && rivals.empty() && winner.place == Place::met && open_doubts(d).empty())
        return Confidence::certain;
    const bool ahead = std::all_of(rivals.begin(), rivals.end(), [&](Cause rival) {
        return winner.score >= d.standing_of(rival).score + kLead;
    });
    return ahead && winner.place == Place::met && winner.score >= kLead ? Confidence::likely
                                                                        : Confidence::possible;
}

}  // namespace

Differential weigh(const Case& c)
{
    Differential d;
    hear_all(c, d);
    for (const CatalogueRow& row : kCatalogue) {
        Standing& standing = d.standing[index_of(row.cause)];
        const auto bearings = d.bearings[index_of(row.cause)].all();
        standing.place = bearings.empty() ? Place::out : Place::met;
        for (const Bearing& bearing : bearings)
            apply(bearing, standing);
    }
    rule_out_rivals(d);
    for (const CatalogueRow& row : kCatalogue)
        if (may_be_named(d.standing_of(row.cause))
            && (d.winner == Cause::unknown || fits_better(d, row.cause, d.winner)))
            d.winner = row.cause;
    if (d.winner != Cause::unknown)
        d.confidence = confidence_of(c, d);
    return d;
}

std::vector<const Bearing*> open_doubts(const Differential& d)
{
    std::vector<const Bearing*> open;
    for (const Bearing& bearing : d.bearings_of(d.winner).all()) {
        const bool unmet = (bearing.kind == Kind::need || bearing.kind == Kind::exclusion)
            && bearing.fact.unknown();
        if (unmet || (bearing.kind == Kind::doubt && bearing.fact.yes()))
            open.push_back(&bearing);
    }
    return open;
}

std::vector<Cause> standing_rivals(const Differential& d)
{
    std::vector<Cause> standing;
    for (const CatalogueRow& rival : kCatalogue)
        if (row(d.winner).rivals.has(rival.cause) && d.standing_of(rival.cause).place != Place::out)
            standing.push_back(rival.cause);
    std::stable_sort(standing.begin(), standing.end(),
                     [&](Cause a, Cause b) { return fits_better(d, a, b); });
    return standing;
}

}  // namespace rstcause
