// SPDX-License-Identifier: GPL-2.0-or-later
//
// Words that take leave, and words that only begin like them.
#include <gtest/gtest.h>

#include <string_view>

#include "wire/good_bye.h"

namespace rstcause::test {
namespace {

using namespace std::string_view_literals;

bool good_bye(std::string_view text)
{
    return says_good_bye({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

TEST(GoodBye, IsSaidInTheWordsOfEachProtocol)
{
    for (const std::string_view text :
         {"QUIT\r\n"sv, "quit\r\n"sv, "*1\r\n$4\r\nQUIT\r\n"sv, "a001 LOGOUT\r\n"sv, "</stream:stream>"sv,
          "X\0\0\0\x04"sv, "\x01\0\0\0\x01"sv, "\xe0\0"sv, "\x88\0"sv, "\x88\x02\x03\xe8"sv,
          "\x88\x80mask"sv, "\x88\x82mask\x01\x02"sv, "\x30\x05\x02\x01\x03\x42\0"sv})
        EXPECT_TRUE(good_bye(text)) << text;
}

TEST(GoodBye, IsNotWhatOnlyBeginsLikeIt)
{
    for (const std::string_view text :
         {""sv, "X"sv, "X\0\0\0\x04Q\0\0\0\x08" "abc"sv, "X\0\0\0\x05"sv, "\x01\0\0\0\x0e"sv, "\xe0\0\x10"sv,
          "\x88"sv, "\x88\x02\x00\x01"sv, "\x88\x02\x03\xea"sv, "\x88\x82mask\x01"sv, "\x88\x82mask\x01\x02\x03"sv,
          "\x89\x80mask"sv, "\x88\xfe\x01\x00mask"sv, " LOGOUT\r\n"sv, "a001 LOGOUT please\r\n"sv, "a001 NOOP\r\n"sv,
          "GET / HTTP/1.1\r\n"sv})
        EXPECT_FALSE(good_bye(text)) << text;
}

}  // namespace
}  // namespace rstcause::test
