// SPDX-License-Identifier: GPL-2.0-or-later
//
// The rules by hand-written conversations, for what a kept capture does not isolate. The captures
// in tests/captures are the main proof.
#include <gtest/gtest.h>

#include <algorithm>

#include "talk.h"

namespace rstcause::test {
namespace {

constexpr std::uint32_t kC = Talk::kClientIsn + 1;
constexpr std::uint32_t kS = Talk::kServerIsn + 1;

bool names(const std::vector<Cause>& causes, Cause wanted)
{
    return std::find(causes.begin(), causes.end(), wanted) != causes.end();
}

TEST(NotListening, IsOnlyLikelyWhereAFirewallLooksTheSame)
{
    Talk talk;
    talk.client({.flags = "S", .seq = 1000}).server({.flags = "RA", .ack = 1001, .window = 0});
    EXPECT_EQ(talk.reason(), "not_listening");
    EXPECT_EQ(talk.verdict().confidence, Confidence::likely);
    EXPECT_TRUE(names(talk.verdict().alternatives, Cause::firewall_reject));
    EXPECT_EQ(talk.verdict().trigger, 1u);
    EXPECT_EQ(talk.verdict().origin, Origin::server);
}

TEST(NotListening, NeedsAResetThatAcknowledgesTheSyn)
{
    Talk talk;
    talk.client({.flags = "S", .seq = 1000}).server({.flags = "RA", .ack = 1500, .window = 0});
    EXPECT_NE(talk.reason(), "not_listening");
}

TEST(NotListening, AcceptsFastOpenDataInTheAcknowledgement)
{
    Talk talk;
    talk.client({.flags = "S", .seq = 1000, .payload = 30});
    talk.server({.flags = "RA", .ack = 1031, .window = 0});
    EXPECT_EQ(talk.reason(), "not_listening");
}

TEST(ServiceStopped, BecomesRefusedWhileListeningOnceAcceptsAndRefusalsAlternate)
{
    Talk talk;
    const auto accept = [&](std::uint16_t port) { talk.from_port(port).handshake(); };
    const auto refuse = [&](std::uint16_t port) {
        talk.from_port(port).client({.flags = "S", .seq = 1000});
        talk.server({.flags = "RA", .ack = 1001, .window = 0});
    };
    accept(1);
    refuse(2);
    EXPECT_EQ(talk.reason(), "service_stopped");
    accept(3);
    refuse(4);
    accept(5);
    EXPECT_EQ(talk.reason(), "refused_while_listening");
}

TEST(RetransmissionTimeout, CountsTheSameSegmentUpToThePreference)
{
    Talk five;
    five.handshake().client_repeats_first_data(6);
    five.client({.flags = "RA", .seq = kC + 100, .ack = kS, .window = 0});
    EXPECT_EQ(five.reason(), "retransmission_timeout");

    // On the backoff's next step it is the stack's timer, however often that tries: less sure.
    Talk four;
    four.handshake().client_repeats_first_data(5);
    four.client({.flags = "RA", .seq = kC + 100, .ack = kS, .window = 0});
    EXPECT_EQ(four.reason(), "retransmission_timeout");
    EXPECT_EQ(four.verdict().confidence, Confidence::possible);

    Talk two;
    two.handshake().client_repeats_first_data(3);
    two.client({.flags = "RA", .seq = kC + 100, .ack = kS, .window = 0});
    EXPECT_EQ(two.reason(), "application_abort");

    Talk preferred({.data_retransmissions = 4});
    preferred.handshake().client_repeats_first_data(5);
    preferred.client({.flags = "RA", .seq = kC + 100, .ack = kS, .window = 0});
    EXPECT_EQ(preferred.reason(), "retransmission_timeout");
    EXPECT_GT(preferred.verdict().confidence, Confidence::possible);
}

TEST(RetransmissionTimeout, OffTheBackoffGridTheApplicationGaveUp)
{
    Talk talk;
    talk.handshake().client_repeats_first_data(7).wait(-2s);
    talk.client({.flags = "RA", .seq = kC + 100, .ack = kS});
    EXPECT_EQ(talk.reason(), "application_abort");
    EXPECT_FALSE(names(talk.verdict().alternatives, Cause::retransmission_timeout)) << "it is ruled out";
}

TEST(RetransmissionTimeout, WiresharksTrackingHasAVeto)
{
    Talk talk;
    talk.handshake();
    for (int i = 0; i < 6; ++i) {
        talk.client({.flags = "PA", .seq = kC, .ack = kS, .payload = 100});
        if (talk.asked_for_tracking())
            talk.tracked(false, i < 3);
        talk.wait(200ms * (1 << i) - 1ms);
    }
    talk.client({.flags = "RA", .seq = kC + 100, .ack = kS, .window = 0}).tracked(false, false);
    EXPECT_EQ(talk.verdict().retransmissions, 2u);
    EXPECT_NE(talk.reason(), "retransmission_timeout");
}

TEST(RetransmissionTimeout, CountIsUnknownWithoutTrackingYetTheCauseIsTold)
{
    Talk talk;
    talk.handshake().client_repeats_first_data(6);
    talk.client({.flags = "RA", .seq = kC + 100, .ack = kS, .window = 0});
    EXPECT_EQ(talk.reason(), "retransmission_timeout");
    EXPECT_FALSE(talk.verdict().retransmissions);
    EXPECT_FALSE(talk.verdict().stream_retransmissions);
}

TEST(IdleTimeout, IsLikelyFromTheThresholdOnAndPossibleAfterAnUnusualSilence)
{
    struct Expected {
        Time silence;
        std::string reason;
        Confidence confidence;
    };
    for (const auto& [silence, reason, confidence] :
         {Expected{4s, "application_abort", Confidence::possible},
          Expected{59s, "idle_timeout", Confidence::possible},
          Expected{61s, "idle_timeout", Confidence::likely}}) {
        Talk talk;
        talk.handshake().client({.flags = "PA", .seq = kC, .ack = kS, .payload = 10});
        talk.server({.flags = "A", .seq = kS, .ack = kC + 10}).wait(silence);
        talk.server({.flags = "RA", .seq = kS, .ack = kC + 10});
        EXPECT_EQ(talk.reason(), reason);
        EXPECT_EQ(talk.verdict().confidence, confidence) << reason;
    }
}

TEST(DataAfterClose, IsNotCertainOnceTimeWaitIsOver)
{
    for (const auto& [pause, confidence] :
         {std::pair{1s, Confidence::certain}, std::pair{300s, Confidence::likely}}) {
        Talk talk;
        talk.handshake().server({.flags = "FA", .seq = kS, .ack = kC}).wait(pause);
        talk.client({.flags = "PA", .seq = kC, .ack = kS + 1, .payload = 10});
        talk.server({.flags = "R", .seq = kS + 1, .window = 0});
        EXPECT_EQ(talk.reason(), "data_after_close");
        EXPECT_EQ(talk.verdict().confidence, confidence);
    }
}

TEST(DataAfterClose, IsWhatASecondAckLikeTheFirstMeets)
{
    Talk talk;
    talk.handshake();
    const Packet ack{.flags = "A", .seq = Talk::kClientIsn + 1, .ack = Talk::kServerIsn + 101};
    talk.server({.flags = "PA", .seq = Talk::kServerIsn + 1, .ack = Talk::kClientIsn + 1, .payload = 100});
    talk.client(ack).wait(-900us);
    talk.client({.flags = "R", .seq = Talk::kClientIsn + 1, .window = 0}).wait(-900us);
    talk.client(ack);  // like the one before, and too soon after it for a number to tell them apart
    talk.server({.flags = "R", .seq = Talk::kServerIsn + 101, .window = 0});
    EXPECT_EQ(talk.reason(), "data_after_close");
    EXPECT_EQ(talk.verdict().trigger, talk.frame() - 1);
}

TEST(Repeats, KeepTheReasonAndNameTheFirst)
{
    Talk talk;
    talk.handshake().server({.flags = "A", .seq = kS, .ack = kC});
    for (int i = 0; i < 2; ++i)
        talk.client({.flags = "PA", .seq = kC + 10u * static_cast<unsigned>(i), .ack = kS,
                     .payload = 10});
    talk.server({.flags = "R", .seq = kS, .window = 0});
    const Frame first = talk.frame();
    EXPECT_FALSE(talk.verdict().repeat_of);
    EXPECT_EQ(talk.verdict().trigger, 5u);
    talk.server({.flags = "R", .seq = kS, .window = 0});
    EXPECT_EQ(talk.verdict().repeat_of, first);
    EXPECT_EQ(talk.verdict().trigger, 6u);
    EXPECT_EQ(talk.reason(), "half_open");
}

TEST(Repeats, ARefusalBeforeTheServiceStartsIsNotContradictedByItsAccepting)
{
    Talk talk;
    talk.client({.flags = "S", .seq = 1000}).server({.flags = "RA", .ack = 1001, .window = 0});
    talk.wait(500ms).handshake();
    EXPECT_EQ(talk.reason(), "not_listening");
    EXPECT_FALSE(talk.verdict().contradicted_by);
}

TEST(Aftermath, ASenderThatGoesOnContradictsItsReset)
{
    Talk talk;
    talk.handshake().server({.flags = "PA", .seq = kS, .ack = kC, .payload = 10});
    talk.server({.flags = "RA", .seq = kS + 10, .ack = kC}).wait(50ms);
    EXPECT_EQ(talk.reason(), "application_abort");
    talk.server({.flags = "PA", .seq = kS + 10, .ack = kC, .payload = 10});
    EXPECT_EQ(talk.verdict().contradicted_by, talk.frame());
    EXPECT_EQ(talk.reason(), "injected");
    EXPECT_EQ(talk.verdict().origin, Origin::network);
}

TEST(MinimumConfidence, HidesWhatIsLessSure)
{
    Talk talk({.minimum_confidence = Confidence::certain});
    talk.client({.flags = "S", .seq = 1000}).server({.flags = "RA", .ack = 1001, .window = 0});
    EXPECT_EQ(talk.reason(), "unknown");
    EXPECT_TRUE(names(talk.verdict().alternatives, Cause::not_listening));
}

TEST(Unknown, AsksForTheStartWhenItIsMissing)
{
    Talk talk;
    talk.server({.flags = "R", .seq = 777});
    EXPECT_EQ(talk.reason(), "unknown");
    EXPECT_NE(talk.verdict().advice.find("before the connection opens"), std::string::npos);
}

TEST(Headline, BeginsTheExplanation)
{
    Talk talk;
    talk.client({.flags = "S", .seq = 1000}).server({.flags = "RA", .ack = 1001, .window = 0});
    const Verdict verdict = talk.verdict();
    EXPECT_EQ(verdict.headline, "Nothing listens on 10.0.0.2:80");
    EXPECT_TRUE(verdict.explanation.starts_with(verdict.headline + ": ")) << verdict.explanation;
}

TEST(Headline, IsShortWhereTheAddressesAreLong)
{
    Talk talk;
    talk.between("2001:db8:1111:2222:3333:4444:5555:6666", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff", 80);
    talk.client({.flags = "S", .seq = 1000}).server({.flags = "SA", .seq = 5000, .ack = 1001});
    talk.client({.flags = "R", .seq = 1001, .window = 0});
    EXPECT_LE(talk.verdict().headline.size(), 100u) << talk.verdict().headline;
}

}  // namespace
}  // namespace rstcause::test
