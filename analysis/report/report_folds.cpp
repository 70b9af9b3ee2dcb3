// SPDX-License-Identifier: GPL-2.0-or-later
//
// Many groups that differ in nothing but an address or a port become one.
#include <algorithm>
#include <set>
#include <utility>

#include "report/report_groups.h"

namespace rstcause {

namespace {

using Extent = ReportGroup::Extent;

/// More groups than this that are alike become one: many ports of one host that refuse would have a
/// group each.
constexpr std::size_t kMostAlike = 5;

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
    for (const auto& [kind, harm] : other.group.harm)
        add(group.harm[kind], harm);
    for (std::size_t i = 0; i < group.by_confidence.size(); ++i)
        group.by_confidence[i] += other.group.by_confidence[i];
    add(gathered.reset_by, other.reset_by);
    add(gathered.endpoints, other.endpoints);
    add(gathered.affected, other.affected);
    gathered.times.insert(gathered.times.end(), other.times.begin(), other.times.end());
    for (const auto& [cause, example] : other.by_cause)
        add(gathered.by_cause[cause], example);
}

void add(GroupsByKey& groups, const GroupKey& key, Gathered gathered)
{
    const auto found = groups.find(key);
    if (found == groups.end())
        groups.emplace(key, std::move(gathered));
    else
        add(found->second, std::move(gathered));
}

/// The client groups that stand for several endpoints. An endpoint to which other clients did the same
/// keeps its group: its clients are listed there.
std::set<GroupKey> clients_of_several(const GroupsByKey& groups)
{
    std::map<GroupKey, std::size_t> endpoints;
    std::set<GroupKey> shared;
    for (const auto& [key, gathered] : groups)
        for (const auto& [client, _] : gathered.reset_by) {
            if (key.extent != Extent::endpoint || !key.by_client)
                continue;
            const GroupKey of_client = over_endpoints(key, client);
            ++endpoints[of_client];
            if (gathered.reset_by.size() > 1)
                shared.insert(of_client);
        }
    std::set<GroupKey> all;
    for (const auto& [key, count] : endpoints)
        if (count > 1 && !shared.count(key))
            all.insert(key);
    return all;
}

GroupsByKey folded_by_client(GroupsByKey groups)
{
    const std::set<GroupKey> clients = clients_of_several(groups);
    GroupsByKey result;
    for (auto& [key, gathered] : groups) {
        const GroupKey of_client = over_endpoints(key, gathered.reset_by.begin()->first);
        const bool folds = key.extent == Extent::endpoint && clients.count(of_client);
        add(result, folds ? of_client : key, std::move(gathered));
    }
    return result;
}

GroupsByKey folded_by_place(GroupsByKey groups)
{
    std::map<GroupKey, std::size_t> alike;
    for (const auto& [key, _] : groups)
        if (key.extent == Extent::endpoint) {
            ++alike[over_ports(key)];
            ++alike[over_addresses(key)];
        }
    // No filter selects a port of all addresses but one, so the ports of an address that has a
    // group for itself are not folded elsewhere.
    std::set<GroupKey> kept;
    for (const auto& [key, _] : groups)
        if (key.extent == Extent::endpoint && alike[over_ports(key)] > kMostAlike)
            kept.insert(over_addresses(key));
    GroupsByKey result;
    for (auto& [key, gathered] : groups) {
        const GroupKey ports = over_ports(key), addresses = over_addresses(key);
        const bool folds = key.extent == Extent::endpoint;
        const bool of_address = folds && alike[ports] > kMostAlike;
        const bool of_port = folds && alike[addresses] > kMostAlike && !kept.count(addresses);
        add(result, of_address ? ports : of_port ? addresses : key, std::move(gathered));
    }
    return result;
}

}  // namespace

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

GroupKey over_endpoints(GroupKey key, const Place& client)
{
    key.extent = Extent::client;
    key.place = client;
    return key;
}

GroupsByKey folded(GroupsByKey groups) { return folded_by_place(folded_by_client(std::move(groups))); }

}  // namespace rstcause
