// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/report_filters.h"

#include <algorithm>

#include <fmt/core.h>

#include "diagnosis/catalogue.h"

namespace rstcause {

namespace {

using Extent = ReportGroup::Extent;

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

std::string selects_source(const Address& address)
{
    return fmt::format("{}.src == {}", address.is_ipv4() ? "ip" : "ipv6", address.text());
}

std::string selects_place(const GroupKey& key)
{
    const Endpoint at = key.place.endpoint();
    switch (key.extent) {
    case Extent::endpoint: return fmt::format("rstcause.endpoint == \"{}\"", at.text());
    case Extent::ports: return "rstcause.endpoint " + selects_address(at.address.text());
    case Extent::addresses: return fmt::format("rstcause.endpoint matches \":{}$\"", at.port);
    case Extent::client: return selects_source(at.address);
    case Extent::moment:
    case Extent::scan: break;
    }
    return "";
}

}  // namespace

Filters::Filters(const std::vector<Row>& rows, std::vector<Frame> copies) : frames_(std::move(copies))
{
    for (const Row& row : rows) {
        const GroupKey key = basic_key(row);
        ++resets_[key];
        ++resets_[over_ports(key)];
        ++resets_[over_addresses(key)];
        ++resets_[over_endpoints(key, place_of(row.rst.from.address))];
        impacts_[key.cause].insert(key.impact);
        by_client_[key.cause].insert(key.by_client);
        if (key.by_client != (row.origin == Origin::client))
            origin_differs_.insert(key.cause);
        frames_.push_back(row.rst.frame);
    }
    std::sort(frames_.begin(), frames_.end());
}

std::string Filters::of(const GroupKey& key, const ReportGroup& group) const
{
    const auto selected = resets_.find(key);
    if (selected == resets_.end() || selected->second != group.resets())
        return by_frames(group);
    const bool asks_origin = key.extent == Extent::client || by_client_.at(key.cause).size() > 1;
    if (asks_origin && origin_differs_.count(key.cause))
        return by_frames(group);
    std::string text = fmt::format("rstcause.reason == \"{}\"", row(key.cause).token);
    if (impacts_.at(key.cause).size() > 1)
        text += fmt::format(" && rstcause.impact == \"{}\"", token(key.impact));
    if (asks_origin)
        text += key.by_client ? " && rstcause.origin == \"client\"" : " && !(rstcause.origin == \"client\")";
    return text + " && " + selects_place(key);
}

/// Other frames than resets do not matter between them.
std::string Filters::by_frames(const ReportGroup& group) const
{
    std::string ranges;
    for (std::size_t i = 0; i < group.frames.size();) {
        const std::size_t first = i;
        auto next = std::lower_bound(frames_.begin(), frames_.end(), group.frames[i]);
        while (i < group.frames.size() && next != frames_.end() && *next == group.frames[i])
            ++i, ++next;
        ranges += fmt::format("{}{}", ranges.empty() ? "" : ", ", group.frames[first]);
        if (i - first > 1)
            ranges += fmt::format("..{}", group.frames[i - 1]);
    }
    return fmt::format("rstcause && frame.number in {{{}}}", ranges);
}

}  // namespace rstcause
