// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/report.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/core.h>

#include "diagnosis/catalogue.h"
#include "report/report_filters.h"
#include "report/report_groups.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

using Extent = ReportGroup::Extent;

std::size_t most_within_a_second(std::vector<Time> times)
{
    std::sort(times.begin(), times.end());
    std::size_t most = 0;
    for (std::size_t first = 0, i = 0; i < times.size(); ++i) {
        while (length({times[first], times[i]}) >= 1s)
            ++first;
        most = std::max(most, i - first + 1);
    }
    return most;
}

Counts most_first(const Tally& tally, std::string (*name)(const Endpoint&))
{
    Counts counts;
    for (const auto& [place, count] : tally)
        counts.emplace_back(name(place.endpoint()), count);
    std::stable_sort(counts.begin(), counts.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    return counts;
}

/// The cause that a group goes by: of an event its own, else the most frequent.
Cause leading(const GroupKey& key, const std::map<Cause, Example>& by_cause)
{
    for (const auto& [extent, cause] : {std::pair(Extent::scan, Cause::syn_scan),
                                        std::pair(Extent::moment, Cause::process_exit)})
        if (key.extent == extent && by_cause.count(cause))
            return cause;
    return std::max_element(by_cause.begin(), by_cause.end(), [](const auto& a, const auto& b) {
               return a.second.resets < b.second.resets;
           })->first;
}

std::vector<std::pair<Cause, std::size_t>> reasons(const std::map<Cause, Example>& by_cause, Cause first)
{
    std::vector<std::pair<Cause, std::size_t>> all;
    for (const auto& [cause, example] : by_cause)
        all.emplace_back(cause, example.resets);
    std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) {
        return std::pair(a.first != first, b.second) < std::pair(b.first != first, a.second);
    });
    return all;
}

/// Where, as far as all its endpoints have it in common.
std::string common_endpoint(const Tally& endpoints)
{
    const Place& one = endpoints.begin()->first;
    const auto all = [&](auto Place::*part) {
        return std::all_of(endpoints.begin(), endpoints.end(),
                           [&](const auto& e) { return e.first.*part == one.*part; });
    };
    if (endpoints.size() == 1)
        return one.endpoint().text();
    if (all(&Place::address))
        return one.endpoint().address.text();
    return all(&Place::port) ? fmt::format("*:{}", one.port) : "*";
}

std::string title(const ReportGroup& group)
{
    switch (group.extent) {
    case Extent::moment: return "Connections ended at once";
    case Extent::scan: return std::string(row(Cause::syn_scan).title);
    default: return std::string(row(group.cause).title);
    }
}

/// Of refusals at many ports or addresses.
std::string advice_on_refusals(const ReportGroup& group)
{
    const std::size_t places = group.endpoints.size(), hosts = group.affected.size();
    const bool ports = group.extent == Extent::ports;
    if (hosts == 1)
        return fmt::format("Find out what {} is after: it tried {} {} and was refused, as a {} is.",
                           group.affected[0].first, places,
                           ports ? "ports of this address" : "addresses with this port",
                           ports ? "port scan" : "scan for a service");
    if (ports)
        return fmt::format("Start what belongs on these ports of {}, if anything does: {} hosts tried them, as "
                           "scanners do that try every address.",
                           group.endpoint, hosts);
    return fmt::format("Start the service on port {} of these {} addresses, or correct the targets of the {} "
                       "hosts that tried it.",
                       group.endpoint.substr(2), places, hosts);
}

/// What to do about the group, not about its example alone.
std::string advice(const ReportGroup& group)
{
    if (group.extent == Extent::scan)
        return fmt::format("Find out who runs {}: a vulnerability scanner, a monitor, or an attacker.",
                           group.scanner);
    if (group.extent == Extent::moment && group.cause != Cause::process_exit)
        return fmt::format("See what {} did at that moment: a program that is closed, or drops all the "
                           "connections that it holds, ends them like this.",
                           group.reset_by[0].first);
    const bool of_many = group.extent == Extent::ports || group.extent == Extent::addresses;
    const bool refused
        = group.cause == Cause::not_listening || group.cause == Cause::firewall_reject;
    return refused && of_many ? advice_on_refusals(group) : group.shown.advice;
}

ReportGroup finished(const Session& session, const GroupKey& key, Gathered gathered)
{
    const auto address = [](const Endpoint& e) { return e.address.text(); };
    ReportGroup& group = gathered.group;
    group.extent = key.extent;
    group.by_client = key.by_client;
    group.cause = leading(key, gathered.by_cause);
    group.title = title(group);
    if (key.extent == Extent::scan) {
        group.scanner = key.place.endpoint().address.text();
        group.impact = Impact::notice;  // nobody wanted what it tried
    }
    group.reasons = reasons(gathered.by_cause, group.cause);
    group.endpoint = common_endpoint(gathered.endpoints);
    const Example& example = gathered.by_cause[group.cause];
    group.example = example.frame;
    group.shown = session.explain(example.id);
    if (gathered.endpoints.size() == 1 || group.endpoint.starts_with("*:"))
        group.service = group.shown.service;
    std::sort(group.frames.begin(), group.frames.end());
    group.peak = most_within_a_second(std::move(gathered.times));
    group.reset_by = most_first(gathered.reset_by, address);
    group.endpoints
        = most_first(gathered.endpoints, [](const Endpoint& e) { return e.text(); });
    group.affected = most_first(gathered.affected, address);
    group.advice = advice(group);
    return std::move(group);
}

bool comes_before(const ReportGroup& a, const ReportGroup& b)
{
    const auto rank = [](const ReportGroup& g) {
        return std::tuple(g.cause == Cause::unknown, -static_cast<int>(g.impact),
                          g.shown.confidence == Confidence::possible);
    };
    if (rank(a) != rank(b))
        return rank(a) < rank(b);
    return a.resets() != b.resets() ? a.resets() > b.resets() : a.frames[0] < b.frames[0];
}

/// Tells copies of resets that are in the report from those whose original was filtered out.
class Copies {
public:
    bool is_one(const Verdict& verdict, Frame frame)
    {
        seen_.insert(frame);
        return verdict.is_copy && verdict.repeat_of && !seen_.insert(*verdict.repeat_of).second;
    }

private:
    std::set<Frame> seen_;
};

}  // namespace

Time length(const Period& period)
{
    const bool too_long = period.first < 0s && period.last > Time::max() + period.first;
    return too_long ? Time::max() : period.last - period.first;
}

double ReportGroup::rate() const
{
    const double seconds = std::chrono::duration<double>(length(period)).count();
    return seconds < 1 ? 0 : static_cast<double>(resets() - 1) / seconds;
}

Report report(const Session& session, const std::vector<ResetId>& resets)
{
    Report report;
    std::vector<Row> rows;
    std::vector<Frame> copied;
    Copies copies;
    for (ResetId id : resets) {
        const Verdict verdict = session.explain(id);
        const Segment& rst = session.segment(id);
        if (copies.is_one(verdict, rst.frame)) {
            copied.push_back(rst.frame);
            continue;
        }
        report.period = both(report.period, rst.time);
        rows.emplace_back(id, rst, verdict);
    }
    report.resets = rows.size();
    report.copies = copied.size();
    const Filters filters(rows, std::move(copied));
    for (auto& [key, gathered] : folded(grouped(rows))) {
        report.groups.push_back(finished(session, key, std::move(gathered)));
        report.groups.back().filter = filters.of(key, report.groups.back());
    }
    std::sort(report.groups.begin(), report.groups.end(), comes_before);
    return report;
}

}  // namespace rstcause
