// SPDX-License-Identifier: GPL-2.0-or-later
//
// What was lost by a reset: each kind, what only looks like it, and what is not known.
#include <gtest/gtest.h>

#include "talk.h"

namespace rstcause::test {
namespace {

using Kind = Harm::Kind;

constexpr std::uint32_t kC = Talk::kClientIsn + 1;
constexpr std::uint32_t kS = Talk::kServerIsn + 1;
constexpr std::string_view kGet = "GET / HTTP/1.1\r\n\r\n";              // 18 bytes
constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";  // 43 bytes
constexpr auto kAsked = static_cast<std::uint32_t>(kGet.size());
constexpr auto kAnswered = static_cast<std::uint32_t>(kAnswer.size());

void expect_harm(const Talk& talk, Kind kind, Impact impact, Frame frame)
{
    const Harm harm = talk.verdict().harm;
    EXPECT_EQ(token(harm.kind), token(kind)) << harm.says;
    EXPECT_EQ(harm.impact, impact) << harm.says;
    EXPECT_EQ(harm.frame, frame) << harm.says;
}

/// An open connection on which the client has asked, in frame 4, and the server has acknowledged that.
Talk asked(std::string_view question = kGet)
{
    Talk talk;
    const auto length = static_cast<std::uint32_t>(question.size());
    talk.handshake().client({.flags = "PA", .seq = kC, .ack = kS, .data = question});
    talk.server({.flags = "A", .seq = kS, .ack = kC + length});
    return talk;
}

/// The server answers, in frame 6, and the client acknowledges all of it.
Talk answered(std::string_view answer = kAnswer, std::string_view question = kGet)
{
    Talk talk = asked(question);
    const auto said = kC + static_cast<std::uint32_t>(question.size());
    talk.server({.flags = "PA", .seq = kS, .ack = said, .data = answer});
    talk.client({.flags = "A", .seq = said, .ack = kS + static_cast<std::uint32_t>(answer.size())});
    return talk;
}

TEST(Harm, OfARequestWithoutAnAnswer)
{
    expect_harm(asked().server({.flags = "RA", .seq = kS, .ack = kC + kAsked}), Kind::request_unanswered,
                Impact::problem, 4);
    expect_harm(asked().wait(5s).client({.flags = "RA", .seq = kC + kAsked, .ack = kS}), Kind::request_unanswered,
                Impact::problem, 4);
    expect_harm(asked().wait(500ms).client({.flags = "RA", .seq = kC + kAsked, .ack = kS}), Kind::given_up,
                Impact::notice, 4);
    Talk talk = asked();
    EXPECT_EQ(talk.server({.flags = "RA", .seq = kS, .ack = kC + kAsked}).verdict().harm.says,
              "the request of frame 4 was never answered");
}

TEST(Harm, OfNoneWhenAllIsAnsweredAndAcknowledged)
{
    for (const bool by_client : {true, false}) {
        Talk talk = answered();
        talk.wait(60s);
        if (by_client)
            talk.client({.flags = "RA", .seq = kC + kAsked, .ack = kS + kAnswered});
        else
            talk.server({.flags = "RA", .seq = kS + kAnswered, .ack = kC + kAsked});
        const Harm harm = talk.verdict().harm;
        EXPECT_EQ(harm.kind, Kind::nothing) << harm.says;
        EXPECT_EQ(harm.impact, Impact::normal);
    }
}

// A server that has closed leaves its client nobody to wait for.
TEST(Harm, OfARequestToAServerThatHadClosed)
{
    for (const bool closed_before : {true, false}) {
        Talk talk = answered();
        if (closed_before)
            talk.server({.flags = "FA", .seq = kS + kAnswered, .ack = kC + kAsked});
        const std::uint32_t heard = kS + kAnswered + closed_before;
        talk.client({.flags = "PA", .seq = kC + kAsked, .ack = heard, .data = kGet});
        talk.client({.flags = "FA", .seq = kC + 2 * kAsked, .ack = heard});
        talk.server({.flags = "R", .seq = heard, .window = 0});
        EXPECT_EQ(talk.verdict().harm.kind, closed_before ? Kind::request_unanswered : Kind::given_up)
            << talk.verdict().harm.says;
    }
}

TEST(Harm, OfAnAnswerThatLacksItsLastByte)
{
    const std::string_view short_of_one = kAnswer.substr(0, kAnswered - 1);
    expect_harm(answered(short_of_one).server({.flags = "RA", .seq = kS + kAnswered - 1, .ack = kC + kAsked}),
                Kind::answer_cut, Impact::problem, 6);
    expect_harm(answered(short_of_one).client({.flags = "RA", .seq = kC + kAsked, .ack = kS + kAnswered - 1}),
                Kind::given_up, Impact::notice, 6);
}

TEST(Harm, OfAnAnswerThatLacksItsLastChunk)
{
    const std::string_view chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n";
    const auto whole = static_cast<std::uint32_t>(chunks.size());
    const auto cut = whole - 5;
    const auto end = [](Talk talk, std::uint32_t said) {
        return talk.server({.flags = "RA", .seq = kS + said, .ack = kC + kAsked}).verdict().harm;
    };
    EXPECT_EQ(end(answered(chunks.substr(0, cut)), cut).kind, Kind::answer_cut);
    EXPECT_EQ(end(answered(chunks), whole).kind, Kind::nothing);
}

TEST(Harm, OfNoAnswerThatHasNoBody)
{
    const std::string_view not_modified = "HTTP/1.1 304 Not Modified\r\nContent-Length: 900\r\n\r\n";
    const auto length = static_cast<std::uint32_t>(not_modified.size());
    Talk talk = answered(not_modified);
    EXPECT_EQ(talk.server({.flags = "RA", .seq = kS + length, .ack = kC + kAsked}).verdict().harm.kind, Kind::nothing);
    const std::string_view head = "HEAD / HTTP/1.1\r\n\r\n";
    Talk only_head = answered(kAnswer.substr(0, kAnswered - 5), head);
    only_head.server({.flags = "RA", .seq = kS + kAnswered - 5, .ack = kC + static_cast<std::uint32_t>(head.size())});
    EXPECT_EQ(only_head.verdict().harm.kind, Kind::nothing);
}

TEST(Harm, OfASecondRequestInOneSegment)
{
    const std::string twice = std::string(kGet) + std::string(kGet);
    Talk talk = answered(kAnswer, twice);
    talk.server({.flags = "RA", .seq = kS + kAnswered, .ack = kC + 2 * kAsked});
    expect_harm(talk, Kind::request_unanswered, Impact::problem, 4);
}

TEST(Harm, OfNoRequestInAGoodBye)
{
    Talk talk = answered();
    talk.client({.flags = "PA", .seq = kC + kAsked, .ack = kS + kAnswered, .data = "QUIT\r\n"});
    talk.server({.flags = "RA", .seq = kS + kAnswered, .ack = kC + kAsked + 6});
    EXPECT_EQ(talk.verdict().harm.impact, Impact::normal) << talk.verdict().harm.says;
}

// A browser's connection at rest: HTTP/2 over TLS 1.3, its last word a WINDOW_UPDATE.
TEST(Harm, OfNoRequestInTlsRecordsThatAreTooShort)
{
    const auto record = [](std::size_t length) {
        const char head[] = {23, 3, 3, static_cast<char>(length >> 8), static_cast<char>(length)};
        return std::string(head, sizeof head) + std::string(length, 'x');
    };
    for (const std::size_t length : {30u, 200u}) {
        Talk talk = answered(record(700), record(300));
        const auto last = record(length);
        talk.client({.flags = "PA", .seq = kC + 305, .ack = kS + 705, .data = last});
        const auto said = kC + 305 + static_cast<std::uint32_t>(last.size());
        talk.server({.flags = "A", .seq = kS + 705, .ack = said}).wait(90s);
        talk.client({.flags = "RA", .seq = said, .ack = kS + 705});
        EXPECT_EQ(talk.verdict().harm.kind, length == 30 ? Kind::nothing : Kind::request_unanswered);
    }
}

// Closing frees the room of what lay unread: the window of the reset tells.
TEST(Harm, OfWordsThatLayUnread)
{
    Talk client_leaves = answered();
    client_leaves.client({.flags = "RA", .seq = kC + kAsked, .ack = kS + kAnswered, .window = 2500});
    expect_harm(client_leaves, Kind::given_up, Impact::notice, 6);
    Talk server_leaves = answered();
    server_leaves.server({.flags = "RA", .seq = kS + kAnswered, .ack = kC + kAsked, .window = 2500});
    expect_harm(server_leaves, Kind::not_read, Impact::notice, 4);
    Talk shrinks = answered();
    shrinks.client({.flags = "RA", .seq = kC + kAsked, .ack = kS + kAnswered, .window = 400});
    expect_harm(shrinks, Kind::nothing, Impact::normal, 6);
    Talk reads_silently = answered();
    reads_silently.client({.flags = "RA", .seq = kC + kAsked, .ack = kS + kAnswered, .window = 1500});
    expect_harm(reads_silently, Kind::nothing, Impact::normal, 6);
    Talk of_another_stack = answered();
    of_another_stack.client({.flags = "RA", .seq = kC + kAsked, .ack = kS + kAnswered, .window = 65535});
    expect_harm(of_another_stack, Kind::nothing, Impact::normal, 6);
}

// Somebody resets the server in the client's name; the client knows nothing of it, and gets the answer.
TEST(Harm, OfAnAnswerThatArrivesAfterAForgedReset)
{
    for (const bool heard : {true, false}) {
        Talk talk = asked("question");
        talk.server({.flags = "PA", .seq = kS, .ack = kC + 8, .payload = 50});
        talk.client({.flags = "RA", .seq = kC + 8, .ack = kS, .hop_limit = 55}).wait(100ms);
        talk.client({.flags = "PA", .seq = kC + 8, .ack = heard ? kS + 50 : kS, .payload = 9}).wait(1s);
        const Harm harm = talk.session.explain(0).harm;
        EXPECT_EQ(harm.kind == Kind::data_lost, !heard) << harm.says;
    }
}

// A server that rests for seconds would have repeated what its client had not acknowledged.
TEST(Harm, OfNoneWhenOnlyAServerIsSeenAndItRests)
{
    const auto end = [](Time rest, std::uint32_t more, std::string_view flags = "RA") {
        Talk talk;
        talk.server({.flags = "SA", .seq = kS - 1, .ack = kC});
        talk.server({.flags = "PA", .seq = kS, .ack = kC + 8, .payload = 50}).wait(rest);
        const auto ack = flags == "R" ? 0 : kC + 8 + more;
        return talk.server({.flags = flags, .seq = kS + 50, .ack = ack}).verdict().harm;
    };
    EXPECT_EQ(end(10s, 0).kind, Kind::nothing) << end(10s, 0).says;
    EXPECT_EQ(end(1s, 0).kind, Kind::not_told) << end(1s, 0).says;
    EXPECT_EQ(end(10s, 30).kind, Kind::not_told) << end(10s, 30).says;
    EXPECT_EQ(end(10s, 0, "R").kind, Kind::not_told) << end(10s, 0, "R").says;
}

TEST(Harm, OfNoRequestInAGoodByeOfAnyProtocol)
{
    using namespace std::string_view_literals;
    for (const std::string_view bye : {"X\0\0\0\x04"sv, "\x01\0\0\0\x01"sv, "\xe0\0"sv, "a7 LOGOUT\r\n"sv,
                                       "</stream:stream>"sv, "\x88\x82mask\x01\x02"sv}) {
        Talk talk = answered("result", "question");
        talk.client({.flags = "PA", .seq = kC + 8, .ack = kS + 6, .data = bye});
        talk.server({.flags = "RA", .seq = kS + 6, .ack = kC + 8 + static_cast<std::uint32_t>(bye.size())});
        EXPECT_EQ(talk.verdict().harm.impact, Impact::normal) << bye << ": " << talk.verdict().harm.says;
    }
}

TEST(Harm, OfATlsRecordCutInTheMiddle)
{
    const std::string begun = std::string("\x17\x03\x03\x04\x00", 5) + std::string(100, 'x');
    Talk talk = answered(begun, "question");
    talk.server({.flags = "RA", .seq = kS + 105, .ack = kC + 8});
    expect_harm(talk, Kind::answer_cut, Impact::problem, 6);
}

TEST(Harm, OfWordsThatWereOnTheWay)
{
    Talk talk = asked("question");
    talk.server({.flags = "PA", .seq = kS, .ack = kC + 8, .payload = 500});
    talk.server({.flags = "RA", .seq = kS + 500, .ack = kC + 8});
    expect_harm(talk, Kind::may_have_arrived, Impact::notice, 6);
}

TEST(Harm, OfWordsToAnEndThatHadLostTheConnection)
{
    Talk talk = answered();
    talk.wait(30s).server({.flags = "PA", .seq = kS + kAnswered, .ack = kC + kAsked, .payload = 40});
    talk.client({.flags = "R", .seq = kC + kAsked, .window = 0});
    expect_harm(talk, Kind::data_lost, Impact::problem, 8);
}

TEST(Harm, OfWordsToAClientThatHadClosedIsItsOwnWill)
{
    Talk talk = answered();
    talk.client({.flags = "FA", .seq = kC + kAsked, .ack = kS + kAnswered});
    talk.server({.flags = "PA", .seq = kS + kAnswered, .ack = kC + kAsked + 1, .payload = 40});
    talk.client({.flags = "R", .seq = kC + kAsked + 1, .window = 0});
    EXPECT_EQ(talk.verdict().harm.kind, Kind::given_up) << talk.verdict().harm.says;
    EXPECT_EQ(talk.verdict().harm.impact, Impact::notice);
}

TEST(Harm, OfARefusalIsLessWhenTheClientIsServedLater)
{
    const auto refused = [](Talk& talk, std::uint16_t port) {
        talk.from_port(port).client({.flags = "S", .seq = 1000, .timestamp = port});
        talk.server({.flags = "RA", .ack = 1001, .window = 0}).wait(2s);
    };
    Talk talk;
    refused(talk, 1);
    expect_harm(talk, Kind::refused, Impact::problem, 1);
    refused(talk, 2);
    EXPECT_EQ(talk.verdict().harm.says, "10.0.0.1 could not connect, in all of 2 attempts");
    talk.from_port(3).handshake().client({.flags = "PA", .seq = kC, .ack = kS, .payload = 9});
    expect_harm(talk, Kind::refused, Impact::problem, 3);
    talk.server({.flags = "PA", .seq = kS, .ack = kC + 9, .payload = 9});
    expect_harm(talk, Kind::served_later, Impact::notice, 9);
}

TEST(Harm, OfAClientThatTriesEverythingIsSmall)
{
    Talk talk;
    for (std::uint16_t port = 1; port <= 20; ++port) {
        talk.between("10.0.0.1", "10.0.0.2", port).from_port(static_cast<std::uint16_t>(50000 + port));
        talk.client({.flags = "S", .seq = 1000, .timestamp = port}).server({.flags = "RA", .ack = 1001, .window = 0});
    }
    EXPECT_EQ(talk.verdict().harm.kind, Kind::refused);
    EXPECT_EQ(talk.verdict().harm.impact, Impact::notice);
}

TEST(Harm, OfAConnectionThatTheClientDidNotWant)
{
    Talk talk;
    talk.handshake().client({.flags = "RA", .seq = kC, .ack = kS});
    EXPECT_EQ(talk.verdict().harm.kind, Kind::nothing);
    Talk turned_away;
    turned_away.handshake().server({.flags = "RA", .seq = kS, .ack = kC});
    expect_harm(turned_away, Kind::turned_away, Impact::problem, 2);
    Talk tidied_up;
    tidied_up.handshake().wait(60s).server({.flags = "RA", .seq = kS, .ack = kC});
    EXPECT_EQ(tidied_up.verdict().harm.kind, Kind::nothing) << "nobody had used it for a minute";
}

TEST(Harm, IsNotKnownFromOneDirection)
{
    Talk talk;
    talk.client({.flags = "PA", .seq = kC, .ack = kS, .payload = 50});
    talk.client({.flags = "RA", .seq = kC + 50, .ack = kS});
    expect_harm(talk, Kind::not_told, Impact::notice, 0);
    Talk answers_it;
    answers_it.client({.flags = "PA", .seq = kC, .ack = kS, .payload = 50});
    answers_it.server({.flags = "R", .seq = kS, .window = 0});
    expect_harm(answers_it, Kind::request_unanswered, Impact::problem, 1);
}

// The capture holds only what the server sends: its reset alone tells that it answers a SYN.
TEST(Harm, OfARefusalWhoseSynIsNotSeen)
{
    for (const std::uint32_t seq : {0u, kS}) {
        Talk talk;
        const Harm harm = talk.server({.flags = "RA", .seq = seq, .ack = kC, .window = 0}).verdict().harm;
        EXPECT_EQ(harm.kind, seq == 0 ? Kind::refused : Kind::not_told) << harm.says;
        EXPECT_EQ(harm.says.find("10.0.0.1 could not connect") == 0, seq == 0) << harm.says;
    }
}

TEST(Harm, IsNoneWhereTheConnectionGoesOn)
{
    Talk talk = asked("question");
    talk.server({.flags = "RA", .seq = kS, .ack = kC + 8}).wait(1s);
    talk.server({.flags = "PA", .seq = kS, .ack = kC + 8, .payload = 50});
    expect_harm(talk, Kind::request_unanswered, Impact::problem, 4);
    talk.client({.flags = "A", .seq = kC + 8, .ack = kS + 50});
    expect_harm(talk, Kind::no_effect, Impact::normal, 8);
}

TEST(Harm, IsDoneByTheFirstResetAlone)
{
    Talk talk = asked("question");
    talk.server({.flags = "RA", .seq = kS, .ack = kC + 8});
    talk.wait(1s).client({.flags = "PA", .seq = kC + 8, .ack = kS, .payload = 20});
    talk.server({.flags = "R", .seq = kS, .window = 0});
    EXPECT_EQ(talk.session.explain(0).harm.kind, Kind::request_unanswered);
    expect_harm(talk, Kind::ended_before, Impact::normal, 6);
}

TEST(Harm, IsCountedInWords)
{
    EXPECT_EQ(harm_in_numbers(Kind::request_unanswered, 1), "1 request was never answered");
    EXPECT_EQ(harm_in_numbers(Kind::request_unanswered, 3), "3 requests were never answered");
}

}  // namespace
}  // namespace rstcause::test
