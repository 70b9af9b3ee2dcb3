// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/report.h"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/core.h>

#include "diagnosis/catalogue.h"
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

/// What to do about the group, not about its example alone.
std::string advice(const ReportGroup& group)
{
    const bool refused
        = group.cause == Cause::not_listening || group.cause == Cause::firewall_reject;
    if (!refused || group.extent == Extent::endpoint || group.affected.size() > 1)
        return group.shown.advice;
    const bool ports = group.extent == Extent::ports;
    return fmt::format("Find out what {} is after: it tried {} {} and was refused, as a {} is.",
                       group.affected[0].first, group.endpoints.size(),
                       ports ? "ports of this address" : "addresses with this port",
                       ports ? "port scan" : "scan for a service");
}

/// By `contains`, "2.0.2.1:" would select 192.0.2.1, too; "[::1]:" has its own beginning.
std::string selects_address(const std::string& address)
{
    if (address.find(':') != address.npos)
        return fmt::format("contains \"[{}]:\"", address);
    std::string pattern;
    for (char c : address)
        pattern += c == '.' ? std::string("[.]") : std::string(1, c);
    return fmt::format("matches \"^{}:\"", pattern);
}

std::string selects_endpoint(const ReportGroup& group)
{
    switch (group.extent) {
    case Extent::endpoint: return fmt::format("== \"{}\"", group.endpoint);
    case Extent::ports: return selects_address(group.endpoint);
    case Extent::addresses: return fmt::format("matches \"{}$\"", group.endpoint.substr(1));
    }
    return "";
}

/// `impacts`: how many the resets of its cause have in this report.
std::string filter(const ReportGroup& group, std::size_t impacts)
{
    std::string text = fmt::format("rstcause.reason == \"{}\"", row(group.cause).token);
    if (impacts > 1)
        text += fmt::format(" && rstcause.impact == \"{}\"", token(group.impact));
    return text + " && rstcause.endpoint " + selects_endpoint(group);
}

ReportGroup finished(const GroupKey& key, Gathered gathered)
{
    ReportGroup& group = gathered.group;
    const Endpoint at = key.place.endpoint();
    group.cause = key.cause;
    group.impact = key.impact;
    group.extent = key.extent;
    group.endpoint = key.extent == Extent::endpoint ? at.text()
        : key.extent == Extent::ports               ? at.address.text()
                                                    : fmt::format("*:{}", at.port);
    if (key.extent != Extent::ports)
        group.service = group.shown.service;
    std::sort(group.frames.begin(), group.frames.end());
    group.peak = most_within_a_second(std::move(gathered.times));
    group.endpoints
        = most_first(gathered.endpoints, [](const Endpoint& e) { return e.text(); });
    group.affected
        = most_first(gathered.affected, [](const Endpoint& e) { return e.address.text(); });
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
    GroupsByKey groups;
    Copies copies;
    for (ResetId id : resets) {
        Verdict verdict = session.explain(id);
        const Segment& rst = session.segment(id);
        if (copies.is_one(verdict, rst.frame)) {
            ++report.copies;
            continue;
        }
        ++report.resets;
        report.period = both(report.period, rst.time);
        add(groups, std::move(verdict), rst);
    }
    std::map<Cause, std::set<Impact>> impacts;
    for (auto& [key, gathered] : folded(std::move(groups))) {
        impacts[key.cause].insert(key.impact);
        report.groups.push_back(finished(key, std::move(gathered)));
    }
    for (ReportGroup& group : report.groups)
        group.filter = filter(group, impacts[group.cause].size());
    std::sort(report.groups.begin(), report.groups.end(), comes_before);
    return report;
}

}  // namespace rstcause
