// SPDX-License-Identifier: GPL-2.0-or-later
//
// Captures of every form that may be met, written byte by byte, and those that cannot be read.
#include <gtest/gtest.h>

#include <string>

#include "judge/capture_file.h"
#include "judge/packets.h"
#include "judge/scratch.h"

namespace rstcause::test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t kEthernetLink = 1, kRawLink = 101;
constexpr Time kTime = 1700000000s + 123456us;

/// Writes numbers in one byte order.
struct Writer {
    bool big = false;
    std::string bytes{};

    Writer& number(std::uint64_t value, std::size_t size)
    {
        for (std::size_t i = 0; i < size; ++i)
            bytes += static_cast<char>(value >> 8 * (big ? size - 1 - i : i));
        return *this;
    }
    Writer& u16(std::uint64_t value) { return number(value, 2); }
    Writer& u32(std::uint64_t value) { return number(value, 4); }
    /// Padded to a multiple of `unit`.
    Writer& text(const std::string& value, std::size_t unit = 1)
    {
        bytes += value + std::string((unit - value.size() % unit) % unit, '\0');
        return *this;
    }
};

std::string pcap(bool big, bool nanoseconds, const std::string& frame)
{
    const auto [seconds, rest] = std::pair(kTime / 1s, kTime % 1s);
    return Writer{big}
        .u32(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4).u16(2).u16(4).u32(0).u32(0).u32(65535)
        .u32(kEthernetLink)
        .u32(static_cast<std::uint64_t>(seconds))
        .u32(static_cast<std::uint64_t>(nanoseconds ? rest / 1ns : rest / 1us))
        .u32(frame.size()).u32(frame.size()).text(frame).bytes;
}

std::string block(bool big, std::uint32_t type, const std::string& body)
{
    return Writer{big}.u32(type).u32(body.size() + 12).text(body).u32(body.size() + 12).bytes;
}

std::string section(bool big)
{
    return block(big, 0x0a0d0d0a, Writer{big}.u32(0x1a2b3c4d).u16(1).u16(0).number(~0ull, 8).bytes);
}

std::string interface(bool big, std::uint16_t link = kEthernetLink, std::uint32_t snapshot = 65535,
                      const std::string& options = "")
{
    return block(big, 1, Writer{big}.u16(link).u16(0).u32(snapshot).text(options).bytes);
}

std::string packet(bool big, std::uint32_t interface, const std::string& frame,
                   std::uint64_t stamp = static_cast<std::uint64_t>(kTime / 1us))
{
    return block(big, 6, Writer{big}.u32(interface).u32(stamp >> 32).u32(stamp)
                             .u32(frame.size()).u32(frame.size()).text(frame, 4).bytes);
}

std::string obsolete_packet(bool big, std::uint16_t interface, const std::string& frame)
{
    const auto stamp = static_cast<std::uint64_t>(kTime / 1us);
    return block(big, 2, Writer{big}.u16(interface).u16(0).u32(stamp >> 32).u32(stamp)
                             .u32(frame.size()).u32(frame.size()).text(frame, 4).bytes);
}

std::string simple_packet(bool big, const std::string& frame)
{
    return block(big, 3, Writer{big}.u32(frame.size()).text(frame, 4).bytes);
}

Trace read(const std::string& content)
{
    const Scratch scratch;
    return read_trace(scratch.write("capture", content));
}

TEST(CaptureFile, PcapOfEitherByteOrderAndResolution)
{
    for (const bool big : {false, true})
        for (const bool nanoseconds : {false, true}) {
            const Trace trace = read(pcap(big, nanoseconds, ethernet(0x0800, ipv4(6, reset()))));
            ASSERT_EQ(trace.size(), 1u);
            EXPECT_EQ(trace[0].raw.frame, 1u);
            EXPECT_EQ(trace[0].raw.time, kTime);
            EXPECT_EQ(trace[0].raw.interface, 0u);
            EXPECT_TRUE(segment(trace[0]).flags.rst());
        }
}

TEST(CaptureFile, PcapngOfEitherByteOrderWithEveryKindOfPacket)
{
    const std::string frame = ethernet(0x0800, ipv4(6, reset()));
    for (const bool big : {false, true}) {
        const Trace trace = read(section(big) + interface(big) + interface(big)
                                 + packet(big, 1, frame) + simple_packet(big, frame)
                                 + obsolete_packet(big, 1, frame));
        ASSERT_EQ(trace.size(), 3u);
        EXPECT_EQ(trace[0].raw.time, kTime);
        EXPECT_EQ(trace[0].raw.interface, 1u);
        EXPECT_EQ(trace[1].raw.interface, 0u);
        EXPECT_EQ(trace[2].raw.interface, 1u);
        EXPECT_EQ(trace[2].raw.time, kTime);
    }
}

