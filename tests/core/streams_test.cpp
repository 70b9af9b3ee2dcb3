// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracking/streams.h"

#include <gtest/gtest.h>

namespace rstcause {
namespace {

constexpr std::uint8_t kSyn = 0x02, kSynAck = 0x12, kAck = 0x10;

Endpoint host(std::uint8_t last, std::uint16_t port)
{
    const std::uint8_t bytes[] = {192, 0, 2, last};
    return {address_from_ipv4(bytes), port};
}

const Endpoint kClient = host(1, 40000);
const Endpoint kServer = host(2, 443);

class StreamsTest : public testing::Test {
protected:
    StreamId see(std::uint32_t interface, const Endpoint& from, const Endpoint& to,
                 std::uint8_t flags, std::uint32_t seq = 1000,
                 std::optional<std::uint32_t> timestamp = 7)
    {
        Segment segment{.frame = ++frame_, .interface = interface, .from = from, .to = to};
        segment.seq = Seq(seq);
        segment.flags = Flags{flags};
        segment.timestamp = timestamp;
        const StreamId id = streams_.find(segment);
        streams_[id].connection.observe(segment);
        return id;
    }

    Streams streams_;

private:
    Frame frame_ = 0;
};

TEST_F(StreamsTest, FollowEachCapturePointByItself)
{
    const StreamId here = see(0, kClient, kServer, kSyn);
    const StreamId there = see(1, kClient, kServer, kSyn);
    EXPECT_NE(here, there);
    EXPECT_EQ(streams_.elsewhere(here), std::vector{there});
    EXPECT_EQ(see(0, kServer, kClient, kSynAck), here);
    EXPECT_EQ(see(1, kServer, kClient, kSynAck), there);
}

TEST_F(StreamsTest, JoinTheTwoLegsOfATap)
{
    const StreamId id = see(0, kClient, kServer, kSyn);
    EXPECT_EQ(see(1, kServer, kClient, kSynAck), id);
    EXPECT_EQ(see(0, kClient, kServer, kAck, 1001), id);
    EXPECT_TRUE(streams_.elsewhere(id).empty());
}

TEST_F(StreamsTest, TakeALegThatCarriesBothDirectionsForAPointOfItsOwn)
{
    // In mid-stream: the first of each point happen to be of different directions.
    const StreamId first = see(1, kServer, kClient, kAck);
    EXPECT_EQ(see(0, kClient, kServer, kAck, 500), first);
    EXPECT_EQ(see(1, kClient, kServer, kAck, 500), first);  // this point carries both
    EXPECT_NE(see(0, kServer, kClient, kAck), first);
}

TEST_F(StreamsTest, FindAConnectionBehindANatByItsSyn)
{
    const StreamId inside = see(0, kClient, kServer, kSyn);
    const StreamId outside = see(1, host(9, 61000), kServer, kSyn);
    EXPECT_EQ(streams_.elsewhere(inside), std::vector{outside});
}

TEST_F(StreamsTest, DoNotTakeAScannersSynsForOneConnection)
{
    const StreamId one = see(0, kClient, host(2, 80), kSyn, 1000, std::nullopt);
    const StreamId two = see(0, kClient, host(2, 81), kSyn, 1000, std::nullopt);
    EXPECT_TRUE(streams_.elsewhere(one).empty());
    EXPECT_TRUE(streams_.elsewhere(two).empty());
}

TEST_F(StreamsTest, LinkACaptureThatStartsLateByTheAddresses)
{
    const StreamId here = see(0, kClient, kServer, kSyn);
    const StreamId there = see(1, kClient, kServer, kAck, 5000);
    EXPECT_EQ(streams_.elsewhere(here), std::vector{there});
}

TEST_F(StreamsTest, KeepFewPointsOfOneConnection)
{
    const StreamId first = see(0, kClient, kServer, kSyn);
    for (std::uint32_t interface = 1; interface < 1000; ++interface) {
        see(interface, kClient, kServer, kSyn);
        see(interface, host(9, static_cast<std::uint16_t>(interface)), kServer, kSyn);
    }
    EXPECT_LE(streams_.elsewhere(first).size(), 8u);
}

TEST_F(StreamsTest, OpenAnotherOneForANewSyn)
{
    const StreamId first = see(0, kClient, kServer, kSyn, 1000);
    const StreamId second = see(0, kClient, kServer, kSyn, 900000);
    EXPECT_NE(first, second);
    EXPECT_FALSE(streams_[second].connection.history().predecessor) << "nobody had answered the first";
}

}  // namespace
}  // namespace rstcause
