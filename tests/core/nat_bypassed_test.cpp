// SPDX-License-Identifier: GPL-2.0-or-later
//
// A segment that a NAT let through untranslated, told by the numbers of the connection that it belongs to.
#include <gtest/gtest.h>

#include "traffic.h"

namespace rstcause::test {
namespace {

constexpr std::uint32_t kClientNext = Talk::kClientIsn + 101;
constexpr std::uint32_t kServerNext = Talk::kServerIsn + 51;

/// A client at 10.0.0.1 has asked a service at 10.96.0.10 and got its answer; the server's own address is 172.16.0.5.
class Bypass : public testing::Test {
protected:
    Bypass()
    {
        to_the_service().handshake();
        talk_.client({.flags = "PA", .seq = Talk::kClientIsn + 1, .ack = Talk::kServerIsn + 1, .payload = 100});
        talk_.server({.flags = "PA", .seq = Talk::kServerIsn + 1, .ack = kClientNext, .payload = 50});
        talk_.client({.flags = "A", .seq = kClientNext, .ack = kServerNext}).wait(200ms);
    }

    Talk& to_the_service() { return talk_.between("10.0.0.1", "10.96.0.10"); }
    Talk& to_the_server() { return talk_.between("10.0.0.1", "172.16.0.5", 8080); }

    /// The server's segment comes as it is, and the client's kernel resets it.
    Talk& strangers_reset(std::uint32_t seq, std::uint32_t ack, std::optional<std::uint32_t> timestamp = {})
    {
        to_the_server();
        talk_.server({.flags = "PA", .seq = seq, .ack = ack, .payload = 10, .timestamp = timestamp});
        return talk_.client({.flags = "R", .seq = ack, .window = 0});
    }

    Talk talk_;
};

TEST_F(Bypass, IsToldByTheNumbersOfAnotherConnection)
{
    strangers_reset(kServerNext, kClientNext);
    const Verdict verdict = talk_.verdict();
    EXPECT_EQ(talk_.reason(), "nat_bypassed");
    EXPECT_EQ(verdict.confidence, Confidence::likely);
    EXPECT_TRUE(contains(verdict.explanation, "10.96.0.10:80")) << verdict.explanation;
    EXPECT_TRUE(contains(verdict.explanation, "172.16.0.5:8080")) << verdict.explanation;
}

TEST_F(Bypass, LosesTheWordsThatItCarries)
{
    strangers_reset(kServerNext, kClientNext);
    const Harm harm = talk_.verdict().harm;
    EXPECT_EQ(harm.kind, Harm::Kind::data_lost) << harm.says;
    EXPECT_EQ(harm.impact, Impact::problem);
    to_the_server();
    talk_.from_port(40001).server({.flags = "PA", .seq = kServerNext, .ack = kClientNext, .payload = 10});
    talk_.client({.flags = "R", .seq = kClientNext, .window = 0});
    EXPECT_EQ(talk_.verdict().harm.kind, Harm::Kind::not_told) << "a stranger's words indeed: who spoke first?";
}

TEST_F(Bypass, MayLieBeyondTheWindow)
{
    strangers_reset(kServerNext + 200'000, kClientNext);
    EXPECT_EQ(talk_.reason(), "nat_bypassed");
}

TEST_F(Bypass, IsNotTheSamePortAlone)
{
    strangers_reset(kServerNext + 800'000'000, kClientNext);
    EXPECT_NE(talk_.reason(), "nat_bypassed");
    strangers_reset(kServerNext, kClientNext + 800'000'000);
    EXPECT_NE(talk_.reason(), "nat_bypassed");
}

TEST_F(Bypass, IsNotASynAck)
{
    to_the_server();
    talk_.server({.flags = "SA", .seq = kServerNext, .ack = kClientNext});
    talk_.client({.flags = "R", .seq = kClientNext, .window = 0});
    EXPECT_NE(talk_.reason(), "nat_bypassed");
}

TEST_F(Bypass, EndsTheConnectionUnderItsOtherAddress)
{
    strangers_reset(kServerNext, kClientNext);
    const Frame reset = talk_.frame();
    to_the_service().client({.flags = "PA", .seq = kClientNext, .ack = kServerNext, .payload = 20});
    talk_.server({.flags = "R", .seq = kServerNext, .window = 0});
    EXPECT_EQ(talk_.reason(), "data_after_close");
    EXPECT_TRUE(contains(talk_.verdict().explanation, "frame " + std::to_string(reset)))
        << talk_.verdict().explanation;
}

TEST_F(Bypass, EndsNothingWhenTheServerSpeaksOnLongAfter)
{
    strangers_reset(kServerNext, kClientNext).wait(5s);
    to_the_service().server({.flags = "PA", .seq = kServerNext, .ack = kClientNext, .payload = 10});
    talk_.client({.flags = "PA", .seq = kClientNext, .ack = kServerNext + 10, .payload = 20});
    talk_.server({.flags = "R", .seq = kServerNext + 10, .window = 0});
    EXPECT_EQ(talk_.reason(), "half_open");
}

TEST_F(Bypass, HarmsNothingOnceTheConnectionIsClosed)
{
    talk_.client({.flags = "FA", .seq = kClientNext, .ack = kServerNext});
    talk_.server({.flags = "FA", .seq = kServerNext, .ack = kClientNext + 1});
    talk_.client({.flags = "A", .seq = kClientNext + 1, .ack = kServerNext + 1});
    strangers_reset(kServerNext, kClientNext + 1);
    EXPECT_EQ(talk_.reason(), "nat_bypassed");
    EXPECT_EQ(talk_.verdict().harm.impact, Impact::normal);
}

/// A capture on the NAT itself: each segment before it and behind it. The client's side comes first.
class AtTheNat : public testing::Test {
protected:
    AtTheNat()
    {
        both(true, {.flags = "S", .seq = Talk::kClientIsn, .timestamp = 7});
        both(false, {.flags = "SA", .seq = Talk::kServerIsn, .ack = Talk::kClientIsn + 1, .timestamp = 70});
        both(true, {.flags = "PA", .seq = Talk::kClientIsn + 1, .ack = Talk::kServerIsn + 1, .payload = 100,
                    .timestamp = 8});
        both(false, {.flags = "PA", .seq = Talk::kServerIsn + 1, .ack = kClientNext, .payload = 50, .timestamp = 71});
    }

    Talk& inside() { return talk_.between("10.0.0.1", "10.96.0.10"); }
    Talk& outside() { return talk_.between("10.0.0.1", "172.16.0.5"); }

    void both(bool from_client, const Packet& packet)
    {
        if (from_client) {
            inside().client(packet);
            outside().client(packet);
        } else {
            outside().server(packet);
            inside().server(packet);
        }
    }

    Talk talk_;
    const Packet news_{.flags = "PA", .seq = kServerNext, .ack = kClientNext, .payload = 10, .timestamp = 80};
    const Packet reset_{.flags = "R", .seq = kClientNext, .window = 0};
};

TEST_F(AtTheNat, WhatCameOnOneSideOnlyWasNotTranslated)
{
    outside().server(news_).client(reset_);
    EXPECT_EQ(talk_.reason(), "nat_bypassed");
    EXPECT_TRUE(contains(talk_.verdict().explanation, "10.96.0.10:80")) << talk_.verdict().explanation;
}

TEST_F(AtTheNat, WhatCameOnBothSidesMetALostConnection)
{
    both(false, news_);
    both(true, reset_);
    EXPECT_EQ(talk_.reason(), "half_open");
}

}  // namespace
}  // namespace rstcause::test
