// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <vector>

#include "report/report.h"

/// How resets become the groups of a report.
namespace rstcause {

/// A reset, and what of its verdict makes it belong to a group. The rest is asked for again for the few that
/// are shown: a capture may hold a million.
struct Row {
    Row(ResetId id, const Segment& rst, const Verdict& verdict);

    ResetId id = 0;
    const Segment& rst;
    Cause cause;
    Impact impact;
    Harm::Kind harm;
    Frame harm_frame;  ///< shows it, the reset's own where no other does
    Confidence confidence;
    Origin origin;
    Endpoint endpoint;
    bool is_first;  ///< repeats no earlier one
    bool is_copy;   ///< of one that is not in the report
    std::optional<Frame> together;
    std::optional<Scan> scan;
};

/// An endpoint in the order that people expect: 192.0.2.9 before 192.0.2.10.
struct Place {
    std::array<std::uint8_t, 16> address{};
    std::uint16_t port = 0;

    Endpoint endpoint() const;
    auto operator<=>(const Place&) const = default;
};

Place place_of(const Endpoint& endpoint);
Place place_of(const Address& address);  ///< port 0

using Tally = std::map<Place, std::size_t>;

/// What the resets of a group have in common. What its extent leaves open is as here.
struct GroupKey {
    Cause cause = Cause::unknown;
    Impact impact = Impact::normal;
    bool by_client = false;
    ReportGroup::Extent extent = ReportGroup::Extent::endpoint;
    Place place;       ///< of a client, a moment, or a scan: who made it, without a port
    Frame moment = 0;  ///< Verdict::together

    auto operator<=>(const GroupKey&) const = default;
};

/// Of the resets of one cause, the one that tells most.
struct Example {
    Frame frame = 0;
    ResetId id = 0;
    std::pair<bool, Confidence> worth{};  ///< a repeat says little itself
    std::size_t resets = 0;               ///< of that cause
};

/// Keeps the more telling one; counts both.
void add(Example& example, Example other);

/// Counts both; keeps the first frame.
void add(HarmCount& harm, const HarmCount& more);

/// A group while it grows.
struct Gathered {
    ReportGroup group;
    std::vector<Time> times;
    Tally reset_by;  ///< port 0
    Tally endpoints;
    Tally affected;  ///< port 0
    std::map<Cause, Example> by_cause;
};

using GroupsByKey = std::map<GroupKey, Gathered>;

/// Cause, impact, and endpoint of a reset.
GroupKey basic_key(const Row& row);

/// The same of several ports, addresses, or, for what a client did, of all endpoints.
GroupKey over_ports(GroupKey key);
GroupKey over_addresses(GroupKey key);
GroupKey over_endpoints(GroupKey key, const Place& client);

/// By cause and endpoint; but one scan, or what one host ended in one moment, is one group.
GroupsByKey grouped(const std::vector<Row>& rows);

/// One group in place of many that one client, or one address, or one port has.
GroupsByKey folded(GroupsByKey groups);

}  // namespace rstcause
