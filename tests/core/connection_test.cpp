// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracking/connection.h"

#include <gtest/gtest.h>

namespace rstcause {
namespace {

using namespace std::chrono_literals;

/// Segments from a client to a server and back, with a clock.
class ConnectionTest : public testing::Test {
protected:
    Segment segment(bool from_client, std::uint32_t seq, std::uint32_t payload)
    {
        Segment s;
        s.frame = ++frame_;
        s.time = now_ += 10ms;
        s.from = from_client ? client_ : server_;
        s.to = from_client ? server_ : client_;
        s.seq = Seq(seq);
        s.ack = Seq(from_client ? 500 : acked_);
        s.flags = Flags{0x10};
        s.window = 100;
        s.payload = payload;
        s.ip_id = static_cast<std::uint16_t>(frame_);
        return s;
    }
    Segment data(std::uint32_t seq, std::uint32_t payload = 100)
    {
        return segment(true, seq, payload);
    }
    Segment acknowledge(std::uint32_t ack)
    {
        acked_ = ack;
        return segment(false, 500, 0);
    }
    const HalfConnection& half() { return connection_.history().half(Side::a); }

    Endpoint client_{{{1, 1}}, 40000};
    Endpoint server_{{{2, 2}}, 80};
    std::uint32_t acked_ = 1000;
    Frame frame_ = 0;
    Time now_ = 1000s;
    Connection connection_{[this] {
        Segment first;
        first.from = client_;
        first.to = server_;
        return first;
    }()};
};

TEST_F(ConnectionTest, CountsTransmissionsOfTheOldestUnacknowledgedSegment)
{
    connection_.observe(acknowledge(1000));
    connection_.observe(data(1000));
    connection_.observe(data(1100));
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(connection_.observe(data(1000)).repeats_oldest);
    EXPECT_FALSE(connection_.observe(data(1100)).repeats_oldest);
    ASSERT_TRUE(half().outstanding);
    EXPECT_EQ(half().outstanding->sent, 4u);
}

TEST_F(ConnectionTest, AnAcknowledgementHoweverLateEndsTheCount)
{
    connection_.observe(acknowledge(1000));
    for (int i = 0; i < 4; ++i)
        connection_.observe(data(1000));
    connection_.observe(acknowledge(1100));
    EXPECT_FALSE(half().outstanding);
    ASSERT_TRUE(half().acknowledged_late);
    EXPECT_EQ(half().acknowledged_late->frame, frame_);
}

TEST_F(ConnectionTest, RetransmissionsOfSeveralSegmentsDoNotAddUp)
{
    connection_.observe(acknowledge(1000));
    for (std::uint32_t seq = 1000; seq < 1600; seq += 100) {
        connection_.observe(data(seq));
        connection_.observe(data(seq));
        connection_.observe(acknowledge(seq + 100));
    }
    EXPECT_FALSE(half().outstanding);
}

TEST_F(ConnectionTest, ACopyIsNoRetransmission)
{
    connection_.observe(acknowledge(1000));
    Segment once = data(1000);
    connection_.observe(once);
    once.frame = ++frame_;
    once.time += 5us;
    EXPECT_TRUE(connection_.observe(once).copy);
    EXPECT_EQ(half().outstanding->sent, 1u);
}

TEST_F(ConnectionTest, ACopyWithoutPacketNumberIsToldByTime)
{
    connection_.observe(acknowledge(1000));
    Segment once = data(1000);
    once.ip_id.reset();
    connection_.observe(once);
    once.time += 5us;
    EXPECT_TRUE(connection_.observe(once).copy);
    once.time += 200ms;
    EXPECT_FALSE(connection_.observe(once).copy);
    EXPECT_EQ(half().outstanding->sent, 2u);
}

TEST_F(ConnectionTest, CountsKeepAlivesUntilTheNextOneShowsThatAnAnswerArrived)
{
    connection_.observe(data(1000));
    connection_.observe(acknowledge(1100));
    connection_.observe(data(1099, 0));
    connection_.observe(data(1099, 1));
    EXPECT_EQ(half().probes.count, 2u);
    connection_.observe(acknowledge(1100));
    EXPECT_TRUE(half().probes.answer);
    connection_.observe(data(1099, 0));
    EXPECT_EQ(half().probes.count, 1u);
    connection_.observe(data(1100));
    EXPECT_EQ(half().probes.count, 0u);
}

TEST_F(ConnectionTest, AOneByteSegmentSentAgainIsNoKeepAlive)
{
    connection_.observe(acknowledge(1000));
    connection_.observe(data(1000, 1));
    connection_.observe(data(1000, 1));
    EXPECT_EQ(half().probes.count, 0u);
    EXPECT_EQ(half().outstanding->sent, 2u);
}

TEST_F(ConnectionTest, ARetransmissionWhoseOriginalWasNotCapturedCountsAsTheSecond)
{
    connection_.observe(data(1000));
    connection_.observe(data(1100));
    connection_.observe(acknowledge(1100));
    connection_.observe(data(1100));
    EXPECT_EQ(half().outstanding->sent, 2u);
    EXPECT_FALSE(half().outstanding->original_seen);
}

}  // namespace
}  // namespace rstcause
