// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <algorithm>

#include "judge/kept.h"
#include "judge/score.h"

namespace rstcause::test {
namespace {

const Label kRefused{.frame = 7,
                     .reason = "not_listening",
                     .acceptable = {"firewall_reject", "unknown"},
                     .trigger = 6,
                     .origin = "server"};

Verdict says(Cause cause)
{
    return {.cause = cause, .confidence = Confidence::likely, .origin = Origin::server, .trigger = 6};
}

TEST(Score, TellsRightFromExpertsWordAndWrong)
{
    EXPECT_EQ(score(kRefused, says(Cause::not_listening), {}).grade, Grade::right);
    EXPECT_EQ(score(kRefused, says(Cause::firewall_reject), {}).rule, "experts");
    EXPECT_EQ(score(kRefused, says(Cause::firewall_reject), {}).grade, Grade::acceptable);
}

// What no expert granted, the packets may.
TEST(Score, AsksTheRules)
{
    const auto& kept = library().captures;
    const auto found = std::find_if(kept.begin(), kept.end(), [](const Kept& capture) {
        return capture.name.starts_with("not_listening-twin-closed-port");
    });
    ASSERT_NE(found, kept.end());
    const Label& label = found->labels.front();
    const Score filter = score(label, says(Cause::firewall_reject), found->trace);
    EXPECT_EQ(filter.grade, Grade::acceptable);
    EXPECT_EQ(filter.rule, "own_filter_or_closed_port");
    EXPECT_EQ(score(label, says(Cause::half_open), found->trace).grade, Grade::wrong);
}

// Whoever says nothing is neither right nor wrong, whatever a list allows.
TEST(Score, CountsUnknownApart)
{
    EXPECT_EQ(score(kRefused, says(Cause::unknown), {}).grade, Grade::unknown);
    const Label untold{.frame = 7, .reason = "unknown"};
    EXPECT_EQ(score(untold, says(Cause::unknown), {}).grade, Grade::right);
}

TEST(Score, ComparesOriginAndTriggerWhereTheyAreKnown)
{
    const Score right = score(kRefused, says(Cause::not_listening), {});
    EXPECT_EQ(right.origin_right, true);
    EXPECT_EQ(right.trigger_right, true);

    Verdict other = says(Cause::not_listening);
    other.origin = Origin::network;
    other.trigger = 5;
    EXPECT_EQ(score(kRefused, other, {}).origin_right, false);
    EXPECT_EQ(score(kRefused, other, {}).trigger_right, false);

    const Label silent{.frame = 7, .reason = "not_listening"};
    EXPECT_EQ(score(silent, other, {}).origin_right, std::nullopt);
    EXPECT_EQ(score(silent, other, {}).trigger_right, std::nullopt);
}

TEST(Score, AsksNoTriggerOfARepeat)
{
    Label repeat = kRefused;
    repeat.repeat_of = 3;
    EXPECT_EQ(score(repeat, says(Cause::not_listening), {}).trigger_right, std::nullopt);
}

}  // namespace
}  // namespace rstcause::test
