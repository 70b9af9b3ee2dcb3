// SPDX-License-Identifier: GPL-2.0-or-later
//
// RST with data in sequence: what its receiver takes for data is no reset, and what it does not take may be one.
#include <gtest/gtest.h>

#include "talk.h"

namespace rstcause::test {
namespace {

constexpr std::uint32_t kC = Talk::kClientIsn + 1;
constexpr std::uint32_t kS = Talk::kServerIsn + 1;

/// The server has said 100 bytes; the next 50 come with RST.
Talk flagged(std::string_view flags = "RPA", std::string_view says = {})
{
    Talk talk;
    talk.handshake().client({.flags = "PA", .seq = kC, .ack = kS, .payload = 20});
    talk.server({.flags = "PA", .seq = kS, .ack = kC + 20, .payload = 100});
    talk.client({.flags = "A", .seq = kC + 20, .ack = kS + 100});
    talk.server({.flags = flags, .seq = kS + 100, .ack = kC + 20, .payload = 50, .data = says});
    return talk;
}

TEST(DataWithRst, AreNoResetWhenTheyAreAcknowledged)
{
    Talk talk = flagged();
    EXPECT_NE(talk.reason(), "malformed");  // so far
    talk.client({.flags = "A", .seq = kC + 20, .ack = kS + 150});
    const Verdict verdict = talk.verdict();
    EXPECT_EQ(talk.reason(), "malformed");
    EXPECT_EQ(verdict.confidence, Confidence::certain);
    EXPECT_EQ(verdict.harm.kind, Harm::Kind::no_effect);
    EXPECT_EQ(verdict.harm.impact, Impact::normal);
}

TEST(DataWithRst, AreNoResetWhateverTheySayAndWhoeverGoesOn)
{
    Talk talk = flagged("RA", "idle timeout policy, and so on until the end of it");
    EXPECT_EQ(talk.reason(), "idle_timeout");  // by its own words
    talk.server({.flags = "PA", .seq = kS + 150, .ack = kC + 20, .payload = 100}).wait(20ms);
    talk.client({.flags = "A", .seq = kC + 20, .ack = kS + 250});
    EXPECT_EQ(talk.reason(), "malformed");
}

TEST(DataWithRst, AreForgottenWhenATrueResetComes)
{
    Talk talk = flagged();
    talk.client({.flags = "PA", .seq = kC + 20, .ack = kS + 150, .payload = 30});
    talk.server({.flags = "RA", .seq = kS + 150, .ack = kC + 50});
    EXPECT_EQ(talk.session.explain(0).cause, Cause::malformed);
    EXPECT_EQ(talk.verdict().repeat_of, std::nullopt);
    EXPECT_NE(talk.verdict().cause, Cause::malformed);
    EXPECT_NE(talk.verdict().cause, Cause::data_after_close);
}

TEST(DataWithRst, AreAResetWhenNobodyAcknowledgesThem)
{
    EXPECT_NE(flagged().reason(), "malformed");
    Talk challenged = flagged();
    challenged.client({.flags = "A", .seq = kC + 20, .ack = kS + 100});
    EXPECT_NE(challenged.reason(), "malformed");
    Talk half = flagged();
    half.client({.flags = "A", .seq = kC + 20, .ack = kS + 120});
    EXPECT_NE(half.reason(), "malformed");
}

// It is the other segment that was acknowledged.
TEST(DataWithRst, AreAResetWhenTheSameBytesComeAgain)
{
    Talk talk = flagged();
    talk.wait(30ms).server({.flags = "PA", .seq = kS + 100, .ack = kC + 20, .payload = 80});
    talk.client({.flags = "A", .seq = kC + 20, .ack = kS + 180});
    EXPECT_NE(talk.reason(), "malformed");
}

}  // namespace
}  // namespace rstcause::test
