// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/segment.h"

#include <gtest/gtest.h>

#include <ostream>

#include "talk.h"

namespace rstcause::test {
namespace {

std::optional<ParsedSegment> parse(const std::vector<std::uint8_t>& bytes, std::uint32_t length)
{
    RawPacket packet;
    packet.bytes = bytes;
    packet.length = length;
    return parse_segment(packet);
}

TEST(ParseSegment, ReadsTheHeader)
{
    const auto bytes = tcp_header(40000, 80, {.flags = "PA", .seq = 7, .ack = 9, .timestamp = 42});
    const auto parsed = parse(bytes, 32 + 100);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->defect, Defect::none);
    EXPECT_EQ(parsed->segment.from.port, 40000);
    EXPECT_EQ(parsed->segment.to.port, 80);
    EXPECT_EQ(parsed->segment.seq, Seq(7));
    EXPECT_EQ(parsed->segment.ack, Seq(9));
    EXPECT_EQ(parsed->segment.payload, 100u);
    EXPECT_EQ(parsed->segment.timestamp, 42u);
    EXPECT_EQ(parsed->segment.end(), Seq(107));
}

TEST(ParseSegment, HasNoAckWithoutTheFlag)
{
    const auto parsed = parse(tcp_header(1, 2, {.flags = "R", .seq = 7, .ack = 9}), 20);
    ASSERT_TRUE(parsed);
    EXPECT_FALSE(parsed->segment.ack);
    EXPECT_EQ(parsed->segment.ack_field, 9u);
}

TEST(ParseSegment, SynAndFinOccupySequenceSpace)
{
    EXPECT_EQ(parse(tcp_header(1, 2, {.flags = "S"}), 20)->segment.length(), 1u);
    EXPECT_EQ(parse(tcp_header(1, 2, {.flags = "FA"}), 25)->segment.length(), 6u);
}

TEST(ParseSegment, SaysNothingWhenTheFlagsWereNotCaptured)
{
    auto bytes = tcp_header(1, 2, {.flags = "R"});
    bytes.resize(13);
    EXPECT_FALSE(parse(bytes, 20));
}

TEST(ParseSegment, ASnappedHeaderIsNoDefect)
{
    auto bytes = tcp_header(1, 2, {.flags = "RA", .timestamp = 1});
    bytes.resize(14);
    const auto parsed = parse(bytes, 32);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->defect, Defect::none);
    EXPECT_FALSE(parsed->segment.timestamp);
}

struct DefectCase {
    const char* name;
    Packet packet;
    std::uint32_t length;
    Defect defect;
};

void PrintTo(const DefectCase& defect, std::ostream* out) { *out << defect.name; }

class ParseDefect : public testing::TestWithParam<DefectCase> {};

TEST_P(ParseDefect, IsNamed)
{
    const auto parsed = parse(tcp_header(1, 2, GetParam().packet), GetParam().length);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->defect, GetParam().defect);
}

INSTANTIATE_TEST_SUITE_P(
    All, ParseDefect,
    testing::Values(
        DefectCase{"Reset", {.flags = "R"}, 20, Defect::none},
        DefectCase{"Payload", {.flags = "RPA"}, 60, Defect::none},
        DefectCase{"EndsInTheHeader", {.flags = "R"}, 16, Defect::short_header},
        DefectCase{"OffsetTooSmall", {.flags = "R", .data_offset = 4}, 20, Defect::bad_data_offset},
        DefectCase{"OffsetTooLarge", {.flags = "R", .data_offset = 6}, 20, Defect::bad_data_offset},
        DefectCase{"Syn", {.flags = "SR"}, 20, Defect::syn_with_rst},
        DefectCase{"Fin", {.flags = "FRA"}, 20, Defect::fin_with_rst}),
    [](const auto& defect) { return std::string(defect.param.name); });

TEST(ParseSegment, SurvivesAnyOptions)
{
    for (unsigned kind = 0; kind < 256; ++kind)
        for (unsigned length = 0; length < 256; ++length) {
            auto bytes = tcp_header(1, 2, {.flags = "A", .data_offset = 6});
            bytes.insert(bytes.end(), {1, 1, static_cast<std::uint8_t>(kind),
                                       static_cast<std::uint8_t>(length)});
            const auto parsed = parse(bytes, 24);
            ASSERT_TRUE(parsed);
            ASSERT_FALSE(parsed->segment.timestamp);
        }
}

}  // namespace
}  // namespace rstcause::test
