// SPDX-License-Identifier: GPL-2.0-or-later
//
// How protocols say that they fail, each beside words that only look like it.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "talk.h"
#include "wire/signs.h"

namespace rstcause::test {
namespace {

using namespace std::string_view_literals;

/// What a payload says of the end of the conversation; "" for nothing.
std::string said(std::string_view payload)
{
    const Bytes bytes{reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()};
    const auto sign = read_sign(bytes);
    return sign ? text(*sign) : "";
}

TEST(ErrorTexts, OfProtocolsThatSpeakInLines)
{
    EXPECT_EQ(said("421 Too many connections from your host\r\n"), "the reply code 421");
    EXPECT_EQ(said("550-Rejected:\r\n550 no\r\n"), "the reply code 550");
    EXPECT_EQ(said("* BYE Too many connections\r\n"), "an IMAP BYE");
    EXPECT_EQ(said("a1 BAD Error in IMAP command\r\n"), "an IMAP BAD reply");
    EXPECT_EQ(said("-DENIED Redis is running in protected mode\r\n"), "an error reply of RESP");
    EXPECT_EQ(said("-ERR max number of clients reached\r\n"), "an error reply of RESP");
    EXPECT_EQ(said("RTSP/1.0 454 Session Not Found\r\n"), "an error status");
    EXPECT_EQ(said("@ERROR: Unknown module 'x'\n"), "an error of a file server");
    EXPECT_EQ(said("003cERR access denied or repository not exported: /x"), "an error of a file server");
    EXPECT_EQ(said("<stream:error><policy-violation"), "an XMPP stream error");
    EXPECT_EQ(said("Too many clients, try later\n"), "an error in plain text");
    EXPECT_EQ(said("BAD_FORMAT\r\n"), "an error in plain text");
}

TEST(ErrorTexts, AreReadBehindWhatCameTogetherWithThem)
{
    EXPECT_EQ(said("PONG\r\n-ERR 'Maximum Payload Violation'\r\n"), "an error reply of RESP");
    EXPECT_EQ(said("250 OK\r\n421 Too many errors\r\n"), "the reply code 421");
    EXPECT_EQ(said("R\0\0\0\x08\0\0\0\0E\0\0\0\x5bSFATAL\0VFATAL\0C3D000\0"sv), "a fatal PostgreSQL error");
    EXPECT_EQ(said("R\0\0\0\x08\0\0\0\0E\0\0\0\x5bSERROR\0VERROR\0C42601\0"sv), "");  // the session goes on
    EXPECT_EQ(said("a log:\nerror in line 7\n"), "");
}

TEST(ErrorTexts, AreNotTheWordsOfARunningConversation)
{
    EXPECT_EQ(said("220 Too many cooks FTP server\r\n"), "");
    EXPECT_EQ(said("4210 apples\r\n"), "");
    EXPECT_EQ(said("421 \x01\x02\r\n"), "");
    EXPECT_EQ(said("* BYE Logging out\r\n"), "");
    EXPECT_EQ(said("a1 OK BAD is a word\r\n"), "");
    EXPECT_EQ(said("-1 OK\r\n"), "");
    EXPECT_EQ(said("RTSP/1.0 200 OK\r\n"), "");
    EXPECT_EQ(said("no error\r\n"), "");
}

TEST(ErrorFrames, OfProtocolsThatSpeakInFrames)
{
    EXPECT_EQ(said("\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\x01"sv), "an HTTP/2 GOAWAY");
    EXPECT_EQ(said("\0\0\0\x04\0\0\0\0\0\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\x0b"sv), "an HTTP/2 GOAWAY");
    EXPECT_EQ(said("\x88\x02\x03\xea"sv), "a WebSocket close for an error");
    EXPECT_EQ(said("AMQP\0\0\x09\x01"sv), "an AMQP error");
    EXPECT_EQ(said("\x01\0\0\0\0\0\x20\0\x0a\0\x32\x01\x93NOT"sv), "an AMQP error");
    EXPECT_EQ(said("\x20\x02\0\x05"sv), "an MQTT refusal");
    EXPECT_EQ(said("\x05\xff"sv), "a SOCKS refusal");
    EXPECT_EQ(said("\x05\x05\0\x01\0\0\0\0\0\0"sv), "a SOCKS refusal");
    EXPECT_EQ(said("\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x03\0\x08\0\x05\0\0\0"sv), "an RDP negotiation failure");
    EXPECT_EQ(said("\x04\x01\0\x40\0\x33\x01\0\xaa\x2c\0"sv), "an SQL Server error");
    EXPECT_EQ(said("\0\x0c\0\0\x04\0\0\0\x22\0\0\0"sv), "an Oracle Net refusal");
    EXPECT_EQ(said(std::string(16, '\xff') + std::string("\0\x15\x03\x06\x04"sv)), "a BGP notification");
    EXPECT_EQ(said("\0\0\0\x14\x06\x01\0\0\0\x02\0\0\0\x03" "bye\0\0\0\0\0\0\0"sv), "an SSH disconnect");
    EXPECT_EQ(said("EFATAL:  unsupported frontend protocol\n"), "a fatal PostgreSQL error");
}

TEST(ErrorFrames, AreNotWhatHasTheirTypeOnly)
{
    EXPECT_EQ(said("\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\0"sv), "");  // GOAWAY, NO_ERROR
    EXPECT_EQ(said("\x88\x02\x03\xe8"sv), "");                        // 1000: normal closure
    EXPECT_EQ(said("\x20\x02\0\0"sv), "");                            // CONNACK: accepted
    EXPECT_EQ(said("\x05\0"sv), "");                                  // a method was chosen
    EXPECT_EQ(said("\x05\0\0\x01\0\0\0\0\0\0"sv), "");
    EXPECT_EQ(said("\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x02\0\x08\0\0\0\0\0"sv), "");
    EXPECT_EQ(said(std::string(16, '\xff') + std::string("\0\x13\x04"sv)), "");     // KEEPALIVE
    EXPECT_EQ(said("\x01\0\0\0\0\0\x20\0\x0a\0\x33"sv), "");          // connection.close-ok
}

/// An error and then an abort, or the abort alone.
std::string aborts_after(std::string_view words)
{
    constexpr std::uint32_t kClient = Talk::kClientIsn + 1, kServer = Talk::kServerIsn + 1;
    Talk talk;
    talk.between("10.0.0.1", "10.0.0.2", 4711).handshake();
    talk.client({.flags = "PA", .seq = kClient, .ack = kServer, .payload = 30});
    const auto length = static_cast<std::uint32_t>(words.size());
    talk.server({.flags = "PA", .seq = kServer, .ack = kClient + 30, .data = words});
    return talk.server({.flags = "RA", .seq = kServer + length, .ack = kClient + 30}).reason();
}

TEST(AnErrorOnAnyPort, BeforeAnAbortIsItsReason)
{
    EXPECT_EQ(aborts_after("421 Too many connections\r\n"), "application_protocol_error");
    EXPECT_EQ(aborts_after("-DENIED not from here\r\n"), "application_protocol_error");
    EXPECT_NE(aborts_after("221 Too many connections\r\n"), "application_protocol_error");
}

/// A SYN with these flags, and its own host's reset of the answer.
std::string after_a_syn_with(std::string_view flags)
{
    constexpr std::uint32_t kClient = Talk::kClientIsn + 1;
    Talk talk;
    talk.client({.flags = flags, .seq = Talk::kClientIsn, .window = 1024});
    talk.server({.flags = "SA", .seq = Talk::kServerIsn, .ack = kClient});
    return talk.client({.flags = "R", .seq = kClient, .window = 0}).reason();
}

TEST(ASynWithOddFlags, IsNoTcps)
{
    EXPECT_EQ(after_a_syn_with("SP"), "protocol_violation");
    EXPECT_EQ(after_a_syn_with("S"), "connect_cancelled");
}

}  // namespace
}  // namespace rstcause::test
