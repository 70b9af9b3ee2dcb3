// SPDX-License-Identifier: GPL-2.0-or-later
//
// The same reset behind everything that the decoder knows, and behind some things that it does not.
#include <gtest/gtest.h>

#include <pcap/pcap.h>

#include "judge/decode.h"
#include "judge/packets.h"

namespace rstcause::test {
namespace {

std::optional<Packet> decoded(int link_type, const std::string& frame)
{
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(frame.data());
    return decode(link_type, {bytes, frame.size()}, static_cast<std::uint32_t>(frame.size()));
}

std::string udp(std::uint16_t port, const std::string& payload)
{
    return big_endian(50000, 2) + big_endian(port, 2) + big_endian(8 + payload.size(), 2)
        + big_endian(0, 2) + payload;
}

/// What carries an IPv4 packet within Ethernet.
std::vector<std::string> wrapped(const std::string& ip)
{
    const std::string frame = ethernet(0x0800, ip);
    return {
        frame,
        frame + "padding",
        ethernet(0x8100, big_endian(7, 2) + big_endian(0x0800, 2) + ip),
        ethernet(0x88a8, big_endian(7, 2) + big_endian(0x8100, 2) + big_endian(8, 2)
                             + big_endian(0x0800, 2) + ip),
        ethernet(0x8847, big_endian(0x00010040, 4) + big_endian(0x00020140, 4) + ip),
        ethernet(0x8864, big_endian(0x11000001, 4) + big_endian(ip.size() + 2, 2)
                             + big_endian(0x0021, 2) + ip),
        ethernet(0x8864, big_endian(0x11000001, 4) + big_endian(ip.size() + 1, 2)
                             + big_endian(0x21, 1) + ip),
        ethernet(0x0800, ipv4(4, ip)),
        ethernet(0x86dd, ipv6(4, ip)),
        ethernet(0x0800, ipv4(47, big_endian(0x00000800, 4) + ip)),
        ethernet(0x0800, ipv4(47, big_endian(0xb0000800, 4) + std::string(12, '\0') + ip)),
        ethernet(0x0800, ipv4(47, big_endian(0x00006558, 4) + frame)),
        ethernet(0x0800, ipv4(17, udp(4789, big_endian(0x0800000000000700, 8) + frame))),
    };
}

TEST(Decode, FindsTheResetBehindEveryKnownLayer)
{
    int number = 0;
    for (const std::string& frame : wrapped(ipv4(6, reset()))) {
        SCOPED_TRACE(number++);
        const auto packet = decoded(DLT_EN10MB, frame);
        ASSERT_TRUE(packet);
        EXPECT_TRUE(segment(*packet).flags.rst());
        EXPECT_EQ(segment(*packet).from.text(), "192.0.2.1:80");
        EXPECT_EQ(packet->raw.length, 20u);
        EXPECT_EQ(packet->raw.hop_limit, 61);
        EXPECT_EQ(packet->raw.ip_id, 0x1234);
        EXPECT_EQ(packet->raw.flow_label, std::nullopt);
        EXPECT_EQ(packet->raw.link_source, 0x020000000001u);
    }
}

TEST(Decode, ReadsIpv6BehindExtensionHeadersAndTunnels)
{
    const std::string options = big_endian(0x3c00010400000000, 8), more = big_endian(0x0600010400000000, 8);
    for (const std::string& ip : {ipv6(6, reset()), ipv6(0, options + more + reset()),
                                  ipv4(41, ipv6(6, reset()))}) {
        const auto packet = decoded(DLT_RAW, ip);
        ASSERT_TRUE(packet);
        EXPECT_EQ(segment(*packet).from.text(), "[2001:db8::1]:80");
        EXPECT_EQ(packet->raw.length, 20u);
        EXPECT_EQ(packet->raw.hop_limit, 62);
        EXPECT_EQ(packet->raw.flow_label, 0x54321u);
        EXPECT_EQ(packet->raw.ip_id, std::nullopt);
    }
}

TEST(Decode, KnowsOtherLinkLayers)
{
    const std::string ip = ipv4(6, reset());
    EXPECT_TRUE(decoded(DLT_LINUX_SLL, std::string(14, '\0') + big_endian(0x0800, 2) + ip));
    EXPECT_TRUE(decoded(DLT_LINUX_SLL2, big_endian(0x0800, 2) + std::string(18, '\0') + ip));
    EXPECT_TRUE(decoded(DLT_NULL, big_endian(0x02000000, 4) + ip));
    EXPECT_TRUE(decoded(DLT_RAW, ip));
    EXPECT_FALSE(decoded(DLT_IEEE802_11, ip));
}

TEST(Decode, LeavesOutWhatHoldsNoWholeTcpHeader)
{
    EXPECT_FALSE(decoded(DLT_EN10MB, ethernet(0x0800, ipv4(6, reset(), 0x2000))));  // more fragments
    EXPECT_FALSE(decoded(DLT_EN10MB, ethernet(0x0800, ipv4(6, reset(), 5))));       // a later one
    EXPECT_FALSE(decoded(DLT_EN10MB, ethernet(0x0800, ipv4(1, ipv4(6, reset())))));  // ICMP
    EXPECT_FALSE(decoded(DLT_EN10MB, ethernet(0x0800, ipv4(17, udp(53, reset())))));
    EXPECT_FALSE(decoded(DLT_EN10MB, ethernet(0x0800, ipv4(6, reset().substr(0, 13)))));
}

// Whatever a stranger wrote: cut anywhere, or wrapped a thousand times.
TEST(Decode, SurvivesEveryCutAndDeepNesting)
{
    for (const std::string& frame : wrapped(ipv4(6, reset())))
        for (std::size_t size = 0; size < frame.size(); ++size)
            decoded(DLT_EN10MB, frame.substr(0, size));
    std::string ip = ipv4(6, reset());
    for (int i = 0; i < 1000; ++i)
        ip = ipv4(4, ip);
    EXPECT_FALSE(decoded(DLT_RAW, ip));
}

}  // namespace
}  // namespace rstcause::test
