// SPDX-License-Identifier: GPL-2.0-or-later
//
// The report of every kept capture: its sums, its form, its schema.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <numeric>

#include <nlohmann/json.hpp>

#include "../../core/columns.h"
#include "judge/answers.h"
#include "judge/kept.h"
#include "report/report.h"
#include "session/session.h"

namespace rstcause::test {
namespace {

using nlohmann::json;

struct Reported {
    Report report;
    std::vector<Frame> frames;  ///< those of the resets, copies left out
};

Reported report_of(const Kept& kept)
{
    Session session{Settings{}};
    for (const Packet& packet : kept.trace)
        give(session, packet);
    std::vector<ResetId> all(session.reset_count());
    std::iota(all.begin(), all.end(), 0);
    Reported reported{.report = report(session, all), .frames = {}};
    for (ResetId id : all)
        if (!session.explain(id).is_copy)
            reported.frames.push_back(session.segment(id).frame);
    return reported;
}

template <typename Counted>
std::size_t sum(const Counted& counts)
{
    return std::accumulate(counts.begin(), counts.end(), std::size_t{0},
                           [](std::size_t all, const auto& count) { return all + count.second; });
}

bool is_loopback(const std::string& host) { return host == "127.0.0.1" || host == "::1"; }

bool is_at(const std::string& endpoint, const std::string& host)
{
    return endpoint == host || endpoint.starts_with(host + ":")
        || endpoint.starts_with("[" + host + "]:");
}

void expect_sums(const Reported& reported)
{
    std::vector<Frame> frames;
    for (const ReportGroup& group : reported.report.groups) {
        const auto& sure = group.by_confidence;
        EXPECT_EQ(std::accumulate(sure.begin(), sure.end(), std::size_t{0}), group.resets());
        EXPECT_EQ(sum(group.endpoints), group.resets());
        EXPECT_EQ(sum(group.affected), group.resets());
        EXPECT_EQ(sum(group.reset_by), group.resets());
        EXPECT_EQ(sum(group.reasons), group.resets());
        // NAT or not, the host at the other end is another one.
        for (const auto& [host, _] : group.affected)
            EXPECT_TRUE(is_loopback(host) || !is_at(group.endpoint, host)) << host;
        EXPECT_LE(group.peak, group.resets());
        EXPECT_LT(group.repeats, group.resets() + (group.shown.repeat_of ? 1 : 0));
        EXPECT_GE(group.period.first, reported.report.period->first);
        EXPECT_LE(group.period.last, reported.report.period->last);
        EXPECT_NE(std::find(group.frames.begin(), group.frames.end(), group.example),
                  group.frames.end());
        frames.insert(frames.end(), group.frames.begin(), group.frames.end());
    }
    std::sort(frames.begin(), frames.end());
    EXPECT_EQ(frames, reported.frames);
    EXPECT_EQ(reported.report.resets, reported.frames.size());
}

TEST(EveryReport, AddsUp)
{
    for (const Kept& kept : library().captures) {
        SCOPED_TRACE(kept.name);
        expect_sums(report_of(kept));
    }
}

TEST(EveryReport, IsTheSameEachTimeAndFitsAHundredColumns)
{
    for (const Kept& kept : library().captures) {
        SCOPED_TRACE(kept.name);
        const Reported once = report_of(kept), again = report_of(kept);
        EXPECT_EQ(as_text(once.report), as_text(again.report));
        EXPECT_EQ(as_json(once.report), as_json(again.report));
        EXPECT_LE(width(as_text(once.report)), 100u);
    }
}

/// Validates documents, one a line, as they are written.
class Validator {
public:
    Validator()
        : pipe_(popen(SOURCE_DIR "/tests/cli/validate_reports " SOURCE_DIR "/docs/report.schema.json",
                      "w"))
    {
    }
    void take(const json& document)
    {
        const std::string line = document.dump() + "\n";
        std::fwrite(line.data(), 1, line.size(), pipe_);
    }
    bool is_content() { return pclose(pipe_) == 0; }

private:
    std::FILE* pipe_;
};

TEST(EveryReport, FollowsTheSchema)
{
    Validator validator;
    for (const Kept& kept : library().captures)
        validator.take(json::parse(as_json(report_of(kept).report)));
    EXPECT_TRUE(validator.is_content());
}

TEST(EveryReport, WouldNotFollowTheSchemaWithAnythingWrong)
{
    const auto has_every_member = [](const Kept& kept) {
        const Report report = report_of(kept).report;
        return !report.groups.empty() && !report.groups[0].shown.ruled_out.empty();
    };
    const auto somewhere
        = std::find_if(library().captures.begin(), library().captures.end(), has_every_member);
    ASSERT_NE(somewhere, library().captures.end());
    const json good = json::parse(as_json(report_of(*somewhere).report));
    Validator of_good;
    of_good.take(good);
    ASSERT_TRUE(of_good.is_content());
    for (const json& patch :
         {json::parse(R"([{"op": "add", "path": "/groups/0/mood", "value": "sad"}])"),
          json::parse(R"([{"op": "remove", "path": "/groups/0/advice"}])"),
          json::parse(R"([{"op": "replace", "path": "/first", "value": "2026-11-21 10:00"}])"),
          json::parse(R"([{"op": "replace", "path": "/resets", "value": "7"}])")}) {
        Validator validator;
        validator.take(good.patch(patch));
        EXPECT_FALSE(validator.is_content()) << patch;
    }
}

}  // namespace
}  // namespace rstcause::test
