// SPDX-License-Identifier: GPL-2.0-or-later
//
// Who reset, and what is one event: a client's resets at many servers, what one host ends in one moment,
// a scan; each beside what only looks like it.
#include <gtest/gtest.h>

#include <fmt/core.h>

#include "diagnosis/catalogue.h"
#include "report/report_blocks.h"
#include "traffic.h"

namespace rstcause::test {
namespace {

using Extent = ReportGroup::Extent;

constexpr std::uint32_t kC = Talk::kClientIsn + 1;
constexpr std::uint32_t kS = Talk::kServerIsn + 1;

/// One connection of many that go on side by side.
struct Connection {
    std::string client, server;
    std::uint16_t from_port = 0;
    bool answered = false;  ///< its request

    Traffic& in(Traffic& traffic) const
    {
        traffic.by(client, server, 443).from_port(from_port);
        return traffic;
    }
    /// Opens it with an ordinary SYN and asks for something.
    void open(Traffic& traffic) const
    {
        in(traffic).client({.flags = "S", .seq = Talk::kClientIsn, .timestamp = from_port});
        traffic.server({.flags = "SA", .seq = Talk::kServerIsn, .ack = kC, .timestamp = 1});
        traffic.client({.flags = "PA", .seq = kC, .ack = kS, .payload = 100, .timestamp = from_port + 1u});
        if (answered)
            traffic.server({.flags = "PA", .seq = kS, .ack = kC + 100, .payload = 50, .timestamp = 2});
        else
            traffic.server({.flags = "A", .seq = kS, .ack = kC + 100, .timestamp = 2});
        if (answered)
            traffic.client({.flags = "A", .seq = kC + 100, .ack = kS + 50, .timestamp = from_port + 2u});
    }
    void reset(Traffic& traffic) const
    {
        in(traffic).client({.flags = "RA", .seq = kC + 100, .ack = answered ? kS + 50 : kS,
                            .timestamp = from_port + 3u});
    }
};

/// `count` connections of a client to as many servers, every second one answered.
std::vector<Connection> browsing(const std::string& client, int count, std::uint16_t first_port = 41000)
{
    std::vector<Connection> all;
    for (int i = 0; i < count; ++i)
        all.push_back({client, fmt::format("192.0.2.{}", i + 1), static_cast<std::uint16_t>(first_port + i),
                       i % 2 == 0});
    return all;
}

/// All are opened; 2 s after the last one all are reset, `apart` from each other.
Traffic resets(const std::vector<Connection>& all, Time apart)
{
    Traffic traffic;
    for (const Connection& one : all) {
        one.open(traffic);
        traffic.wait(100ms);
    }
    traffic.wait(2s);
    for (const Connection& one : all) {
        one.reset(traffic);
        traffic.wait(apart);
    }
    return traffic;
}

Report of(const std::vector<Connection>& all, Time apart) { return resets(all, apart).report(); }

std::vector<Extent> extents(const Report& report)
{
    std::vector<Extent> all;
    for (const ReportGroup& group : report.groups)
        all.push_back(group.extent);
    return all;
}

TEST(WhoReset, IsNamedWhereItIsTheClient)
{
    const Report report = of({{"10.0.0.1", "192.0.2.1", 41000, true}}, 1ms);
    ASSERT_EQ(extents(report), std::vector{Extent::endpoint});
    EXPECT_TRUE(report.groups[0].by_client);
    EXPECT_EQ(report.groups[0].reset_by, (Counts{{"10.0.0.1", 1}}));
    EXPECT_EQ(place_in_words(report.groups[0]), "by 10.0.0.1, to 192.0.2.1:443");
}

TEST(WhoReset, OfServersIsTheEndpointItself)
{
    Traffic traffic;
    traffic.by("10.0.0.9", "10.0.0.2", 80).aborted();
    const Report report = traffic.report();
    EXPECT_FALSE(report.groups.at(0).by_client);
    EXPECT_TRUE(contains(as_text(report), "Closed with data unread: 10.0.0.2:80\n")) << as_text(report);
    EXPECT_TRUE(contains(as_text(report), "Affected: 10.0.0.9\n"));
}

TEST(WhoReset, ListsTheClientsOfOneEndpoint)
{
    std::vector<Connection> all;
    for (int i = 1; i <= 3; ++i)
        all.push_back({fmt::format("10.0.0.{}", i), "192.0.2.1", static_cast<std::uint16_t>(41000 + i), false});
    const Report report = of(all, 500ms);
    ASSERT_EQ(extents(report), std::vector{Extent::endpoint});
    const std::string text = as_text(report);
    EXPECT_TRUE(contains(text, ": by 3 clients, to 192.0.2.1:443\n")) << text;
    EXPECT_TRUE(contains(text, "Reset by: 10.0.0.1, 10.0.0.2, 10.0.0.3\n")) << text;
    EXPECT_FALSE(contains(text, "Affected:"));
}

TEST(WhoReset, OneClientAtManyServersIsOneGroupForEachCause)
{
    const Report report = of(browsing("10.0.0.1", 6), 500ms);
    ASSERT_EQ(extents(report), (std::vector{Extent::client, Extent::client}));
    for (const ReportGroup& group : report.groups) {
        EXPECT_EQ(group.endpoints.size(), 3u);
        EXPECT_EQ(group.endpoint, "*:443");
        EXPECT_EQ(place_in_words(group), "by 10.0.0.1, to port 443 of 3 addresses");
        EXPECT_EQ(group.filter, fmt::format("rstcause.reason == \"{}\" && rstcause.origin == \"client\" && "
                                            "ip.src == 10.0.0.1",
                                            row(group.cause).token));
    }
}

TEST(WhoReset, TwoClientsAreTwoGroups)
{
    std::vector<Connection> all = browsing("10.0.0.1", 4);
    for (Connection& one : browsing("10.0.0.2", 4, 42000)) {
        one.server.replace(0, 5, "198.51");  // 198.51.2.x: servers of its own
        all.push_back(one);
    }
    const Report report = of(all, 50ms);
    EXPECT_EQ(extents(report), std::vector(4, Extent::client));
    for (const ReportGroup& group : report.groups)
        EXPECT_EQ(group.reset_by.size(), 1u);
}

TEST(Moment, WhatOneHostEndsAtOnceIsOneGroup)
{
    const Traffic traffic = resets(browsing("10.0.0.1", 6), 1ms);
    const Report report = traffic.report();
    ASSERT_EQ(extents(report), std::vector{Extent::moment});
    const ReportGroup& group = report.groups[0];
    EXPECT_EQ(group.resets(), 6u);
    EXPECT_EQ(group.reasons.size(), 2u) << "whatever the causes";
    EXPECT_EQ(group.title, "Connections ended at once");
    Impact worst = Impact::normal;
    for (ResetId id = 0; id < traffic.session.reset_count(); ++id)
        worst = std::max(worst, traffic.session.explain(id).harm.impact);
    EXPECT_EQ(group.impact, worst);
    const std::string text = as_text(report);
    EXPECT_EQ(place_in_words(group), "by 10.0.0.1, to port 443 of 6 addresses");
    EXPECT_TRUE(contains(text, "10.0.0.1 reset 6 connections within 10 ms: one event")) << text;
}

TEST(Moment, OfTwoHostsIsTwoGroups)
{
    std::vector<Connection> all;
    const auto first = browsing("10.0.0.1", 6), second = browsing("10.0.0.2", 6, 42000);
    for (std::size_t i = 0; i < first.size(); ++i) {
        all.push_back(first[i]);
        all.push_back(second[i]);
    }
    const Report report = of(all, 1ms);
    ASSERT_EQ(extents(report), (std::vector{Extent::moment, Extent::moment}));
    EXPECT_EQ(report.groups[0].resets(), 6u);
    EXPECT_NE(report.groups[0].reset_by, report.groups[1].reset_by);
}

TEST(Moment, OfTwoConnectionsIsNone)
{
    EXPECT_EQ(extents(of(browsing("10.0.0.1", 2), 1ms)), (std::vector{Extent::endpoint, Extent::endpoint}));
}

TEST(Moment, OfOneCauseIsThatCauseOfItsClient)
{
    std::vector<Connection> all = browsing("10.0.0.1", 6);
    for (Connection& one : all)
        one.answered = true;
    const Report report = of(all, 1ms);
    ASSERT_EQ(extents(report), std::vector{Extent::client});
    EXPECT_EQ(report.groups[0].peak, 6u);
}

// A busy host that ends one connection after the other, each within moments of the one before.
TEST(Moment, IsNotWhatGoesOnForSeconds)
{
    for (const ReportGroup& group : of(browsing("10.0.0.1", 120), 14ms).groups)
        EXPECT_NE(group.extent, Extent::moment);
}

TEST(Moment, HasTheFilterOfItsFrames)
{
    std::vector<Connection> all = browsing("10.0.0.1", 6);
    all.insert(all.begin() + 3, Connection{"10.0.0.9", "192.0.2.99", 43000, true});  // another host's, between
    const Report report = of(all, 1ms);
    ASSERT_EQ(report.groups.size(), 2u);
    const auto& frames = report.groups[0].frames;
    EXPECT_EQ(report.groups[0].filter, fmt::format("rstcause && frame.number in {{{}..{}, {}..{}}}", frames[0],
                                                   frames[2], frames[3], frames[5]));
}

/// nmap -sS: a bare SYN to each port, some of which are open: the scanner's kernel answers there.
void scan(Traffic& traffic, const std::string& scanner, const std::string& target, int ports)
{
    for (int port = 1; port <= ports; ++port) {
        traffic.by(scanner, target, static_cast<std::uint16_t>(port)).from_port(60000);
        traffic.client({.flags = "S", .seq = 9});
        if (port % 4 != 0) {
            traffic.server({.flags = "RA", .ack = 10, .window = 0});
            continue;
        }
        traffic.server({.flags = "SA", .seq = 500, .ack = 10});
        traffic.client({.flags = "R", .seq = 10, .window = 0});
    }
}

TEST(OneScan, IsOneGroupWhateverItMet)
{
    Traffic traffic;
    scan(traffic, "10.0.0.66", "10.0.0.2", 12);
    traffic.by("10.0.0.1", "10.0.0.2", 80).refused();  // somebody else
    const Report report = traffic.report();
    ASSERT_EQ(report.groups.size(), 2u);
    EXPECT_EQ(report.groups[0].impact, Impact::problem) << "the other one could not connect";
    const ReportGroup& group = report.groups[1];
    ASSERT_EQ(group.extent, Extent::scan);
    EXPECT_EQ(group.cause, Cause::syn_scan);
    EXPECT_EQ(group.resets(), 12u);
    EXPECT_EQ(group.impact, Impact::notice);
    EXPECT_EQ(group.reasons,
              (std::vector<std::pair<Cause, std::size_t>>{{Cause::syn_scan, 3}, {Cause::not_listening, 9}}));
    EXPECT_EQ(group.filter, fmt::format("rstcause && frame.number in {{{}..{}}}", group.frames.front(),
                                        group.frames.back()));
    EXPECT_TRUE(contains(as_text(report), "Port scan: by 10.0.0.66, of 12 ports of 10.0.0.2\n")) << as_text(report);
    EXPECT_TRUE(contains(as_text(report), "Find out who runs 10.0.0.66:"));
}

TEST(OneScan, OfTwoScannersIsTwoGroups)
{
    Traffic traffic;
    scan(traffic, "10.0.0.66", "10.0.0.2", 12);
    scan(traffic, "10.0.0.67", "10.0.0.2", 12);
    EXPECT_EQ(extents(traffic.report()), (std::vector{Extent::scan, Extent::scan}));
}

// Whoever scans may want something besides.
TEST(OneScan, HasNotTheServiceThatItsHostAsksForAgainAndAgain)
{
    Traffic traffic;
    traffic.by("10.0.0.66", "10.0.0.3", 8000).refused(3);
    scan(traffic, "10.0.0.66", "10.0.0.2", 12);
    const Report report = traffic.report();
    ASSERT_EQ(extents(report), (std::vector{Extent::endpoint, Extent::scan}));
    EXPECT_EQ(report.groups[0].endpoint, "10.0.0.3:8000");
    EXPECT_EQ(report.groups[0].impact, Impact::problem);
    EXPECT_EQ(report.groups[1].resets(), 12u);
}

// Its services are down, or it is told a wrong address: that is a problem, whatever it is called.
TEST(OneScan, IsNotAClientThatIsRefusedEverywhere)
{
    Traffic traffic;
    for (int port = 1; port <= 7; ++port)
        traffic.by("10.0.0.1", "10.0.0.2", static_cast<std::uint16_t>(port)).refused();
    const Report report = traffic.report();
    EXPECT_EQ(extents(report), std::vector{Extent::ports});
    EXPECT_EQ(report.groups.at(0).impact, Impact::problem);
    const HarmCount& refused = report.groups.at(0).harm.at(Harm::Kind::refused);
    EXPECT_EQ(refused.resets, 7u) << "of all the groups that became one";
    EXPECT_EQ(refused.frame, 1u);
}

TEST(Advice, OnPortsThatManyHostsTriedSpeaksOfAll)
{
    Traffic traffic;
    for (int port = 1; port <= 7; ++port)
        traffic.by(fmt::format("203.0.113.{}", port), "10.0.0.2", static_cast<std::uint16_t>(port)).refused();
    const Report report = traffic.report();
    ASSERT_EQ(report.groups.size(), 1u);
    EXPECT_EQ(report.groups[0].advice, "Start what belongs on these ports of 10.0.0.2, if anything does: 7 hosts "
                                       "tried them, as scanners do that try every address.");
}

}  // namespace
}  // namespace rstcause::test
