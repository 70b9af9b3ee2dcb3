// SPDX-License-Identifier: GPL-2.0-or-later
//
// Where the messages of one side begin and end, by HTTP's and TLS's own framing.
#include <gtest/gtest.h>

#include <string>

#include "wire/message.h"

namespace rstcause::test {
namespace {

Bytes bytes(const std::string& text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

/// What one side says, piece by piece from sequence number 100 on.
class Speaker {
public:
    Speaker& says(const std::string& text) { return says(text, text.size()); }
    /// Of which the capture holds only the beginning.
    Speaker& says(const std::string& text, std::size_t length)
    {
        reader.read(at, static_cast<std::uint32_t>(length), bytes(text), head_asked);
        at = at + static_cast<std::uint32_t>(length);
        return *this;
    }
    Speaker& loses(std::uint32_t length)
    {
        at = at + length;
        return *this;
    }
    std::int32_t missing() const { return distance(at, reader.end()); }

    MessageReader reader;
    Seq at{100};
    bool head_asked = false;
};

std::string record(std::uint8_t type, std::size_t length)
{
    const char head[] = {static_cast<char>(type), 3, 3, static_cast<char>(length >> 8), static_cast<char>(length)};
    return std::string(head, sizeof head) + std::string(length, 'x');
}

TEST(Message, EndsWhereItsLengthSays)
{
    Speaker server;
    server.says("HTTP/1.1 200 OK\r\nDate: x\r\ncontent-length: 10\r\n\r\n01234");
    EXPECT_EQ(server.reader.framing(), MessageReader::Framing::http);
    EXPECT_EQ(server.missing(), 5);
    server.says("5678");
    EXPECT_EQ(server.missing(), 1) << "one byte too few";
    server.says("9");
    EXPECT_EQ(server.missing(), 0);
    EXPECT_EQ(server.reader.begun(), 1);
    EXPECT_TRUE(server.reader.whole());
}

TEST(Message, EndsWithItsLastChunk)
{
    Speaker server;
    server.says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n");
    EXPECT_TRUE(server.reader.goes_on());
    server.says("A;name=x\r\n0123456789\r\n").says("0\r\n\r\n");
    EXPECT_FALSE(server.reader.goes_on());
    EXPECT_EQ(server.missing(), 0);
}

TEST(Message, HasNoBodyWhereHttpSaysSo)
{
    for (const char* status : {"204 No Content", "304 Not Modified"}) {
        Speaker server;
        server.says("HTTP/1.1 " + std::string(status) + "\r\nContent-Length: 500\r\n\r\n");
        EXPECT_EQ(server.missing(), 0) << status;
    }
    Speaker asked_for_head;
    asked_for_head.head_asked = true;
    asked_for_head.says("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
    EXPECT_EQ(asked_for_head.missing(), 0);
    Speaker interim;
    interim.says("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes");
    EXPECT_EQ(interim.reader.begun(), 1) << "an interim response answers nothing";
    EXPECT_EQ(interim.missing(), 0);
}

TEST(Message, LastsAsLongAsTheConnectionWithoutALength)
{
    Speaker server;
    server.says("HTTP/1.0 200 OK\r\n\r\n").says("HTTP/1.0 404 within a page").says("more");
    EXPECT_TRUE(server.reader.ends_with_connection());
    EXPECT_EQ(server.reader.begun(), 1);
}

TEST(Message, CountsRequestsThatComeTogether)
{
    Speaker client;
    client.says("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nabGET /b HTTP/1.1\r\n\r\nHEAD /c HTTP/1.1\r\n\r\n");
    EXPECT_EQ(client.reader.begun(), 3);
    EXPECT_TRUE(client.reader.asked_head_only());
}

TEST(Message, IsFollowedOverWhatWasLostWithinIt)
{
    Speaker server;
    server.says("HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n").loses(1400).says(std::string(1600, 'x'));
    EXPECT_EQ(server.missing(), 0);
    EXPECT_TRUE(server.reader.whole());
}

TEST(Message, IsNotKnownWhereItsHeadIsNotInTheCapture)
{
    Speaker cut_off;
    cut_off.says("HTTP/1.1 200 OK\r\nContent-Le", 1400);
    EXPECT_EQ(cut_off.reader.framing(), MessageReader::Framing::unknown);
    EXPECT_FALSE(cut_off.reader.whole());
    Speaker binary;
    binary.says(std::string("\x00\x01\x02\x03", 4)).says("GETTING somewhere\r\n\r\n");
    EXPECT_EQ(binary.reader.framing(), MessageReader::Framing::unknown);
}

TEST(Message, BeginsAnewAfterAGap)
{
    Speaker server;
    server.says("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes").loses(700);
    server.says("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nye");
    EXPECT_EQ(server.missing(), 2);
    EXPECT_FALSE(server.reader.whole()) << "how many there were is not known";
}

TEST(Message, TakesNoOtherProtocolForHttp)
{
    Speaker server;
    server.says("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n").says("\x81\x05hello");
    EXPECT_EQ(server.reader.framing(), MessageReader::Framing::unknown);
}

TEST(Message, EndsWithItsTlsRecord)
{
    Speaker server;
    server.says(record(22, 90) + record(23, 1000).substr(0, 600));
    EXPECT_EQ(server.reader.framing(), MessageReader::Framing::tls);
    EXPECT_EQ(server.missing(), 405);
    server.says(std::string(405, 'x')).says(record(23, 30));
    EXPECT_EQ(server.missing(), 0);
}

TEST(Message, SurvivesLengthsThatNobodyMeans)
{
    for (const char* length : {"99999999999999999999", "4294967295", "-1", "x", ""}) {
        Speaker server;
        server.says("HTTP/1.1 200 OK\r\nContent-Length: " + std::string(length) + "\r\n\r\nabc");
        EXPECT_TRUE(server.missing() >= 0 || server.reader.ends_with_connection()) << length;
    }
    Speaker chunks;
    chunks.says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\nabc");
    EXPECT_TRUE(chunks.reader.goes_on());
}

}  // namespace
}  // namespace rstcause::test
