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

/// An endpoint in the order that people expect: 192.0.2.9 before 192.0.2.10.
struct Place {
    std::array<std::uint8_t, 16> address{};
    std::uint16_t port = 0;

    Endpoint endpoint() const;
    auto operator<=>(const Place&) const = default;
};

using Tally = std::map<Place, std::size_t>;

/// What the resets of a group have in common. Of `place`, what its extent leaves open is zero.
struct GroupKey {
    Cause cause = Cause::unknown;
    Impact impact = Impact::notice;
    ReportGroup::Extent extent = ReportGroup::Extent::endpoint;
    Place place;

    auto operator<=>(const GroupKey&) const = default;
};

/// A group while it grows.
struct Gathered {
    ReportGroup group;
    std::vector<Time> times;
    Tally endpoints;
    Tally affected;  ///< port 0
};

using GroupsByKey = std::map<GroupKey, Gathered>;

/// Adds a reset to the group of its cause and endpoint.
void add(GroupsByKey& groups, Verdict verdict, const Segment& rst);

/// One group in place of many ports of one address, or of many addresses with the same port.
GroupsByKey folded(GroupsByKey groups);

}  // namespace rstcause
