// SPDX-License-Identifier: GPL-2.0-or-later
#include "indistinguishable.h"

#include <algorithm>

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

std::vector<Acceptance> acceptable_by(const Label& truth, const Trace& view, Frame reset)
{
    const Sight sight(view, reset);
    std::vector<Acceptance> found;
    for (const Rule& rule : rules()) {
        const auto& tokens = rule.tokens;
        if (std::find(tokens.begin(), tokens.end(), truth.reason) == tokens.end()
            || !rule.holds(sight))
            continue;
        for (std::string_view token : tokens)
            if (token != truth.reason)
                found.push_back({std::string(token), rule.name});
    }
    return found;
}

bool is_acceptable(const std::string& said, const Label& truth, const Trace& view, Frame reset)
{
    const auto found = acceptable_by(truth, view, reset);
    return std::any_of(found.begin(), found.end(),
                       [&](const Acceptance& acceptance) { return acceptance.token == said; });
}

Trace until(const Trace& view, Frame reset)
{
    const auto last = std::find_if(view.begin(), view.end(), [&](const Packet& packet) {
        return packet.kept == reset;
    });
    return {view.begin(), last == view.end() ? last : last + 1};
}

}  // namespace rstcause::test
