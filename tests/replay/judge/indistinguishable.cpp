// SPDX-License-Identifier: GPL-2.0-or-later
#include "indistinguishable.h"

#include <algorithm>
#include <set>

namespace rstcause::test {

std::span<const Rule> rules()
{
    static const std::vector<Rule> all = [] {
        std::vector<Rule> found;
        for (const auto& group : {refusal_rules(), abort_rules(), stray_rules(), forgery_rules()})
            found.insert(found.end(), group.begin(), group.end());
        return found;
    }();
    return all;
}

namespace {

bool lists(const Rule& rule, std::string_view token)
{
    return std::find(rule.tokens.begin(), rule.tokens.end(), token) != rule.tokens.end();
}

bool same_packet(const Segment& one, const Segment& other)
{
    return one.from == other.from && one.to == other.to && one.flags.bits == other.flags.bits
        && one.seq == other.seq && one.ack_field == other.ack_field && one.window == other.window;
}

/// The reset where each capture point saw it first: what one point does not show another may.
std::vector<Sight> sights(View view, Frame reset)
{
    std::vector<Sight> found{Sight(view, reset)};
    if (!found.front().two_points)
        return found;
    std::set<std::uint32_t> points{found.front().reset.interface};
    for (const Packet& packet : view) {
        const auto parsed = parse_segment(test::view(packet));
        if (parsed && parsed->defect == Defect::none && same_packet(parsed->segment, found.front().reset)
            && points.insert(parsed->segment.interface).second)
            found.emplace_back(view, packet.kept);
    }
    return found;
}

bool holds_at_all(const Rule& rule, const std::vector<Sight>& points)
{
    return std::all_of(points.begin(), points.end(), rule.holds);
}

}  // namespace

std::vector<Acceptance> acceptable_by(const Label& truth, View view, Frame reset)
{
    const auto points = sights(view, reset);
    std::vector<Acceptance> found;
    for (const Rule& rule : rules()) {
        if (!lists(rule, truth.reason) || !holds_at_all(rule, points))
            continue;
        for (std::string_view token : rule.tokens)
            if (token != truth.reason)
                found.push_back({std::string(token), rule.name});
    }
    return found;
}

std::string_view accepting_rule(const std::string& said, const Label& truth, View view, Frame reset)
{
    std::vector<Sight> points;  // reads the whole view: only where a rule asks
    for (const Rule& rule : rules()) {
        if (said == truth.reason || !lists(rule, truth.reason) || !lists(rule, said))
            continue;
        if (points.empty())
            points = sights(view, reset);
        if (holds_at_all(rule, points))
            return rule.name;
    }
    return {};
}

bool is_acceptable(const std::string& said, const Label& truth, View view, Frame reset)
{
    return !accepting_rule(said, truth, view, reset).empty();
}

View until(View view, Frame reset)
{
    const auto last = std::find_if(view.begin(), view.end(), [&](const Packet& packet) {
        return packet.kept == reset;
    });
    return {view.begin(), last == view.end() ? last : last + 1};
}

}  // namespace rstcause::test