// Captures of two points, in one file: libpcap refuses them.
TEST(CaptureFile, InterfacesMayDifferInLinkTypeAndSnapshotLength)
{
    const std::string ip = ipv4(6, reset());
    const Trace trace = read(section(false) + interface(false) + interface(false, kRawLink, 96)
                             + packet(false, 0, ethernet(0x0800, ip)) + packet(false, 1, ip));
    ASSERT_EQ(trace.size(), 2u);
    EXPECT_EQ(trace[0].raw.link_source, 0x020000000001u);
    EXPECT_EQ(trace[1].raw.interface, 1u);
    EXPECT_EQ(segment(trace[1]).from.text(), "192.0.2.1:80");
}

// if_tsresol and if_tsoffset, in either byte order.
TEST(CaptureFile, TimesInOtherUnits)
{
    const auto seconds = static_cast<std::uint64_t>(kTime / 1s);
    const struct {
        std::uint8_t resolution;
        std::uint64_t ticks;
        Time time;
    } cases[] = {
        {0, seconds, kTime / 1s * 1s},
        {9, static_cast<std::uint64_t>(kTime / 1ns), kTime},
        {10, static_cast<std::uint64_t>(kTime / 1ns) * 10 + 9, kTime},
        {0x80 | 2, seconds << 2 | 3, kTime / 1s * 1s + 750ms},
        {0x80 | 33, seconds << 33 | 1ull << 32, kTime / 1s * 1s + 500ms},
        {0x80 | 40, 5ull << 40 | 1ull << 38, 5s + 250ms},
    };
    for (const bool big : {false, true})
        for (const auto& [resolution, ticks, time] : cases) {
            SCOPED_TRACE(static_cast<int>(resolution));
            const std::string options = Writer{big}
                .u16(2).u16(4).text("eth0")
                .u16(9).u16(1).text(std::string(1, static_cast<char>(resolution)), 4)
                .u16(14).u16(8).number(3600, 8)
                .u16(0).u16(0).bytes;
            const Trace trace = read(section(big) + interface(big, kEthernetLink, 0, options)
                                     + packet(big, 0, ethernet(0x0800, ipv4(6, reset())), ticks));
            ASSERT_EQ(trace.size(), 1u);
            EXPECT_EQ(trace[0].raw.time, time + 1h);
        }
}

// As the plugin numbers interfaces: those of the second section are others than the first's.
TEST(CaptureFile, SectionsHaveInterfacesOfTheirOwn)
{
    const std::string frame = ethernet(0x0800, ipv4(6, reset()));
    const std::string one = section(false) + interface(false) + packet(false, 0, frame);
    const Trace trace = read(one + one);
    ASSERT_EQ(trace.size(), 2u);
    EXPECT_EQ(trace[0].raw.interface, 0u);
    EXPECT_EQ(trace[1].raw.interface, 0x10000u);
}

TEST(CaptureFile, FramesWithoutTcpCount)
{
    const Trace trace = read(section(false) + interface(false) + packet(false, 0, ethernet(0x0806, "arp"))
                             + packet(false, 0, ethernet(0x0800, ipv4(6, reset()))));
    ASSERT_EQ(trace.size(), 1u);
    EXPECT_EQ(trace[0].raw.frame, 2u);
    EXPECT_EQ(trace[0].kept, 2u);
}

TEST(CaptureFile, WhatCannotBeReadSaysWhy)
{
    const std::string frame = ethernet(0x0800, ipv4(6, reset()));
    const std::string whole = pcap(false, false, frame);
    const std::string start = section(false) + interface(false);
    const auto problem = [](const std::string& content) -> std::string {
        try {
            read(content);
        } catch (const std::exception& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_NE(problem(""), "");
    EXPECT_NE(problem("no capture at all, but a line of text"), "");
    EXPECT_NE(problem("\x1f\x8b\x08 gzipped, for all that libpcap knows"), "");
    EXPECT_NE(problem(whole.substr(0, whole.size() - 5)), "");
    EXPECT_NE(problem(start + packet(false, 0, frame).substr(0, 40)), "");
    EXPECT_NE(problem(start + packet(false, 1, frame)), "");  // no such interface
    EXPECT_NE(problem(start + block(false, 6, std::string(20, '\x7f'))), "");
    EXPECT_NE(problem(section(false).substr(0, 6)), "");
    EXPECT_THROW(read_trace("/nowhere.pcap"), std::runtime_error);
}

}  // namespace
}  // namespace rstcause::test
