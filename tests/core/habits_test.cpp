// SPDX-License-Identifier: GPL-2.0-or-later
//
// Habits of hosts and paths, each beside what only looks like it.
#include <gtest/gtest.h>

#include <algorithm>

#include "diagnosis/catalogue.h"
#include "talk.h"

namespace rstcause::test {
namespace {

constexpr std::uint32_t kClient = Talk::kClientIsn + 1;  // its first byte
constexpr std::uint32_t kServer = Talk::kServerIsn + 1;

bool stands(const Talk& talk, Cause cause)
{
    const auto alternatives = talk.verdict().alternatives;
    return std::find(alternatives.begin(), alternatives.end(), cause) != alternatives.end();
}

/// The client asks, and the server's socket is gone `span` after the server's last word.
Talk lost_after(Time span, std::uint8_t servers_hops)
{
    Talk talk;
    talk.client({.flags = "S", .seq = Talk::kClientIsn});
    talk.server({.flags = "SA", .seq = Talk::kServerIsn, .ack = kClient, .hop_limit = servers_hops});
    talk.client({.flags = "A", .seq = kClient, .ack = kServer});
    talk.client({.flags = "PA", .seq = kClient, .ack = kServer, .payload = 100});
    talk.server({.flags = "PA", .seq = kServer, .ack = kClient + 100, .payload = 50, .hop_limit = servers_hops});
    talk.wait(span);
    talk.client({.flags = "PA", .seq = kClient + 100, .ack = kServer + 50, .payload = 100});
    return talk.server({.flags = "R", .seq = kServer + 50, .window = 0, .hop_limit = servers_hops});
}

TEST(CloseLostOnTheWay, MakesALostConnectionOnlyPossible)
{
    const Talk soon = lost_after(80ms, 62);
    EXPECT_EQ(soon.reason(), "half_open");
    EXPECT_EQ(soon.verdict().confidence, Confidence::possible);
    EXPECT_TRUE(stands(soon, Cause::data_after_close));
}

TEST(CloseLostOnTheWay, IsNotThoughtOfLaterNorWhereNothingCanBeLost)
{
    for (const Talk& talk : {lost_after(4s, 62), lost_after(80ms, 64)}) {
        EXPECT_EQ(talk.reason(), "half_open");
        EXPECT_EQ(talk.verdict().confidence, Confidence::likely);
    }
}

/// A plain reset, and 10 us later the server's abort; or the abort much later.
Talk answered_before_the_abort(Time later)
{
    Talk talk;
    talk.handshake();
    for (std::uint32_t i = 0; i < 3; ++i)
        talk.client({.flags = "PA", .seq = kClient + i * 100, .ack = kServer, .payload = 100});
    talk.server({.flags = "R", .seq = kServer, .window = 0}).wait(later);
    return talk.server({.flags = "RA", .seq = kServer, .ack = kClient + 100});
}

TEST(AbortOutOfOrder, ExplainsTheAnswerCapturedBeforeIt)
{
    const Talk talk = answered_before_the_abort(0ms);
    EXPECT_EQ(talk.session.explain(0).cause, Cause::data_after_close);
    EXPECT_NE(answered_before_the_abort(2s).session.explain(0).cause, Cause::data_after_close);
}

/// What the two sides say first; then the server aborts.
std::string reason_after(std::string_view client, std::string_view server)
{
    const auto clients_next = kClient + static_cast<std::uint32_t>(client.size());
    const auto servers_next = kServer + static_cast<std::uint32_t>(server.size());
    Talk talk;
    talk.handshake();
    talk.client({.flags = "PA", .seq = kClient, .ack = kServer, .data = client});
    talk.server({.flags = "PA", .seq = kServer, .ack = clients_next, .data = server});
    talk.client({.flags = "A", .seq = clients_next, .ack = servers_next});
    talk.server({.flags = "RA", .seq = servers_next, .ack = clients_next});
    return talk.reason();
}

TEST(TwoProtocols, AreAnErrorThatNobodyHadToSay)
{
    EXPECT_EQ(reason_after("GET / HTTP/1.1\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n"), "application_protocol_error");
    EXPECT_EQ(reason_after("EHLO me\r\n", "SSH-2.0-OpenSSH_9.2\r\n"), "application_protocol_error");
}

TEST(TwoProtocols, AreNotWhereBothSpeakOneOrAnUnknownOne)
{
    for (std::string_view client : {"SSH-2.0-PuTTY\r\n", "\x01\x02\x03 hello"})
        EXPECT_NE(reason_after(client, "SSH-2.0-OpenSSH_9.2\r\n"), "application_protocol_error");
}

TEST(AnErrorThenAPlainReset, AnswersWhatCameAfterTheClose)
{
    constexpr std::string_view kError = "HTTP/1.1 413 Payload Too Large\r\n\r\n";
    Talk talk;
    talk.handshake();
    talk.client({.flags = "PA", .seq = kClient, .ack = kServer, .payload = 1000});
    talk.server({.flags = "PA", .seq = kServer, .ack = kClient + 1000, .data = kError});
    talk.client({.flags = "PA", .seq = kClient + 1000, .ack = kServer + 34, .payload = 1000});
    talk.server({.flags = "R", .seq = kServer + 34, .window = 0});
    EXPECT_EQ(talk.reason(), "data_after_close");
}

/// Three clients of one server are cut off; the first one's connection, older, is answered later or not.
Talk cut_off(bool one_lives_on)
{
    Talk talk;
    for (std::uint16_t port = 40001; port <= 40004; ++port) {
        talk.from_port(port).handshake().client({.flags = "PA", .seq = kClient, .ack = kServer, .payload = 10});
        talk.server({.flags = "A", .seq = kServer, .ack = kClient + 10}).wait(50ms);
    }
    for (std::uint16_t port = 40002; port <= 40004; ++port)
        talk.from_port(port).server({.flags = "RA", .seq = kServer, .ack = kClient + 10});
    talk.from_port(40001);
    if (one_lives_on)
        talk.server({.flags = "PA", .seq = kServer, .ack = kClient + 10, .payload = 5});
    return talk;
}

TEST(ProcessExit, IsDoubtedWhereAnOlderConnectionLivesOn)
{
    const auto doubts = [](const Talk& talk) { return talk.verdict().doubts; };
    const std::string lives_on = "an older connection of the same endpoint lives on";
    EXPECT_EQ(cut_off(false).reason(), "process_exit");
    EXPECT_EQ(std::ranges::count(doubts(cut_off(false)), lives_on), 0);
    const Talk one = cut_off(true);
    EXPECT_TRUE(one.reason() != "process_exit" || std::ranges::count(doubts(one), lives_on) == 1);
}

/// A SYN without options, and the reset of the SYN-ACK by the same link, each with its hop limit.
std::string scans(std::uint8_t syn, std::uint8_t rst)
{
    Talk talk;
    talk.between("10.0.0.1", "10.0.0.2", 445);
    talk.client({.flags = "S", .seq = Talk::kClientIsn, .window = 1024, .hop_limit = syn, .link = 7});
    talk.server({.flags = "SA", .seq = Talk::kServerIsn, .ack = kClient});
    talk.client({.flags = "R", .seq = kClient, .window = 0, .hop_limit = rst, .link = 7});
    return talk.reason();
}

TEST(ASynThatNoStackMade, IsAScannersFromTheFirstOn)
{
    EXPECT_EQ(scans(39, 64), "syn_scan");
    EXPECT_EQ(scans(64, 64), "connect_cancelled");
}

/// The server closes, the client does not, and the server aborts after `span`.
std::string after_its_fin(Time span)
{
    Talk talk;
    talk.handshake().client({.flags = "PA", .seq = kClient, .ack = kServer, .payload = 10});
    talk.server({.flags = "PA", .seq = kServer, .ack = kClient + 10, .payload = 10});
    talk.wait(10s).server({.flags = "FA", .seq = kServer + 10, .ack = kClient + 10});
    talk.client({.flags = "A", .seq = kClient + 10, .ack = kServer + 11}).wait(span);
    return talk.server({.flags = "RA", .seq = kServer + 11, .ack = kClient + 10}).reason();
}

TEST(FinWait2, RunsOutAsAnIdleTimer)
{
    EXPECT_EQ(after_its_fin(10s), "idle_timeout");
    EXPECT_NE(after_its_fin(1s), "idle_timeout");
}

TEST(Trigger, IsNothingThatItsReceiverHadSurvived)
{
    Talk talk;
    talk.handshake().client({.flags = "PA", .seq = kClient, .ack = kServer, .payload = 17});
    talk.server({.flags = "A", .seq = kServer, .ack = kClient + 17});
    talk.client({.flags = "PA", .seq = kClient, .ack = kServer, .payload = 17});  // again, and answered
    talk.server({.flags = "A", .seq = kServer, .ack = kClient + 17});
    for (Time step = 200ms; step < 13s; step *= 2)
        talk.server({.flags = "PA", .seq = kServer, .ack = kClient + 17, .payload = 5}).wait(step);
    talk.client({.flags = "PA", .seq = kClient + 17, .ack = kServer, .payload = 6});
    talk.server({.flags = "R", .seq = kServer, .window = 0});
    EXPECT_EQ(talk.verdict().trigger, talk.frame() - 1);
    EXPECT_EQ(talk.reason(), "retransmission_timeout");
}

TEST(OneDirection, ItsAcknowledgementsTellWhatWasLeftUnanswered)
{
    const auto aborts = [](std::uint32_t acknowledged) {
        Talk talk;
        talk.server({.flags = "SA", .seq = Talk::kServerIsn, .ack = kClient});
        talk.server({.flags = "A", .seq = kServer, .ack = acknowledged});
        return talk.server({.flags = "RA", .seq = kServer, .ack = acknowledged}).reason();
    };
    EXPECT_EQ(aborts(kClient + 364), "unread_data");
    EXPECT_EQ(aborts(kClient + 1), "application_abort");  // a FIN, perhaps
}

}  // namespace
}  // namespace rstcause::test
