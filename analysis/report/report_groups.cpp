// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/report_groups.h"

#include <algorithm>
#include <bit>
#include <set>

namespace rstcause {

namespace {

using Extent = ReportGroup::Extent;

/// A port scan would have a group for every port of its target, a busy client of many servers one
/// for every address.
constexpr std::size_t kMostAlike = 5;

Place place_of(const Endpoint& endpoint)
{
    return {std::bit_cast<std::array<std::uint8_t, 16>>(endpoint.address.words), endpoint.port};
}

/// Who is at the other end of the connection. Behind a NAT the verdict may speak of an endpoint
/// that this packet names otherwise.
const Endpoint& other_end(const Segment& rst, const Verdict& verdict)
{
    if (rst.from == verdict.endpoint)
        return rst.to;
    if (rst.to == verdict.endpoint || verdict.origin == Origin::client)
        return rst.from;
    return rst.to;
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

void add(Tally& tally, const Tally& other)
{
    for (const auto& [place, count] : other)
        tally[place] += count;
}

void add(Gathered& gathered, Gathered other)
{
    ReportGroup& group = gathered.group;
    group.period = both(group.period, other.group.period);
    group.frames.insert(group.frames.end(), other.group.frames.begin(), other.group.frames.end());
    group.repeats += other.group.repeats;
    for (const auto& [kind, more] : other.group.harm) {
        HarmCount& harm = group.harm[kind];
        harm.frame = harm.frame == 0 ? more.frame : std::min(harm.frame, more.frame);
        harm.resets += more.resets;
    }
    for (std::size_t i = 0; i < group.by_confidence.size(); ++i)
        group.by_confidence[i] += other.group.by_confidence[i];
    add(gathered.endpoints, other.endpoints);
    add(gathered.affected, other.affected);
    gathered.times.insert(gathered.times.end(), other.times.begin(), other.times.end());
    show(group, other.group.example, std::move(other.group.shown));
}

void add(GroupsByKey& groups, const GroupKey& key, Gathered gathered)
{
    const auto found = groups.find(key);
    if (found == groups.end())
        groups.emplace(key, std::move(gathered));
    else
        add(found->second, std::move(gathered));
}

GroupKey over_ports(GroupKey key)
{
    key.extent = Extent::ports;
    key.place.port = 0;
    return key;
}

GroupKey over_addresses(GroupKey key)
{
    key.extent = Extent::addresses;
    key.place.address = {};
    return key;
}

}  // namespace

Endpoint Place::endpoint() const
{
    return {Address{std::bit_cast<std::array<std::uint64_t, 2>>(address)}, port};
}

void add(GroupsByKey& groups, Verdict verdict, const Segment& rst)
{
    const GroupKey key{.cause = verdict.cause,
                       .impact = verdict.harm.impact,
                       .place = place_of(verdict.endpoint)};
    Gathered one;
    one.group.period = {rst.time, rst.time};
    one.group.frames = {rst.frame};
    one.group.repeats = verdict.repeat_of && !verdict.is_copy;
    if (!verdict.repeat_of || verdict.is_copy)
        one.group.harm[verdict.harm.kind] = {1, verdict.harm.frame == 0 ? rst.frame : verdict.harm.frame};
    one.group.by_confidence[static_cast<std::size_t>(verdict.confidence)] = 1;
    one.times = {rst.time};
    one.endpoints = {{key.place, 1}};
    one.affected = {{place_of({other_end(rst, verdict).address, 0}), 1}};
    show(one.group, rst.frame, std::move(verdict));
    add(groups, key, std::move(one));
}

GroupsByKey folded(GroupsByKey groups)
{
    std::map<GroupKey, std::size_t> alike;
    for (const auto& [key, _] : groups) {
        ++alike[over_ports(key)];
        ++alike[over_addresses(key)];
    }
    // No filter selects a port of all addresses but one, so the ports of an address that has a
    // group for itself are not folded elsewhere.
    std::set<GroupKey> kept;
    for (const auto& [key, _] : groups)
        if (alike[over_ports(key)] > kMostAlike)
            kept.insert(over_addresses(key));
    GroupsByKey result;
    for (auto& [key, gathered] : groups) {
        const GroupKey ports = over_ports(key), addresses = over_addresses(key);
        const bool of_port = alike[addresses] > kMostAlike && !kept.count(addresses);
        add(result, alike[ports] > kMostAlike ? ports : of_port ? addresses : key,
            std::move(gathered));
    }
    return result;
}

}  // namespace rstcause
