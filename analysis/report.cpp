// SPDX-License-Identifier: GPL-2.0-or-later
#include "report.h"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/core.h>

#include "catalogue.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

/// A port scan would have a group for every port of its target.
constexpr std::size_t kMostPorts = 5;

/// A group while it grows.
struct Gathered {
    ReportGroup group;
    std::string address;  ///< of the endpoint
    std::vector<Time> times;
    std::map<std::string, std::size_t> affected;
};

using Key = std::tuple<Cause, Impact, std::string>;
using Groups = std::map<Key, Gathered>;

void widen(Period& period, const Period& by)
{
    period.first = std::min(period.first, by.first);
    period.last = std::max(period.last, by.last);
}

/// Shows the more telling of two verdicts: a repeat says little itself.
void show(ReportGroup& group, Frame frame, Verdict verdict)
{
    const auto worth = [](const Verdict& v) {
        return std::pair(!v.repeat_of.has_value(), v.confidence);
    };
    if (group.example != 0 && worth(verdict) <= worth(group.shown))
        return;
    group.example = frame;
    group.shown = std::move(verdict);
}

void add(Gathered& gathered, Verdict verdict, const Segment& rst)
{
    ReportGroup& group = gathered.group;
    if (group.frames.empty())
        group.period = {rst.time, rst.time};
    widen(group.period, {rst.time, rst.time});
    group.frames.push_back(rst.frame);
    group.repeats += verdict.repeat_of.has_value();
    ++group.by_confidence[static_cast<std::size_t>(verdict.confidence)];
    const bool by_endpoint = rst.from.text() == verdict.endpoint;
    gathered.address = (by_endpoint ? rst.from : rst.to).address.text();
    ++gathered.affected[(by_endpoint ? rst.to : rst.from).address.text()];
    gathered.times.push_back(rst.time);
    show(group, rst.frame, std::move(verdict));
}

/// Adds a group of another port.
void add(Gathered& gathered, Gathered other)
{
    ReportGroup& group = gathered.group;
    ++group.ports;
    widen(group.period, other.group.period);
    group.frames.insert(group.frames.end(), other.group.frames.begin(), other.group.frames.end());
    std::sort(group.frames.begin(), group.frames.end());
    group.repeats += other.group.repeats;
    for (std::size_t i = 0; i < group.by_confidence.size(); ++i)
        group.by_confidence[i] += other.group.by_confidence[i];
    for (const auto& [address, resets] : other.affected)
        gathered.affected[address] += resets;
    gathered.times.insert(gathered.times.end(), other.times.begin(), other.times.end());
    show(group, other.group.example, std::move(other.group.shown));
}

/// One group in place of many ports of one address.
Groups folded(Groups by_endpoint)
{
    const auto key_of_address = [](const Key& key, const Gathered& gathered) {
        return Key{std::get<Cause>(key), std::get<Impact>(key), gathered.address};
    };
    std::map<Key, std::size_t> ports;
    for (const auto& [key, gathered] : by_endpoint)
        ++ports[key_of_address(key, gathered)];
    Groups groups;
    for (auto& [key, gathered] : by_endpoint) {
        const Key of_address = key_of_address(key, gathered);
        const bool many = ports[of_address] > kMostPorts;
        const auto [found, added] = groups.try_emplace(many ? of_address : key);
        if (!added) {
            add(found->second, std::move(gathered));
            continue;
        }
        found->second = std::move(gathered);
        if (many) {
            found->second.group.endpoint = found->second.address;
            found->second.group.service.clear();
        }
    }
    return groups;
}

std::size_t most_within_a_second(std::vector<Time> times)
{
    std::sort(times.begin(), times.end());
    std::size_t most = 0;
    for (std::size_t first = 0, i = 0; i < times.size(); ++i) {
        while (times[i] - times[first] >= 1s)
            ++first;
        most = std::max(most, i - first + 1);
    }
    return most;
}

ReportGroup finished(Gathered gathered)
{
    ReportGroup& group = gathered.group;
    group.peak = most_within_a_second(std::move(gathered.times));
    group.affected.assign(gathered.affected.begin(), gathered.affected.end());
    std::stable_sort(group.affected.begin(), group.affected.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
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

}  // namespace

double ReportGroup::rate() const
{
    const double seconds = std::chrono::duration<double>(period.last - period.first).count();
    return seconds < 1 ? 0 : static_cast<double>(resets() - 1) / seconds;
}

std::string ReportGroup::filter() const
{
    const bool v6 = endpoint.find("::") != endpoint.npos || std::count(endpoint.begin(), endpoint.end(), ':') > 1;
    const std::string where = ports == 1 ? fmt::format("rstcause.endpoint == \"{}\"", endpoint)
        : v6 ? fmt::format("rstcause.endpoint contains \"[{}]:\"", endpoint)
             : fmt::format("rstcause.endpoint contains \"{}:\"", endpoint);
    return fmt::format("rstcause.reason == \"{}\" && {}", row(cause).token, where);
}

Report report(const Session& session, const std::vector<ResetId>& resets)
{
    Report report;
    Groups groups;
    for (ResetId id : resets) {
        Verdict verdict = session.explain(id);
        if (verdict.is_copy) {
            ++report.copies;
            continue;
        }
        const Segment& rst = session.segment(id);
        ++report.resets;
        if (!report.period)
            report.period = Period{rst.time, rst.time};
        widen(*report.period, {rst.time, rst.time});
        Gathered& its = groups[{verdict.cause, verdict.impact, verdict.endpoint}];
        its.group.cause = verdict.cause;
        its.group.impact = verdict.impact;
        its.group.endpoint = verdict.endpoint;
        its.group.service = verdict.service;
        add(its, std::move(verdict), rst);
    }
    for (auto& [_, group] : folded(std::move(groups)))
        report.groups.push_back(finished(std::move(group)));
    std::sort(report.groups.begin(), report.groups.end(), comes_before);
    return report;
}

}  // namespace rstcause
