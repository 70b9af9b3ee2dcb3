// SPDX-License-Identifier: GPL-2.0-or-later
//
// What several connections tell together, and what the capture's beginning leaves open; each beside what only
// looks like it.
#include <gtest/gtest.h>

#include "diagnosis/catalogue.h"
#include "talk.h"

namespace rstcause::test {
namespace {

constexpr std::uint32_t kClient = Talk::kClientIsn + 1;  // its first byte
constexpr std::uint32_t kServer = Talk::kServerIsn + 1;

/// Segments of no connection, each `step` ports after the one before; the last one has this window.
std::string strays(std::uint16_t step, std::uint16_t last_window)
{
    Talk talk;
    for (std::uint16_t i = 0; i < 4; ++i) {
        talk.from_port(static_cast<std::uint16_t>(40001 + i * step)).wait(20ms);
        talk.client({.flags = "A", .seq = kClient + i, .ack = kServer + i, .payload = 120,
                     .window = i < 3 ? std::uint16_t{512} : last_window});
        talk.server({.flags = "R", .seq = kServer + i, .window = 0});
    }
    return talk.reason();
}

TEST(StraysInARow, AreARawSocketsThatCountsItsPortUp)
{
    EXPECT_EQ(strays(1, 512), "protocol_violation");
    EXPECT_EQ(strays(1, 300), "protocol_violation");  // the row has told whose they are
    EXPECT_EQ(strays(7, 512), "half_open");           // a pool's connections, lost together
}

TEST(StraysInARow, AreNoneWhereTheirStackTimesThem)
{
    Talk talk;
    for (std::uint16_t i = 0; i < 4; ++i) {
        talk.from_port(static_cast<std::uint16_t>(40001 + i)).wait(20ms);
        talk.client({.flags = "PA", .seq = kClient, .ack = kServer, .payload = 120, .timestamp = 77u + i});
        talk.server({.flags = "R", .seq = kServer, .window = 0});
    }
    EXPECT_NE(talk.reason(), "protocol_violation");
}

/// A lone abort, so long after the capture's first packet: another connection's, or a reset too.
std::string lone_abort(Time watched, bool resets_alone)
{
    Talk talk;
    talk.from_port(50000).client({.flags = resets_alone ? "RA" : "A", .seq = 1, .ack = 1});
    talk.wait(watched).from_port(40000);
    return talk.server({.flags = "RA", .seq = kServer, .ack = kClient, .window = 63}).reason();
}

TEST(SilentSinceTheCaptureBegan, IsNotTheLengthOfASilence)
{
    Talk talk;
    talk.from_port(50000).client({.flags = "A", .seq = 1, .ack = 1}).wait(6s).from_port(40000);
    talk.server({.flags = "RA", .seq = kServer, .ack = kClient, .window = 63});
    const Verdict verdict = talk.verdict();
    EXPECT_NE(verdict.explanation.find("silent for 6 s at least"), std::string::npos) << verdict.explanation;
    EXPECT_EQ(verdict.advice.find("Compare 6 s"), std::string::npos) << verdict.advice;
}

TEST(SilentSinceTheCaptureBegan, IsALongSilenceWhereTheCaptureWouldHaveShownMore)
{
    EXPECT_EQ(lone_abort(6s, false), "idle_timeout");
    EXPECT_EQ(lone_abort(1s, false), "unknown");
    EXPECT_EQ(lone_abort(6s, true), "unknown");  // a capture of resets shows nothing else
}

/// The server sends its answer again and again, until `silence` before the client's next word finds no socket.
std::string found_gone_after(int times, Time silence)
{
    Talk talk;
    talk.handshake().client({.flags = "PA", .seq = kClient, .ack = kServer, .payload = 10});
    Time step = 200ms;
    for (int i = 0; i <= times; ++i, step *= 2) {
        talk.server({.flags = "PA", .seq = kServer, .ack = kClient + 10, .payload = 10});
        if (i < times)
            talk.wait(step);
    }
    talk.wait(silence).client({.flags = "PA", .seq = kClient + 10, .ack = kServer, .payload = 10});
    return talk.server({.flags = "R", .seq = kServer, .window = 0}).reason();
}

TEST(RetransmissionsThatStopped, TellOfASocketThatGaveUp)
{
    EXPECT_EQ(found_gone_after(4, 4s), "retransmission_timeout");  // the next one was due after 3.2 s
    EXPECT_EQ(found_gone_after(4, 1s), "half_open");
    EXPECT_EQ(found_gone_after(1, 4s), "half_open");  // too few to give up after
}

/// The answer to a SYN without the ACK flag, whose field is beyond the SYN by so much.
std::string plain_refusal(std::uint32_t beyond)
{
    Talk talk;
    talk.between("10.0.0.1", "10.0.0.2", 80).client({.flags = "S", .seq = Talk::kClientIsn});
    return talk.server({.flags = "R", .seq = 77, .ack = Talk::kClientIsn + beyond, .window = 65535}).reason();
}

TEST(ARefusalWithoutItsFlag, AcknowledgesTheSynInItsField)
{
    EXPECT_EQ(plain_refusal(1), "not_listening");
    EXPECT_NE(plain_refusal(2), "not_listening");
}

/// A client's connections to eight servers, each silent for its own time, reset in one instant.
std::string all_at_once(Time shortest, Time apart)
{
    Talk talk;
    const auto server = [](int i) { return "10.0.1." + std::to_string(i); };
    for (int i = 1; i <= 8; ++i) {
        talk.between("10.0.0.1", server(i)).from_port(static_cast<std::uint16_t>(40000 + i));
        talk.handshake().client({.flags = "PA", .seq = kClient, .ack = kServer, .payload = 10});
        talk.server({.flags = "PA", .seq = kServer, .ack = kClient + 10, .payload = 10});
        talk.client({.flags = "A", .seq = kClient + 10, .ack = kServer + 10}).wait(i < 8 ? apart : shortest);
    }
    for (int i = 1; i <= 8; ++i) {
        talk.between("10.0.0.1", server(i)).from_port(static_cast<std::uint16_t>(40000 + i));
        talk.client({.flags = "RA", .seq = kClient + 10, .ack = kServer + 10, .window = 0});
    }
    return talk.session.explain(0).cause == Cause::process_exit ? "process_exit" : talk.reason();
}

TEST(AProgramsConnections, AreCutAtAnyAgeWhenItEnds)
{
    EXPECT_EQ(all_at_once(50ms, 2s), "process_exit");
    EXPECT_NE(all_at_once(60s, 400ms), "process_exit");  // a timer of 60 s, looked at every few seconds
    EXPECT_NE(all_at_once(50ms, 100ms), "process_exit"); // the connections of one task, done together
}

/// Servers' connections, begun `apart` from one another and ended in one instant by the server.
std::string ended_together(Time apart)
{
    Talk talk;
    for (std::uint16_t port = 40001; port <= 40003; ++port) {
        talk.from_port(port).handshake().client({.flags = "PA", .seq = kClient, .ack = kServer, .payload = 10});
        talk.server({.flags = "PA", .seq = kServer, .ack = kClient + 10, .payload = 10}).wait(apart);
    }
    talk.wait(8s);
    for (std::uint16_t port = 40001; port <= 40003; ++port)
        talk.from_port(port).server({.flags = "RA", .seq = kServer + 10, .ack = kClient + 10});
    return talk.reason();
}

TEST(EndsOfOneMoment, AreAnIdleTimersWhereTheirSilencesAreNearlyTheSame)
{
    EXPECT_EQ(ended_together(40ms), "idle_timeout");
    EXPECT_EQ(ended_together(2s), "idle_timeout");   // swept away: none was silent for twice as long as another
    EXPECT_EQ(ended_together(10s), "process_exit");
}

/// One SYN is in the capture; the answer comes `waited` later, and the client has closed by then.
Confidence cancelled_after(Time waited)
{
    Talk talk;
    talk.client({.flags = "S", .seq = Talk::kClientIsn, .timestamp = 1}).wait(waited);
    talk.server({.flags = "SA", .seq = Talk::kServerIsn, .ack = kClient});
    talk.client({.flags = "R", .seq = kClient, .window = 0});
    EXPECT_EQ(talk.reason(), "connect_cancelled");
    return talk.verdict().confidence;
}

TEST(AnOnlySyn, WasNotTheFirstWhereItIsLeftAloneForLong)
{
    EXPECT_EQ(cancelled_after(300ms), Confidence::likely);
    EXPECT_EQ(cancelled_after(2500ms), Confidence::possible);  // a first one is sent again after 1 s
}

/// The capture begins with an attempt, and so many more are refused within a second.
Confidence refused_from_the_first_packet_on(int attempts)
{
    Talk talk;
    for (int i = 0; i < attempts; ++i) {
        talk.from_port(static_cast<std::uint16_t>(40000 + i)).client({.flags = "S", .seq = Talk::kClientIsn});
        talk.server({.flags = "RA", .seq = 0, .ack = kClient, .window = 0});
    }
    EXPECT_EQ(talk.reason(), "not_listening");
    return talk.verdict().confidence;
}

TEST(ACaptureThatBeginsWithAnAttempt, WasMadeForItUnlessAttemptsAreWhatItIsFullOf)
{
    EXPECT_EQ(refused_from_the_first_packet_on(3), Confidence::likely);
    EXPECT_EQ(refused_from_the_first_packet_on(30), Confidence::possible);  // any file of a ring begins with one
}

}  // namespace
}  // namespace rstcause::test
