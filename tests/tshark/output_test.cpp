// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a user gets out of tshark: filters, exports, columns, summaries; and nothing of ours where
// there is no reset.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "captures.h"
#include "tshark.h"

namespace rstcause::test {
namespace {

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

const Capture& refused() { return capture_like("not_listening-macos-to-bsd"); }

std::vector<std::string> reading(const Capture& capture, std::vector<std::string> more)
{
    more.insert(more.begin(), {"-n", "-r", capture.path});
    return more;
}

TEST(Output, FiltersByReasonAndExportsFields)
{
    const Label& label = refused().labels.at(0);
    const TsharkRun run = tshark(reading(
        refused(), {"-Y", "rstcause.reason == \"not_listening\"", "-T", "fields", "-e",
                    "frame.number", "-e", "rstcause.confidence", "-e", "rstcause.evidence.frame"}));
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_TRUE(run.out.starts_with(std::to_string(label.frame) + "\t2\t"
                                    + std::to_string(label.trigger.value())))
        << run.out;
}

TEST(Output, EveryResetOfJsonAndEkCarriesTheFields)
{
    const TsharkRun json = tshark(reading(refused(), {"-Y", "rstcause", "-T", "json"}));
    const auto packets = nlohmann::json::parse(json.out);
    ASSERT_EQ(packets.size(), refused().labels.size());
    for (const auto& packet : packets) {
        const auto& ours = packet.at("_source").at("layers").at("rstcause");
        for (const char* field : {"reason", "confidence", "category", "impact", "harm", "harm.frame", "explanation",
                                  "advice", "endpoint", "origin"})
            EXPECT_TRUE(ours.contains(std::string("rstcause.") + field)) << field;
    }
    const TsharkRun ek = tshark(reading(refused(), {"-Y", "rstcause", "-T", "ek"}));
    EXPECT_TRUE(contains(ek.out, "\"rstcause_rstcause_reason\":\"not_listening\"")) << ek.out;
}

TEST(Output, ServesAsAColumn)
{
    const TsharkRun run = tshark(reading(
        refused(), {"-Y", "rstcause", "-o",
                    "gui.column.format:\"No.\",\"%m\",\"Why\",\"%Cus:rstcause.reason:0:R\""}));
    EXPECT_TRUE(contains(run.out, "not_listening")) << run.out << run.err;
    EXPECT_FALSE(contains(run.out, "[Cause")) << "no Info column was asked for";
}

TEST(Output, IsThereWhereTheTreeIsNotPrinted)
{
    const TsharkRun hierarchy = tshark(reading(refused(), {"-q", "-z", "io,phs"}));
    EXPECT_TRUE(contains(hierarchy.out, "rstcause  ")) << hierarchy.out << hierarchy.err;
    const TsharkRun counted = tshark(reading(
        refused(), {"-q", "-z", "io,stat,0,_ws.expert.message contains \"not_listening\""}));
    EXPECT_TRUE(contains(counted.out, "|      1 |")) << counted.out << counted.err;
}

TEST(Output, HasOneExpertEntryForEachReset)
{
    const TsharkRun run = tshark(reading(refused(), {"-q", "-z", "expert"}));
    EXPECT_TRUE(contains(run.out, "not_listening (likely): Nothing listens on")) << run.out;
    const TsharkRun filtered = tshark(reading(
        refused(), {"-Y", "rstcause.expert.not_listening", "-T", "fields", "-e", "frame.number"}));
    EXPECT_EQ(filtered.out, std::to_string(refused().labels.at(0).frame) + "\n");
}

TEST(Output, SaysWhatWasLostAndShowsItInAFrame)
{
    const TsharkRun run = tshark(
        reading(capture_like("idle_timeout-ipv4-server-forgets.client"),
                {"-2", "-Y", "rstcause.harm contains \"never answered\"", "-T", "fields", "-e", "rstcause.impact",
                 "-e", "rstcause.harm", "-e", "rstcause.harm.frame"}));
    std::smatch parts;
    ASSERT_TRUE(std::regex_match(
        run.out, parts, std::regex("problem\tthe request of frame (\\d+) was never answered\t(\\d+)\n")))
        << run.out << run.err;
    EXPECT_EQ(parts[1], parts[2]);
}

// One cause, and yet a warning here and a chat there.
TEST(Output, ExpertSeverityFollowsWhatWasLost)
{
    for (const auto& [capture, severity] : {std::pair{"idle_timeout-ipv4-server-forgets.client", "Warns"},
                                            std::pair{"fast_close-twin-after-silence.client", "Chats"}}) {
        const TsharkRun run = tshark(reading(capture_like(capture), {"-2", "-q", "-z", "expert"}));
        const auto at = run.out.find("idle_timeout (");
        ASSERT_NE(at, run.out.npos) << run.out << run.err;
        const auto heading = run.out.rfind("\n=", at);
        EXPECT_TRUE(run.out.rfind(severity, at) != run.out.npos && run.out.rfind(severity, at) < heading) << run.out;
    }
}

TEST(Output, SummaryListsResetsThenCounts)
{
    const TsharkRun run = tshark(reading(refused(), {"-q", "-z", "rstcause,resets"}));
    EXPECT_TRUE(contains(run.out, "not_listening, likely: Nothing listens on ")) << run.out;
    EXPECT_TRUE(contains(run.out, "\n1 reset\n      1  not_listening")) << run.out;
    const TsharkRun filtered
        = tshark(reading(refused(), {"-q", "-z", "rstcause,resets,tcp.port == 1"}));
    EXPECT_EQ(filtered.out, "0 resets\n");
    const TsharkRun wrong = tshark(reading(refused(), {"-q", "-z", "rstcause,resets,tcp.port =="}));
    EXPECT_NE(wrong.status, 0);
    EXPECT_TRUE(contains(wrong.err, "-z rstcause,resets")) << wrong.err;
}

TEST(Output, SummaryIsFinalEvenInOnePass)
{
    const Capture& came_back = capture_like("service_stopped-came-back");
    const TsharkRun run = tshark(reading(came_back, {"-q", "-z", "rstcause,resets"}));
    EXPECT_TRUE(contains(run.out, "accepts again")) << run.out;
}

TEST(Output, StatisticsTreeCountsByCauseEndpointOriginAndImpact)
{
    const TsharkRun run = tshark(reading(refused(), {"-2", "-q", "-z", "rstcause,tree"}));
    EXPECT_EQ(run.status, 0) << run.err;
    for (const char* row : {"\nBy cause +1 ", "\n not_listening +1 ", "\nBy endpoint +1 ",
                            "\nBy origin +1 ", "\n server +1 ", "\nBy impact +1 ", "\n problem +1 "})
        EXPECT_TRUE(std::regex_search(run.out, std::regex(row))) << row << run.out;
}

// Copies that a second capture point shows are no resets of their own.
TEST(Output, StatisticsTreeLeavesOutCopies)
{
    const Capture& both = capture_like("application_abort-ipv4-behind-nat.both");
    const TsharkRun run = tshark(reading(both, {"-2", "-q", "-z", "rstcause,tree"}));
    const auto copies = std::count_if(both.labels.begin(), both.labels.end(),
                                      [](const Label& label) { return label.repeat_of.has_value(); });
    ASSERT_GT(copies, 0);
    const std::string row
        = "\nBy cause +" + std::to_string(both.labels.size() - static_cast<std::size_t>(copies)) + " ";
    EXPECT_TRUE(std::regex_search(run.out, std::regex(row))) << run.out;
}

// Wireshark cuts rows at 240 bytes: a text goes on below.
TEST(Output, LongTextsAreShownWhole)
{
    const Capture& capture = capture_like("injected-ipv4-both-ends.client");
    const TsharkRun shown = tshark(reading(capture, {"-2", "-Y", "rstcause", "-O", "rstcause"}));
    const TsharkRun field = tshark(reading(
        capture, {"-2", "-Y", "rstcause", "-T", "fields", "-e", "rstcause.explanation"}));
    const std::string rows = std::regex_replace(shown.out, std::regex("\\]\n +\\[    "), " ");
    const std::string text = field.out.substr(0, field.out.find('\n'));
    EXPECT_GT(text.size(), 240u) << "too short to test with";
    EXPECT_TRUE(contains(rows, "[Why: " + text + "]")) << shown.out;
    EXPECT_FALSE(contains(shown.out, "truncated")) << shown.out;
}

// tshark -M forgets what it has read every so many packets.
TEST(Output, ForgetsWithTsharkAndGoesOn)
{
    const Capture& capture = capture_like("service_stopped-came-back");
    const TsharkRun run
        = tshark(reading(capture, {"-M", "5", "-q", "-z", "rstcause,resets"}));
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_TRUE(contains(run.out, "Frame ")) << run.out;
}

/// PDML says when it was made.
std::string without_clock(const std::string& output)
{
    return std::regex_replace(output, std::regex(" time=\"[^\"]*\""), "");
}

/// Frames without a reset, in the given form of output, with and without the plugin.
void expect_untouched(const Capture& capture, const std::vector<std::string>& form)
{
    auto arguments = reading(capture, {"-Y", "!tcp.flags.reset || tcp.flags.reset == 0"});
    arguments.insert(arguments.end(), form.begin(), form.end());
    const TsharkRun with = tshark(arguments, Plugin::loaded);
    const TsharkRun without = tshark(arguments, Plugin::absent);
    EXPECT_FALSE(without.out.empty()) << capture.name;
    EXPECT_TRUE(without_clock(with.out) == without_clock(without.out)) << capture.name;
    EXPECT_EQ(with.err, without.err) << capture.name;
}

TEST(Output, LeavesEverythingElseAlone)
{
    for (const char* name : {"healthy-icmp-quotes-a-reset", "not_listening-wrapped-gre",
                             "half_open-wrapped-in-ipv6-fragments", "refused_while_listening-"})
        for (const std::vector<std::string>& form :
             {std::vector<std::string>{}, {"-V"}, {"-T", "json"}, {"-T", "pdml"}, {"-2", "-V"}})
            expect_untouched(capture_like(name), form);
}

TEST(Output, DisabledItIsGoneAndTcpIsNot)
{
    const auto form = reading(refused(), {"-V"});
    auto disabled = form;
    disabled.insert(disabled.end(), {"--disable-protocol", "rstcause"});
    EXPECT_EQ(tshark(disabled).out, tshark(form, Plugin::absent).out);
}

}  // namespace
}  // namespace rstcause::test
