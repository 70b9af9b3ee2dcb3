// SPDX-License-Identifier: GPL-2.0-or-later
//
// Multipath TCP: which reset has a reason of its own, which only carries out or answers another's, and which has none.
#include <gtest/gtest.h>

#include "talk.h"

namespace rstcause::test {
namespace {

using namespace std::string_view_literals;

constexpr std::uint32_t kC = Talk::kClientIsn + 1;
constexpr std::uint32_t kS = Talk::kServerIsn + 1;
constexpr auto kFastClose = "\x1e\x0c\x70\x00key-of-8"sv;
constexpr auto kNoReason = "\x1e\x04\x80\x00"sv;
constexpr auto kBadPath = "\x1e\x04\x80\x05"sv;  // unacceptable performance

/// Asked and answered, all acknowledged; frame 6 is the last.
Talk talked()
{
    Talk talk;
    talk.handshake().client({.flags = "PA", .seq = kC, .ack = kS, .payload = 20});
    talk.server({.flags = "PA", .seq = kS, .ack = kC + 20, .payload = 100});
    talk.client({.flags = "A", .seq = kC + 20, .ack = kS + 100}).wait(200ms);
    return talk;
}

constexpr Packet by_server(std::string_view options)
{
    return {.flags = "RA", .seq = kS + 100, .ack = kC + 20, .options = options};
}

constexpr Packet by_client(std::string_view flags, std::string_view options)
{
    return {.flags = flags, .seq = kC + 20, .ack = kS + 100, .options = options};
}

TEST(Mptcp, IsNotNamedByReasonZero)
{
    EXPECT_EQ(talked().server(by_server(kBadPath)).reason(), "mptcp");
    EXPECT_NE(talked().server(by_server(kNoReason)).reason(), "mptcp");
    EXPECT_NE(talked().server(by_server({})).reason(), "mptcp");
}

TEST(Mptcp, AnswersAResetThatHasAReason)
{
    Talk talk = talked();
    talk.server(by_server(kBadPath)).wait(10ms).client(by_client("RA", kNoReason));
    EXPECT_EQ(talk.reason(), "mptcp");
    EXPECT_EQ(talk.verdict().trigger, 7u);
    EXPECT_NE(talk.verdict().explanation.find("answered the reset of frame 7"), std::string::npos);
}

TEST(Mptcp, IsNoAnswerToAnOrdinaryReset)
{
    Talk ordinary = talked();
    ordinary.server(by_server({})).wait(10ms).client(by_client("RA", kNoReason));
    EXPECT_NE(ordinary.reason(), "mptcp");
    Talk without = talked();  // the answer is not of Multipath TCP
    without.server(by_server(kBadPath)).wait(10ms).client(by_client("RA", {}));
    EXPECT_NE(without.reason(), "mptcp");
}

TEST(Mptcp, CarriesOutAFastCloseOnAnAck)
{
    for (std::string_view option : {kNoReason, std::string_view()}) {
        Talk talk = talked();
        talk.client(by_client("A", kFastClose)).wait(10ms).server(by_server(option));
        EXPECT_EQ(talk.reason(), "mptcp");
        EXPECT_EQ(talk.verdict().origin, Origin::client);
        EXPECT_EQ(talk.verdict().trigger, 7u);
    }
}

TEST(Mptcp, IsNoFastCloseThatNobodyHeeded)
{
    Talk talk = talked();
    talk.client(by_client("A", kFastClose)).wait(50ms);
    talk.client({.flags = "PA", .seq = kC + 20, .ack = kS + 100, .payload = 20});
    talk.server({.flags = "RA", .seq = kS + 100, .ack = kC + 40, .options = kNoReason});
    EXPECT_NE(talk.reason(), "mptcp");
}

// It left before it can have heard of that.
TEST(Mptcp, IsNoFastCloseThatCrossedIt)
{
    Talk talk;
    talk.client({.flags = "S", .seq = Talk::kClientIsn}).wait(80ms);
    talk.server({.flags = "SA", .seq = Talk::kServerIsn, .ack = kC});
    talk.client({.flags = "PA", .seq = kC, .ack = kS, .payload = 20}).wait(80ms);
    talk.server({.flags = "PA", .seq = kS, .ack = kC + 20, .payload = 100});
    talk.client({.flags = "A", .seq = kC + 20, .ack = kS + 100}).wait(500ms);
    talk.client(by_client("A", kFastClose)).server(by_server(kNoReason));
    EXPECT_NE(talk.reason(), "mptcp");
}

}  // namespace
}  // namespace rstcause::test
