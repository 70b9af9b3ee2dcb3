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
const Endpoint& other_end(const Row& row)
{
    const Segment& rst = row.rst;
    const bool sent_to_it = rst.to == row.endpoint || row.origin == Origin::client;
    return rst.from != row.endpoint && sent_to_it ? rst.from : rst.to;
}

GroupKey key_of_scan(const Address& by)
{
    return {.extent = Extent::scan, .place = place_of(by)};
}

bool made_by_a_device(const Row& reset) { return row(reset.cause).maker == Maker::device; }

/// In a client's name: as the verdict says, or, where it says that a device on the way may have had a part
/// in it, as the packet does.
bool by_client(const Row& row)
{
    if (row.origin != Origin::network || made_by_a_device(row))
        return row.origin == Origin::client;
    return row.rst.to == row.endpoint && row.rst.from != row.endpoint;
}

GroupKey key_of_moment(const Row& row)
{
    return {.by_client = by_client(row),
            .extent = Extent::moment,
            .place = place_of(row.rst.from.address),
            .moment = *row.together};
}

/// What is of unknown cause has a section of its own, and what a device made no host ended.
bool may_be_of_a_moment(const Row& row)
{
    return row.together && row.cause != Cause::unknown && !made_by_a_device(row);
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

/// How often a scanner may be refused at one endpoint by its scan: it probes each port once, or twice. One
/// that comes again wants something there, whatever else its host scans.
constexpr std::size_t kMostProbes = 2;

/// The scans and moments that are groups.
class Events {
public:
    explicit Events(const std::vector<Row>& rows)
    {
        std::map<GroupKey, Moment> moments;
        for (const Row& row : rows) {
            note_scan(row);
            if (!may_be_of_a_moment(row))
                continue;
            Moment& moment = moments[key_of_moment(row)];
            moment.causes.insert(row.cause);
            moment.connections += row.is_first;
        }
        for (const auto& [key, moment] : moments)
            if (moment.is_event())
                keys_.insert(key);
    }

    /// The group that the reset belongs to.
    GroupKey key_of(const Row& row) const
    {
        if (row.scan && keys_.count(key_of_scan(row.scan->by)) && !came_again(row))
            return key_of_scan(row.scan->by);
        if (may_be_of_a_moment(row) && keys_.count(key_of_moment(row)))
            return key_of_moment(row);
        return basic_key(row);
    }

private:
    /// A scan shows itself by more than refusals, which a client of many stopped services meets, too.
    void note_scan(const Row& row)
    {
        if (!row.scan)
            return;
        if (row.scan->bare || row.cause == Cause::syn_scan)
            keys_.insert(key_of_scan(row.scan->by));
        if (row.impact == Impact::problem && row.is_first)
            ++refused_[{place_of(row.scan->by), place_of(row.endpoint)}];
    }

    bool came_again(const Row& row) const
    {
        const auto found = refused_.find({place_of(row.scan->by), place_of(row.endpoint)});
        return row.impact == Impact::problem && found != refused_.end() && found->second > kMostProbes;
    }

    std::set<GroupKey> keys_;
    std::map<std::pair<Place, Place>, std::size_t> refused_;  ///< problems, by scanner and endpoint
};

void put(Gathered& gathered, const Row& row)
{
    ReportGroup& group = gathered.group;
    const bool first = gathered.times.empty();
    group.period = both(first ? std::nullopt : std::optional(group.period), row.rst.time);
    group.impact = first ? row.impact : std::max(group.impact, row.impact);
    group.frames.push_back(row.rst.frame);
    group.repeats += !row.is_first && !row.is_copy;
    ++group.by_confidence[static_cast<std::size_t>(row.confidence)];
    gathered.times.push_back(row.rst.time);
    ++gathered.reset_by[place_of(row.rst.from.address)];
    ++gathered.endpoints[place_of(row.endpoint)];
    ++gathered.affected[place_of(other_end(row).address)];
    add(gathered.by_cause[row.cause], {row.rst.frame, row.id, {row.is_first, row.confidence}, 1});
    if (row.is_first || row.is_copy)
        add(group.harm[row.harm], {1, row.harm_frame});
}

}  // namespace

Row::Row(ResetId reset, const Segment& segment, const Verdict& verdict)
    : id(reset), rst(segment), cause(verdict.cause), impact(verdict.harm.impact), harm(verdict.harm.kind),
      harm_frame(verdict.harm.frame == 0 ? segment.frame : verdict.harm.frame), confidence(verdict.confidence),
      origin(verdict.origin), endpoint(verdict.endpoint), is_first(!verdict.repeat_of),
      is_copy(verdict.is_copy), together(verdict.together), scan(verdict.scan)
{
}

Endpoint Place::endpoint() const
{
    return {Address{std::bit_cast<std::array<std::uint64_t, 2>>(address)}, port};
}

Place place_of(const Endpoint& endpoint)
{
    return {std::bit_cast<std::array<std::uint8_t, 16>>(endpoint.address.words), endpoint.port};
}

Place place_of(const Address& address) { return place_of(Endpoint{address, 0}); }

void add(HarmCount& harm, const HarmCount& more)
{
    harm.frame = harm.resets == 0 ? more.frame : std::min(harm.frame, more.frame);
    harm.resets += more.resets;
}

void add(Example& example, Example other)
{
    other.resets += example.resets;
    if (example.frame == 0 || other.worth > example.worth)
        example = other;
    else
        example.resets = other.resets;
}

GroupKey basic_key(const Row& row)
{
    return {.cause = row.cause,
            .impact = row.impact,
            .by_client = by_client(row),
            .place = place_of(row.endpoint)};
}

GroupsByKey grouped(const std::vector<Row>& rows)
{
    const Events events(rows);
    GroupsByKey groups;
    for (const Row& row : rows)
        put(groups[events.key_of(row)], row);
    return groups;
}

}  // namespace rstcause
