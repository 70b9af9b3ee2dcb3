// SPDX-License-Identifier: GPL-2.0-or-later
//
// What TTL, IP-ID and window say of the machine that sent a reset, and what they do not.
#include <gtest/gtest.h>

#include <algorithm>

#include "facts/clue.h"
#include "talk.h"

namespace rstcause::test {
namespace {

constexpr std::uint32_t kC = Talk::kClientIsn + 1;
constexpr std::uint32_t kS = Talk::kServerIsn + 1;

bool says(const Talk& talk, std::string_view words)
{
    const Verdict verdict = talk.verdict();
    return verdict.explanation.find(words) != std::string::npos
        || std::any_of(verdict.evidence.begin(), verdict.evidence.end(), [&](const Evidence& one) {
               return one.shows.find(words) != std::string::npos;
           });
}

/// A server that opens with this window and TTL has talked, and after 90 s of silence resets with this window.
Talk silent_server(std::uint16_t opens_with, std::uint8_t hops, std::uint16_t resets_with)
{
    Talk talk;
    talk.client({.flags = "S", .seq = Talk::kClientIsn});
    talk.server({.flags = "SA", .seq = Talk::kServerIsn, .ack = kC, .window = opens_with, .hop_limit = hops});
    talk.client({.flags = "PA", .seq = kC, .ack = kS, .payload = 20});
    talk.server({.flags = "PA", .seq = kS, .ack = kC + 20, .payload = 100, .window = 8190, .hop_limit = hops});
    talk.client({.flags = "A", .seq = kC + 20, .ack = kS + 100}).wait(90s);
    talk.server({.flags = "RA", .seq = kS + 100, .ack = kC + 20, .window = resets_with, .hop_limit = hops});
    return talk;
}

TEST(NetScaler, IsKnownByItsSynAck)
{
    const Talk talk = silent_server(8190, 245, 9300);
    EXPECT_EQ(talk.reason(), "idle_timeout");
    EXPECT_TRUE(says(talk, "NetScaler reset code 9300"));
    EXPECT_EQ(silent_server(8190, 245, 9401).reason(), "device_stated");
}

TEST(NetScaler, IsNotWhoeverHasSuchAWindow)
{
    EXPECT_FALSE(says(silent_server(8190, 60, 9401), "NetScaler"));
    EXPECT_FALSE(says(silent_server(29200, 245, 9401), "NetScaler"));
    EXPECT_FALSE(says(silent_server(8190, 245, 9999), "NetScaler"));  // no code
}

// In mid-stream its SYN-ACK is not known: then the number must be one that no window goes on to.
TEST(NetScaler, MayBeOneWhereItsSynAckIsNotCaptured)
{
    const auto stray = [](std::uint16_t window, std::uint8_t hops) {
        Talk talk;
        talk.client({.flags = "PA", .seq = kC, .ack = kS, .payload = 20});
        talk.server({.flags = "PA", .seq = kS, .ack = kC + 20, .payload = 100, .window = window, .hop_limit = hops});
        talk.client({.flags = "A", .seq = kC + 20, .ack = kS + 100});
        talk.server({.flags = "RA", .seq = kS + 100, .ack = kC + 20, .window = 9401, .hop_limit = hops});
        return talk;
    };
    EXPECT_TRUE(says(stray(500, 245), "NetScaler"));
    EXPECT_FALSE(says(stray(9300, 245), "NetScaler"));
    EXPECT_FALSE(says(stray(500, 60), "NetScaler"));
}

/// Connections opened by the server's address with these TTLs, each machine with a row of IP-IDs of its own; all is
/// said and acknowledged on the last one.
Talk farm(std::initializer_list<std::uint8_t> opens_with, std::uint16_t port = 80)
{
    Talk talk;
    talk.between("10.0.0.1", "10.0.0.2", port);
    std::uint16_t from = 40000;
    for (const std::uint8_t& hops : opens_with) {
        const auto row = static_cast<std::uint16_t>(hops * 200);
        // Numbers of two connections do not meet: that would be one behind a NAT.
        const std::uint32_t apart = &hops + 1 == opens_with.end() ? 0 : 500000000;
        talk.from_port(from++).client({.flags = "S", .seq = kC - 1 + apart});
        talk.server({.flags = "SA", .seq = kS - 1 + apart, .ack = kC + apart, .ip_id = row, .hop_limit = hops});
        talk.client({.flags = "PA", .seq = kC + apart, .ack = kS + apart, .payload = 20});
        for (std::uint16_t n = 0; n < 3; ++n)
            talk.server({.flags = "PA", .seq = kS + apart + n * 100u, .ack = kC + apart + 20, .payload = 100,
                         .ip_id = static_cast<std::uint16_t>(row + n + 1), .hop_limit = hops});
    }
    talk.client({.flags = "A", .seq = kC + 20, .ack = kS + 300}).wait(1s);
    return talk;
}

/// A further segment is answered without a socket, with this TTL.
Talk lost_by_farm(std::initializer_list<std::uint8_t> opens_with, std::uint8_t hops, std::uint16_t port = 80)
{
    Talk talk = farm(opens_with, port);
    talk.client({.flags = "PA", .seq = kC + 20, .ack = kS + 300, .payload = 20}).wait(20ms);
    talk.server({.flags = "R", .seq = kS + 300, .window = 0, .hop_limit = hops});
    return talk;
}

/// It aborts with this TTL, and an IP-ID far off.
bool is_doubted(std::initializer_list<std::uint8_t> opens_with, std::uint8_t hops)
{
    Talk talk = farm(opens_with);
    talk.server({.flags = "RA", .seq = kS + 300, .ack = kC + 20, .ip_id = 60000, .hop_limit = hops});
    const auto doubts = talk.verdict().doubts;
    return std::any_of(doubts.begin(), doubts.end(), [](const std::string& doubt) {
        return doubt.find("fit its host") != std::string::npos;
    });
}

constexpr std::string_view kOtherTtl = "other packets arrive with";

TEST(Farm, AnswersWithTheTtlOfAnotherMachine)
{
    EXPECT_EQ(lost_by_farm({60, 50}, 60).reason(), "half_open");
    EXPECT_FALSE(says(lost_by_farm({60, 50}, 60), kOtherTtl));
    EXPECT_FALSE(is_doubted({60, 50}, 60));
}

TEST(Farm, DoesNotExplainATtlThatItNeverShowed)
{
    EXPECT_EQ(lost_by_farm({50, 50}, 60).reason(), "firewall_reject");
    EXPECT_EQ(lost_by_farm({60, 50}, 62).reason(), "firewall_reject");
    EXPECT_TRUE(says(lost_by_farm({60, 50}, 62), kOtherTtl));
    EXPECT_TRUE(is_doubted({50, 50}, 60));
    EXPECT_TRUE(is_doubted({60, 50}, 50));  // its own machine, off its own row
}

TEST(Bgp, BeginsWithTtlOneByDesign)
{
    EXPECT_EQ(lost_by_farm({1}, 64, 179).reason(), "half_open");
    EXPECT_EQ(lost_by_farm({255}, 64, 179).reason(), "half_open");
    EXPECT_EQ(lost_by_farm({1}, 64, 80).reason(), "firewall_reject");  // elsewhere it is the end of a long way
    EXPECT_EQ(lost_by_farm({250}, 64, 179).reason(), "firewall_reject");
}

/// Two servers, each with its own counter, are both reset in their own name, with these IP-IDs.
Talk two_servers(std::uint16_t first, std::uint16_t second, std::uint8_t hops_of_second = 64)
{
    Talk talk;
    for (std::string_view server : {"10.0.0.2", "10.0.0.3"}) {
        const std::uint16_t row = server == "10.0.0.2" ? 1000 : 20000;
        const auto id = [row](int step) { return static_cast<std::uint16_t>(row + step); };
        talk.between("10.0.0.1", server);
        talk.client({.flags = "S", .seq = Talk::kClientIsn});
        talk.server({.flags = "SA", .seq = Talk::kServerIsn, .ack = kC, .ip_id = id(1)});
        talk.client({.flags = "PA", .seq = kC, .ack = kS, .payload = 20});
        for (std::uint32_t n = 0; n < 3; ++n)
            talk.server({.flags = "PA", .seq = kS + n * 100, .ack = kC + 20, .payload = 100,
                         .ip_id = id(2 + static_cast<int>(n))});
    }
    talk.between("10.0.0.1", "10.0.0.2").server({.flags = "RA", .seq = kS + 300, .ack = kC + 20, .ip_id = first});
    talk.between("10.0.0.1", "10.0.0.3")
        .server({.flags = "RA", .seq = kS + 300, .ack = kC + 20, .ip_id = second, .hop_limit = hops_of_second});
    return talk;
}

constexpr std::string_view kOneCounter = "of one counter";

TEST(OneCounter, OfTwoAddressesIsOneDevice)
{
    const Talk talk = two_servers(50001, 50002);
    EXPECT_EQ(talk.reason(), "injected");
    EXPECT_TRUE(says(talk, kOneCounter));
    EXPECT_EQ(talk.session.explain(0).cause, Cause::injected);  // the first one learns of it, too
}

TEST(OneCounter, IsNotOfHostsThatKeepTheirOwnRows)
{
    EXPECT_NE(two_servers(1005, 20005).reason(), "injected");
    EXPECT_FALSE(says(two_servers(50001, 60002), kOneCounter));
    EXPECT_FALSE(says(two_servers(50001, 50002, 60), kOneCounter));
    EXPECT_FALSE(says(two_servers(20004, 20005), kOneCounter));  // the second is on its own row
}

}  // namespace
}  // namespace rstcause::test
