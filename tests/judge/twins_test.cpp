// SPDX-License-Identifier: GPL-2.0-or-later
//
// Every rule of indistinguishability is shown by twins, and does not reach what only resembles them.
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "canonical.h"
#include "indistinguishable.h"
#include "kept.h"

namespace rstcause::test {
namespace {

const Kept& kept(const std::string& name)
{
    for (const Kept& capture : library().captures)
        if (capture.name == name)
            return capture;
    throw std::runtime_error("no capture " + name);
}

const Rule& rule(const std::string& name)
{
    const auto found = std::find_if(rules().begin(), rules().end(),
                                    [&](const Rule& each) { return each.name == name; });
    if (found == rules().end())
        throw std::runtime_error("no rule " + name);
    return *found;
}

bool speaks_of(const Rule& rule, const std::string& token)
{
    return std::find(rule.tokens.begin(), rule.tokens.end(), token) != rule.tokens.end();
}

/// The first reset of the capture whose cause the rule speaks of.
const Label& subject(const Rule& rule, const Kept& capture)
{
    for (const Label& label : capture.labels)
        if (speaks_of(rule, label.reason))
            return label;
    throw std::runtime_error(fmt::format("{}: no reset for {}", capture.name, rule.name));
}

bool grants(const Rule& rule, const Kept& capture, const Label& label, const std::string& token)
{
    const auto found = acceptable_by(label, capture.trace, label.frame);
    return std::any_of(found.begin(), found.end(), [&](const Acceptance& acceptance) {
        return acceptance.rule == rule.name && acceptance.token == token;
    });
}

TEST(Twins, DifferInNothingButNumbersAndAreGrantedEachOthersCause)
{
    for (const Kept& one : library().captures)
        for (const auto& [name, other_name] : one.twins) {
            SCOPED_TRACE(fmt::format("{}: {} and {}", name, one.name, other_name));
            const Rule& by = rule(name);
            const Kept& other = kept(other_name);
            EXPECT_EQ(other.twins.at(name), one.name) << "twins name each other";
            const Label& label = subject(by, one);
            const std::string& cause = subject(by, other).reason;
            EXPECT_NE(label.reason, cause);
            EXPECT_EQ(fmt::format("{}", fmt::join(canonical(one.trace), "\n")),
                      fmt::format("{}", fmt::join(canonical(other.trace), "\n")));
            EXPECT_TRUE(grants(by, one, label, cause)) << "not granted: " << cause;
            EXPECT_FALSE(holds(label.never, cause)) << "never, and yet the same";
        }
}

TEST(Twins, ShowEveryRule)
{
    for (const Rule& each : rules()) {
        const auto shown = std::count_if(
            library().captures.begin(), library().captures.end(),
            [&](const Kept& capture) { return capture.twins.count(std::string(each.name)) > 0; });
        EXPECT_GE(shown, 2) << each.name;
        EXPECT_FALSE(speaks_of(each, "unknown")) << each.name;
    }
}

}  // namespace
}  // namespace rstcause::test
