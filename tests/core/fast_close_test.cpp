// SPDX-License-Identifier: GPL-2.0-or-later
//
// A close by reset on purpose ends a complete exchange: what the server's own framing says of that.
#include <gtest/gtest.h>

#include <algorithm>

#include "talk.h"

namespace rstcause::test {
namespace {

constexpr std::uint32_t kC = Talk::kClientIsn + 1;
constexpr std::uint32_t kS = Talk::kServerIsn + 1;
constexpr std::string_view kGet = "GET / HTTP/1.1\r\n\r\n";
constexpr std::string_view kSized = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
constexpr std::string_view kChunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n";
constexpr std::string_view kUntilClose = "HTTP/1.0 200 OK\r\n\r\nhello";

enum class By { server, client };

/// The server answers, the client acknowledges all of that, and one of them resets.
Talk ended(std::string_view answer, By by = By::server, std::string_view question = kGet)
{
    const auto asked = kC + static_cast<std::uint32_t>(question.size());
    const auto answered = kS + static_cast<std::uint32_t>(answer.size());
    Talk talk;
    talk.handshake().client({.flags = "PA", .seq = kC, .ack = kS, .data = question});
    talk.server({.flags = "PA", .seq = kS, .ack = asked, .data = answer});
    talk.client({.flags = "A", .seq = asked, .ack = answered}).wait(50ms);
    if (by == By::client)
        talk.client({.flags = "RA", .seq = asked, .ack = answered});
    else
        talk.server({.flags = "RA", .seq = answered, .ack = asked});
    return talk;
}

/// One of its bearings says this, and it is so.
bool says(const Talk& talk, std::string_view sentence)
{
    const Differential all = talk.session.differential(talk.session.reset_count() - 1);
    const auto bearings = all.bearings_of(Cause::fast_close).all();
    return std::any_of(bearings.begin(), bearings.end(), [&](const Bearing& one) {
        return one.fact.yes() && one.says.find(sentence) != one.says.npos;
    });
}

constexpr std::string_view kComplete = "complete, by its own framing";

TEST(FastClose, EndsAnAnswerThatIsComplete)
{
    for (const By by : {By::server, By::client})
        for (std::string_view answer : {kSized, kChunks}) {
            const Talk talk = ended(answer, by);
            EXPECT_EQ(talk.reason(), "fast_close") << answer;
            EXPECT_TRUE(says(talk, kComplete)) << answer;
        }
}

TEST(FastClose, EndsAnAnswerThatHasNoBody)
{
    const auto head = [](std::string_view status) {
        return "HTTP/1.1 " + std::string(status) + "\r\nContent-Length: 900\r\n\r\n";
    };
    EXPECT_TRUE(says(ended(head("304 Not Modified")), kComplete));
    EXPECT_TRUE(says(ended(head("204 No Content")), kComplete));
    EXPECT_TRUE(says(ended(head("200 OK"), By::server, "HEAD / HTTP/1.1\r\n\r\n"), kComplete));
    EXPECT_EQ(ended(head("200 OK")).reason(), "application_abort");
}

TEST(FastClose, BreaksOffNoAnswer)
{
    for (std::string_view cut : {kSized.substr(0, kSized.size() - 1), kChunks.substr(0, kChunks.size() - 5)})
        EXPECT_EQ(ended(cut).reason(), "application_abort") << cut;
    const std::string_view record = "\x17\x03\x03\x01\x20 the first bytes of a record of TLS";
    EXPECT_EQ(ended(record, By::server, "\x17\x03\x03\x01\x10 ask").reason(), "application_abort");
    // A client may have left the last of it unread, as well.
    EXPECT_NE(ended(kSized.substr(0, kSized.size() - 1), By::client).reason(), "fast_close");
}

// Where no length is stated, only its sender knows whether that was all: neither for it nor against it.
TEST(FastClose, StandsWhereTheFramingDoesNotTell)
{
    for (const By by : {By::server, By::client})
        for (std::string_view answer : {kUntilClose, std::string_view("here you are\n")}) {
            const Talk talk = ended(answer, by);
            EXPECT_EQ(talk.reason(), "fast_close") << answer;
            EXPECT_FALSE(says(talk, kComplete)) << answer;
        }
}

// The server had broken it off by FIN; the client's reset only ends what is left.
TEST(FastClose, FollowsAServersOwnFin)
{
    const std::string_view cut = kSized.substr(0, kSized.size() - 1);
    const auto asked = kC + static_cast<std::uint32_t>(kGet.size());
    const auto answered = kS + static_cast<std::uint32_t>(cut.size());
    Talk talk;
    talk.handshake().client({.flags = "PA", .seq = kC, .ack = kS, .data = kGet});
    talk.server({.flags = "PA", .seq = kS, .ack = asked, .data = cut});
    talk.server({.flags = "FA", .seq = answered, .ack = asked});
    talk.client({.flags = "A", .seq = asked, .ack = answered + 1});
    talk.client({.flags = "RA", .seq = asked, .ack = answered + 1});
    EXPECT_EQ(talk.reason(), "fast_close");
}

}  // namespace
}  // namespace rstcause::test
