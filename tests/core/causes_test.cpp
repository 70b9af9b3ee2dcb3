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

    Talk four;
    four.handshake().client_repeats_first_data(5);
    four.client({.flags = "RA", .seq = kC + 100, .ack = kS, .window = 0});
    EXPECT_EQ(four.reason(), "application_abort");

    Talk preferred({.data_retransmissions = 4});
    preferred.handshake().client_repeats_first_data(5);
    preferred.client({.flags = "RA", .seq = kC + 100, .ack = kS, .window = 0});
    EXPECT_EQ(preferred.reason(), "retransmission_timeout");
}

TEST(RetransmissionTimeout, OffTheBackoffGridTheApplicationGaveUp)
{
    Talk talk;
    talk.handshake().client_repeats_first_data(7).wait(-2s);
    talk.client({.flags = "RA", .seq = kC + 100, .ack = kS});
    EXPECT_EQ(talk.reason(), "application_abort");
    EXPECT_TRUE(names(talk.verdict().alternatives, Cause::retransmission_timeout));
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

TEST(IdleTimeout, StartsAtTheThreshold)
{
    for (const auto& [silence, reason] :
         {std::pair{59s, "application_abort"}, std::pair{61s, "idle_timeout"}}) {
        Talk talk;
        talk.handshake().client({.flags = "PA", .seq = kC, .ack = kS, .payload = 10});
        talk.server({.flags = "A", .seq = kS, .ack = kC + 10}).wait(silence);
        talk.server({.flags = "RA", .seq = kS, .ack = kC + 10});
        EXPECT_EQ(talk.reason(), reason);
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
    EXPECT_EQ(talk.verdict().confidence, Confidence::likely);
    talk.server({.flags = "PA", .seq = kS + 10, .ack = kC, .payload = 10});
    EXPECT_EQ(talk.verdict().contradicted_by, talk.frame());
    EXPECT_EQ(talk.reason(), "injected");
    EXPECT_TRUE(names(talk.verdict().alternatives, Cause::firewall_reject));
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

TEST(Headline, IsTheExplanationsFirstWords)
{
    constexpr std::uint8_t kHost[] = {192, 0, 2, 1};
    Verdict verdict{.cause = Cause::not_listening, .endpoint = {address_from_ipv4(kHost), 80}};
    verdict.explanation = "Nothing listens on 192.0.2.1:80 (http): it was refused. More of that.";
    EXPECT_EQ(verdict.headline(), "Nothing listens on 192.0.2.1:80 (http)");
    verdict.explanation = "The process ended. More.";
    EXPECT_EQ(verdict.headline(), "The process ended");
    verdict.explanation = "The process ended.";
    EXPECT_EQ(verdict.headline(), "The process ended");
    verdict.explanation = std::string(150, 'x');
    EXPECT_EQ(verdict.headline(), "Nothing listens on the port: 192.0.2.1:80");
    verdict.explanation = "";
    EXPECT_EQ(verdict.headline(), "");
}

}  // namespace
}  // namespace rstcause::test
