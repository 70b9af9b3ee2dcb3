// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a verdict is not, and what keeps it from being surer: as the report tells people and programs.
// Which rivals a verdict has is not the matter here.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "columns.h"
#include "diagnosis/catalogue.h"
#include "report/report_rivals.h"
#include "traffic.h"

namespace rstcause::test {
namespace {

using nlohmann::json;

Verdict not_listening(std::vector<RuledOut> ruled_out, std::vector<std::string> doubts = {})
{
    return {.cause = Cause::not_listening,
            .confidence = Confidence::likely,
            .explanation = "It was refused.",
            .ruled_out = std::move(ruled_out),
            .doubts = std::move(doubts)};
}

/// A report of this verdict on the reset in frame 8.
Report of(Verdict verdict)
{
    ReportGroup group{.cause = verdict.cause, .impact = Impact::problem, .endpoint = "10.0.0.2:80"};
    group.endpoints = {{group.endpoint, 1}};
    group.affected = {{"10.0.0.1", 1}};
    group.by_confidence[static_cast<std::size_t>(verdict.confidence)] = 1;
    group.frames = {8};
    group.example = 8;
    group.advice = "Look.";
    group.shown = std::move(verdict);
    Report report{.resets = 1, .period = Period{}};
    report.groups.push_back(std::move(group));
    return report;
}

TEST(RuledOut, IsSaidInWordsWithTheFrame)
{
    EXPECT_EQ(ruled_out_in_words(not_listening({{Cause::firewall_reject, 12, "a kernel's flow label"},
                                                {Cause::service_stopped, 0, "it accepted nobody"}})),
              "Not a firewall (frame 12: a kernel's flow label), nor a service that stopped (it "
              "accepted nobody).");
    EXPECT_EQ(ruled_out_in_words(not_listening({})), "");
}

TEST(RuledOut, NamesTheFirstThree)
{
    const std::string text = ruled_out_in_words(not_listening({{Cause::injected, 1, "one"},
                                                               {Cause::half_open, 2, "two"},
                                                               {Cause::idle_timeout, 3, "three"},
                                                               {Cause::syn_scan, 4, "four"}}));
    EXPECT_TRUE(contains(text, "three")) << text;
    EXPECT_FALSE(contains(text, "four")) << text;
}

TEST(RuledOut, SaysOnceWhatRulesOutSeveral)
{
    EXPECT_EQ(ruled_out_in_words(not_listening({{Cause::unread_data, 3, "it read all"},
                                                {Cause::injected, 3, "its host sent it"},
                                                {Cause::fast_close, 3, "it read all"}})),
              "Not unread data nor a close by reset on purpose (frame 3: it read all), nor a forgery "
              "(frame 3: its host sent it).");
}

TEST(RuledOut, HasWordsForEveryCause)
{
    std::set<std::string> all;
    for (const CatalogueRow& row : kCatalogue)
        all.insert(ruled_out_in_words(not_listening({{row.cause, 0, "so"}})));
    EXPECT_EQ(all.size(), kCatalogue.size());
}

TEST(Doubt, IsTheFirstOneUnlessItIsCertain)
{
    Verdict verdict = not_listening({}, {"it came too soon", "its TTL is odd"});
    EXPECT_EQ(doubt_in_words(verdict), "Doubt: it came too soon.");
    verdict.confidence = Confidence::certain;
    EXPECT_EQ(doubt_in_words(verdict), "");
    EXPECT_EQ(doubt_in_words(not_listening({})), "");
}

TEST(Rivals, StandBelowTheExplanationForPeople)
{
    const std::string text = as_text(of(not_listening({{Cause::firewall_reject, 5, "so"}}, {"odd"})));
    EXPECT_TRUE(contains(text, "\n    Why:      It was refused.\n"
                               "              Not a firewall (frame 5: so).\n"
                               "              Doubt: odd.\n"
                               "    Next:     Look.\n"))
        << text;
    EXPECT_TRUE(contains(as_text(of(not_listening({}))),
                         "\n    Why:      It was refused.\n    Next:     Look.\n"));
}

TEST(Rivals, FitAHundredColumns)
{
    const std::string why(130, 'w');
    const std::string text = as_text(
        of(not_listening({{Cause::injected, 4294967295, why}, {Cause::half_open, 0, why}}, {why})));
    EXPECT_LE(width(text), 100u) << text;
}

TEST(Rivals, ComeWholeToPrograms)
{
    const json document = json::parse(as_json(of(not_listening(
        {{Cause::firewall_reject, 5, "a"}, {Cause::injected, 0, "b"}}, {"odd", "and late"}))));
    const json& example = document.at("groups").at(0).at("example");
    EXPECT_EQ(example.at("ruled_out"),
              json::parse(R"([{"reason": "firewall_reject", "frame": 5, "why": "a"},
                              {"reason": "injected", "frame": 8, "why": "b"}])"))
        << "the reset itself has its frame";
    EXPECT_EQ(example.at("doubts"), json::parse(R"(["odd", "and late"])"));
}

// Frame 0 is the reset itself: of one that repeats it, another frame.
TEST(RuledOut, NamesTheFramesAsTheResetThatItIsSaidOfSeesThem)
{
    Traffic traffic;
    traffic.aborted();
    const std::vector<RuledOut> first = traffic.verdict().ruled_out;
    const Frame frame = traffic.frame();
    traffic.server({.flags = "RA", .seq = Talk::kServerIsn + 1, .ack = Talk::kClientIsn + 101});
    const Verdict repeat = traffic.verdict();
    ASSERT_EQ(repeat.repeat_of, frame);
    ASSERT_EQ(repeat.ruled_out.size(), first.size());
    ASSERT_FALSE(first.empty());
    for (std::size_t i = 0; i < first.size(); ++i) {
        EXPECT_NE(first[i].frame, frame) << "the reset itself is 0";
        EXPECT_EQ(repeat.ruled_out[i].frame, first[i].frame == 0 ? frame : first[i].frame) << i;
    }
}

TEST(Rivals, AreEitherOutOrStanding)
{
    Traffic traffic;
    traffic.refused();
    const Verdict verdict = traffic.verdict();
    EXPECT_FALSE(verdict.ruled_out.empty() && verdict.alternatives.empty());
    for (const RuledOut& rival : verdict.ruled_out) {
        EXPECT_NE(rival.cause, verdict.cause);
        EXPECT_EQ(std::count(verdict.alternatives.begin(), verdict.alternatives.end(), rival.cause), 0);
        EXPECT_FALSE(rival.why.empty());
    }
}

}  // namespace
}  // namespace rstcause::test
