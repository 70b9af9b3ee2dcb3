// SPDX-License-Identifier: GPL-2.0-or-later
#include "reset/statement.h"

#include <gtest/gtest.h>

#include <string_view>

namespace rstcause {
namespace {

using namespace std::string_view_literals;

Statement read(std::string_view payload)
{
    return read_statement({reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()});
}

TEST(Statement, NamesTheCauseThatADeviceNames)
{
    EXPECT_EQ(read("BIG-IP: [0x24a2f9b:907] No local listener").cause, Cause::not_listening);
    EXPECT_EQ(read("BIG-IP: [0x1:2] Flow expired (sweeper) (idle timeout)").cause,
              Cause::idle_timeout);
    EXPECT_EQ(read("tcp_close, unread data").cause, Cause::unread_data);
    EXPECT_EQ(read("No listener\0"sv).cause, Cause::not_listening);
}

TEST(Statement, HasNoQuotationMarksThatWouldEndACsvValue)
{
    EXPECT_EQ(read("closed by \"policy 7\"").text, "closed by 'policy 7'");
}

TEST(Statement, OfAStrayNamesNoCause)
{
    for (const char* text : {"No TCP/No listener", "No TCP", "BIG-IP: [0x1:2] No flow found for ACK"}) {
        EXPECT_TRUE(read(text).only_stray) << text;
        EXPECT_FALSE(read(text).cause) << text;
    }
}

TEST(Statement, OfAProxyCanSpeakOfItsOtherSide)
{
    const Statement said = read("BIG-IP: [0x2409a71:1704] {peer} TCP retransmit timeout");
    EXPECT_TRUE(said.other_leg);
    EXPECT_EQ(said.cause, Cause::retransmission_timeout);
    EXPECT_FALSE(read("BIG-IP: [0x2409a71:1704] TCP retransmit timeout").other_leg);
}

TEST(Statement, NeedsF5sPrefixForF5sWords)
{
    EXPECT_FALSE(read("see our privacy policy action plan").cause);
}

TEST(Statement, ShowsADiagnosticCodeInBothDraftsAndNamesItsVendor)
{
    EXPECT_EQ(read("\x33\xaa\0\x0e\0\0\0\0"sv).text,
              "diagnostic code 14 (draft-02: connection timeout; draft-03: reset received from the "
              "peer)");
    EXPECT_EQ(read("\x33\xaa\x04\xd2\0\0\x7e\xd9"sv).text,
              "diagnostic code 1234 of enterprise 32473");
    EXPECT_TRUE(read("\x33\xaa\0\x0e\0\0"sv).text.empty()) << "any other length is no diagnosis";
}

TEST(WindowCode, IsKnownOrSaysNothing)
{
    EXPECT_EQ(read_window_code(9304).cause, Cause::zero_window_timeout);
    EXPECT_TRUE(read_window_code(8201).only_stray);
    EXPECT_TRUE(read_window_code(0).text.empty());
    EXPECT_TRUE(read_window_code(502).text.empty());
}

}  // namespace
}  // namespace rstcause
