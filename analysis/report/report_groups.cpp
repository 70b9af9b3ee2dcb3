// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/report_groups.h"

#include <algorithm>
#include <bit>
#include <set>

#include "diagnosis/catalogue.h"

namespace rstcause {

namespace {

using Extent = ReportGroup::Extent;

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

GroupKey key_of_scan(const Address& by)
{
    return {.extent = Extent::scan, .place = place_of(by)};
}

bool made_by_a_device(const Verdict& verdict) { return row(verdict.cause).maker == Maker::device; }

/// In a client's name: as the verdict says, or, where it says that a device on the way may have had a part
/// in it, as the packet does.
bool by_client(const Row& row)
{
    const Verdict& verdict = row.verdict;
    if (verdict.origin != Origin::network || made_by_a_device(verdict))
        return verdict.origin == Origin::client;
    return row.rst.to == verdict.endpoint && row.rst.from != verdict.endpoint;
}

GroupKey key_of_moment(const Row& row)
{
    return {.by_client = by_client(row),
            .extent = Extent::moment,
            .place = place_of(row.rst.from.address),
            .moment = *row.verdict.together};
}

/// What is of unknown cause has a section of its own, and what a device made no host ended.
bool may_be_of_a_moment(const Row& row)
{
    const Verdict& verdict = row.verdict;
    return verdict.together && verdict.cause != Cause::unknown && !made_by_a_device(verdict);
}

/// Connections that end in one moment by chance are two at most.
constexpr std::size_t kFewestTogether = 3;

/// What one host ended in one moment.
struct Moment {
    std::set<Cause> causes;
    std::size_t connections = 0;

    /// What is of one cause is one group of its client or endpoint anyway.
    bool is_event() const { return connections >= kFewestTogether && causes.size() > 1; }
};

/// The scans and moments that are groups. A scan shows itself by more than refusals, which a client of
/// many stopped services meets, too.
std::set<GroupKey> events(const std::vector<Row>& rows)
{
    std::set<GroupKey> all;
    std::map<GroupKey, Moment> moments;
    for (const Row& row : rows) {
        const auto& scan = row.verdict.scan;
        if (scan && (scan->bare || row.verdict.cause == Cause::syn_scan))
            all.insert(key_of_scan(scan->by));
        if (!may_be_of_a_moment(row))
            continue;
        Moment& moment = moments[key_of_moment(row)];
        moment.causes.insert(row.verdict.cause);
        moment.connections += !row.verdict.repeat_of;
    }
    for (const auto& [key, moment] : moments)
        if (moment.is_event())
            all.insert(key);
    return all;
}

GroupKey key_of(const Row& row, const std::set<GroupKey>& events)
{
    const auto& scan = row.verdict.scan;
    if (scan && events.count(key_of_scan(scan->by)))
        return key_of_scan(scan->by);
    if (may_be_of_a_moment(row) && events.count(key_of_moment(row)))
        return key_of_moment(row);
    return basic_key(row);
}

void put(Gathered& gathered, const Row& row)
{
    const auto& [rst, verdict] = row;
    ReportGroup& group = gathered.group;
    group.period = both(gathered.times.empty() ? std::nullopt : std::optional(group.period), rst.time);
    group.impact = gathered.times.empty() ? verdict.impact : std::max(group.impact, verdict.impact);
    group.frames.push_back(rst.frame);
    group.repeats += verdict.repeat_of && !verdict.is_copy;
    ++group.by_confidence[static_cast<std::size_t>(verdict.confidence)];
    gathered.times.push_back(rst.time);
    ++gathered.reset_by[place_of(rst.from.address)];
    ++gathered.endpoints[place_of(verdict.endpoint)];
    ++gathered.affected[place_of(other_end(rst, verdict).address)];
    add(gathered.by_cause[verdict.cause], {rst.frame, verdict, 1});
}

}  // namespace

Endpoint Place::endpoint() const
{
    return {Address{std::bit_cast<std::array<std::uint64_t, 2>>(address)}, port};
}

Place place_of(const Endpoint& endpoint)
{
    return {std::bit_cast<std::array<std::uint8_t, 16>>(endpoint.address.words), endpoint.port};
}

Place place_of(const Address& address) { return place_of(Endpoint{address, 0}); }

void add(Example& example, Example other)
{
    other.resets += example.resets;
    if (example.frame == 0 || other.worth() > example.worth())
        example = std::move(other);
    else
        example.resets = other.resets;
}

GroupKey basic_key(const Row& row)
{
    return {.cause = row.verdict.cause,
            .impact = row.verdict.impact,
            .by_client = by_client(row),
            .place = place_of(row.verdict.endpoint)};
}

GroupsByKey grouped(const std::vector<Row>& rows)
{
    const std::set<GroupKey> of_events = events(rows);
    GroupsByKey groups;
    for (const Row& row : rows)
        put(groups[key_of(row, of_events)], row);
    return groups;
}

}  // namespace rstcause
