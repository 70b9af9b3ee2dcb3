// SPDX-License-Identifier: GPL-2.0-or-later
//
// Damaged packets. The verdicts may be anything, but the core must survive (build with
// -fsanitize=address,undefined) and name no frame that has not been.
#include <gtest/gtest.h>

#include "judge/answers.h"
#include "judge/kept.h"
#include "perturb.h"

namespace rstcause::test {
namespace {

constexpr int kVariants = 20;

void expect_sane(const Kept& kept, const Trace& trace)
{
    const Frame last = kept.trace.back().kept;
    for (const auto& [frame, verdicts] : answers(trace))
        for (const Verdict& verdict : verdicts) {
            EXPECT_LT(verdict.trigger.value_or(0), frame) << kept.name;
            EXPECT_LT(verdict.repeat_of.value_or(0), frame) << kept.name;
            EXPECT_GT(verdict.contradicted_by.value_or(last + 1), frame) << kept.name;
            EXPECT_FALSE(verdict.explanation.empty()) << kept.name;
        }
}

template <typename Damage>
void damage_all(Damage damage)
{
    Random random(20250101);
    for (const Kept& kept : library().captures)
        for (int variant = 0; variant < kVariants; ++variant)
            expect_sane(kept, damage(kept.trace, random));
}

TEST(Hostile, CorruptedHeaders) { damage_all(corrupted); }

TEST(Hostile, TruncatedPackets) { damage_all(truncated); }

TEST(Hostile, CorruptedAndTruncatedPackets)
{
    damage_all([](const Trace& trace, Random& random) {
        return truncated(corrupted(trace, random), random);
    });
}

}  // namespace
}  // namespace rstcause::test
