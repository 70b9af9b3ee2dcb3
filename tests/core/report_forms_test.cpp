// SPDX-License-Identifier: GPL-2.0-or-later
//
// The report as text and as JSON.
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include <nlohmann/json.hpp>

#include "columns.h"
#include "traffic.h"

namespace rstcause::test {
namespace {

using nlohmann::json;

/// A report of one group that a test fills in.
Report of_one(ReportGroup group)
{
    if (group.frames.empty())
        group.frames = {1};
    group.by_confidence = {0, 0, group.frames.size(), 0};
    group.example = group.frames.front();
    if (group.endpoints.empty())
        group.endpoints = {{group.endpoint, group.resets()}};
    if (group.affected.empty())
        group.affected = {{"10.0.0.1", group.resets()}};
    Report report{.resets = group.resets(), .period = group.period};
    report.groups.push_back(std::move(group));
    return report;
}

TEST(Report, WithoutResetsSaysSo)
{
    const Report report = Traffic().report();
    EXPECT_EQ(as_text(report), "No TCP resets.\n");
    const json document = json::parse(as_json(report));
    EXPECT_EQ(document.at("resets"), 0);
    EXPECT_TRUE(document.at("first").is_null());
    EXPECT_TRUE(document.at("groups").empty());
}

TEST(Report, SaysRatesInTheUnitThatFits)
{
    const auto said = [](std::size_t resets, Time span) {
        ReportGroup group{.cause = Cause::not_listening, .impact = Impact::problem,
                          .endpoint = "10.0.0.2:80", .period = {0s, span}};
        group.frames.resize(resets, 7);
        return as_text(of_one(group));
    };
    EXPECT_TRUE(contains(said(301, 2s), ", 150 a second"));
    EXPECT_TRUE(contains(said(5, 10s), ", 0.4 a second")) << "no minute was measured";
    EXPECT_TRUE(contains(said(101, 3000s), ", 2.0 a minute"));
    EXPECT_TRUE(contains(said(4, 2h), ", 1.5 an hour"));
    EXPECT_TRUE(contains(said(31, 240h), ", 3.0 a day"));
    EXPECT_FALSE(contains(said(2, 240h), " a day")) << "two make no rate";
}

TEST(Report, SaysWhenBothEndsAreOneHost)
{
    Traffic traffic;
    traffic.by("127.0.0.1", "127.0.0.1", 7211).refused(2);
    const std::string text = as_text(traffic.report());
    EXPECT_TRUE(contains(text, "Affected: 127.0.0.1, the same host\n")) << text;
    EXPECT_FALSE(contains(text, "A capture at 127.0.0.1"));
}

TEST(Report, TellsOnceWhatWasMissingForTheUnknown)
{
    Traffic traffic;
    traffic.to("10.0.0.2", 80).stray().to("10.0.0.3", 81).stray().stray();
    const std::string text = as_text(traffic.report());
    EXPECT_TRUE(contains(text, "\n      3  ")) << text;
    EXPECT_TRUE(contains(text, "\n         10.0.0.2:80, frame 1\n")) << text;
    EXPECT_TRUE(contains(text, "\n         10.0.0.3:81, frames 2, 3\n")) << text;
}

TEST(Report, IsShortHoweverMuchIsWrong)
{
    Traffic traffic;
    for (std::uint16_t i = 1; i <= 40; ++i)
        traffic.by("10.0.2." + std::to_string(i), "10.0.0." + std::to_string(i), i).refused();
    for (std::uint16_t i = 1; i <= 40; ++i)
        traffic.to("10.0.1." + std::to_string(i), i).late_data();
    const std::string text = as_text(traffic.report());
    EXPECT_TRUE(contains(text, "\n10. Nothing listens on the port: 10.0.0.10:10\n")) << text;
    EXPECT_FALSE(contains(text, "\n11. "));
    EXPECT_TRUE(contains(text, "\n      1  not_listening (possible), 10.0.0.11:11: Nothing listens on "
                               "the port\n"));
    EXPECT_TRUE(contains(text, "\n         and 10 more like these, with 10 resets;"));
    EXPECT_TRUE(contains(text, "\n         and 20 more like these, with 20 resets;"));
    EXPECT_EQ(json::parse(as_json(traffic.report()))["groups"].size(), 80u);
}

TEST(Report, SurvivesOddBytes)
{
    ReportGroup group{.endpoint = "10.0.0.2:80", .service = "\xff\xfe", .advice = "Look."};
    group.shown.explanation = "It says: \xc3\x28 \x01\n\x1b[2J";
    const Report report = of_one(group);
    const json document = json::parse(as_json(report));
    EXPECT_EQ(document["groups"][0]["service"], "\uFFFD\uFFFD");
    const std::string text = as_text(report);
    EXPECT_FALSE(contains(text, "\x1b")) << "nothing that steers a terminal";
    EXPECT_TRUE(contains(text, "??[2J"));
}

TEST(Report, TakesAnyTime)
{
    for (const Time time : {Time::min(), Time(-1ns), Time(0), Time(4102444800s), Time::max()}) {
        Traffic traffic;
        traffic.at(time - (time > 0s ? 1s : -1s)).refused();
        const Report report = traffic.report();
        EXPECT_EQ(report.resets, 1u);
        const std::string first = json::parse(as_json(report))["first"];
        EXPECT_EQ(first.size(), std::string_view("2026-11-21T07:23:06.270242Z").size()) << first;
        EXPECT_TRUE(contains(as_text(report), "1 reset, "));
    }
    ReportGroup ages{.endpoint = "10.0.0.2:80", .frames = {1, 2, 3}};
    ages.period = {Time::min(), Time::max()};
    EXPECT_TRUE(contains(as_text(of_one(ages)), "3 resets in 106752 days, "));
    Traffic traffic;
    traffic.at(-500ms).refused();
    EXPECT_EQ(json::parse(as_json(traffic.report()))["first"], "1969-12-31T23:59:59.501000Z");
}

TEST(Report, FitsAHundredColumns)
{
    const std::string host(39, 'f'), word(250, 'w');
    ReportGroup group{.endpoint = "[" + host + "]:65535", .service = std::string(120, 's')};
    group.affected = {{host, 2}, {host, 1}, {host, 1}};
    group.frames.resize(30, 4294967295);
    group.shown.explanation = word + " µµµ " + word;
    group.advice = std::string(99, 'a') + " " + std::string(100, 'b') + " é" + std::string(101, 'c');
    group.filter = word;
    for (const auto impact : {Impact::problem, Impact::normal})
        for (const auto cause : {Cause::not_listening, Cause::unknown}) {
            group.impact = impact;
            group.cause = cause;
            const std::string text = as_text(of_one(group));
            EXPECT_LE(width(text), 100u) << text;
            EXPECT_GE(width(text), 90u) << "and uses them";
        }
}

class InZone {
public:
    explicit InZone(const char* zone)
    {
        setenv("TZ", zone, 1);
        tzset();
    }
    ~InZone()
    {
        unsetenv("TZ");
        tzset();
    }
};

TEST(Report, GivesLocalTimesToPeopleAndUtcToPrograms)
{
    Traffic traffic;
    traffic.at(1700000000s).refused();  // 2023-11-14 22:13:20 UTC
    const InZone zone("JST-9");
    const Report report = traffic.report();
    EXPECT_TRUE(contains(as_text(report), "1 reset, 2023-11-15 07:13:20 JST:")) << as_text(report);
    EXPECT_EQ(json::parse(as_json(report))["first"], "2023-11-14T22:13:20.001000Z");
}

TEST(Report, NamesBothDaysAndBothZones)
{
    const InZone zone("CET-1CEST,M3.5.0,M10.5.0/3");
    ReportGroup group{.endpoint = "10.0.0.2:80"};
    group.period = {Time(1698537600s), Time(1698580800s)};  // 2023-10-29, the clock goes back
    EXPECT_TRUE(contains(as_text(of_one(group)), "2023-10-29 02:00:00 CEST to 13:00:00 CET"));
    group.period.last += 24h;
    EXPECT_TRUE(contains(as_text(of_one(group)),
                         "2023-10-29 02:00:00 CEST to 2023-10-30 13:00:00 CET"));
}

}  // namespace
}  // namespace rstcause::test
