// SPDX-License-Identifier: GPL-2.0-or-later
#include "indistinguishable.h"

#include <algorithm>
#include <optional>

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

}  // namespace

std::vector<Acceptance> acceptable_by(const Label& truth, View view, Frame reset)
{
    const Sight sight(view, reset);
    std::vector<Acceptance> found;
    for (const Rule& rule : rules()) {
        if (!lists(rule, truth.reason) || !rule.holds(sight))
            continue;
        for (std::string_view token : rule.tokens)
            if (token != truth.reason)
                found.push_back({std::string(token), rule.name});
    }
    return found;
}

std::string_view accepting_rule(const std::string& said, const Label& truth, View view, Frame reset)
{
    std::optional<Sight> sight;  // reads the whole view: only where a rule asks
    for (const Rule& rule : rules()) {
        if (said == truth.reason || !lists(rule, truth.reason) || !lists(rule, said))
            continue;
        if (!sight)
            sight.emplace(view, reset);
        if (rule.holds(*sight))
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
