// SPDX-License-Identifier: GPL-2.0-or-later
//
// Which resets make a group of the report, and what is counted of them.
#include <gtest/gtest.h>

#include <fmt/core.h>

#include "diagnosis/catalogue.h"
#include "traffic.h"

namespace rstcause::test {
namespace {

std::vector<std::string> reasons(const Report& report)
{
    std::vector<std::string> all;
    for (const ReportGroup& group : report.groups)
        all.emplace_back(row(group.cause).token);
    return all;
}

std::vector<std::string> endpoints(const Report& report)
{
    std::vector<std::string> all;
    for (const ReportGroup& group : report.groups)
        all.push_back(group.endpoint);
    return all;
}

TEST(Report, GroupsByCauseAndEndpoint)
{
    Traffic traffic;
    traffic.to("10.0.0.2", 80).refused(2).to("10.0.0.2", 81).refused().to("10.0.0.3", 80).refused();
    traffic.aborted();  // another cause at the last endpoint
    const Report report = traffic.report();
    EXPECT_EQ(report.resets, 5u);
    EXPECT_EQ(endpoints(report), (std::vector<std::string>{"10.0.0.2:80", "10.0.0.2:81",
                                                           "10.0.0.3:80", "10.0.0.3:80"}));
    EXPECT_EQ(report.groups[0].frames, (std::vector<Frame>{2, 4}));
    EXPECT_EQ(report.groups[0].by_confidence, (std::array<std::size_t, 4>{0, 0, 2, 0}));
    EXPECT_EQ(report.groups[0].filter,
              "rstcause.reason == \"not_listening\" && rstcause.endpoint == \"10.0.0.2:80\"");
}

TEST(Report, PutsProblemsFirstThenTheSurerThenTheLarger)
{
    Traffic traffic;
    traffic.to("10.0.0.9", 9).stray().stray().stray();
    traffic.to("10.0.0.5", 25).late_data();
    traffic.to("10.0.0.4", 22).given_up();
    traffic.to("10.0.0.2", 80).refused();
    traffic.to("10.0.0.3", 81).refused(2);
    const Report report = traffic.report();
    EXPECT_EQ(reasons(report), (std::vector<std::string>{"not_listening", "not_listening",
                                                         "application_abort", "data_after_close",
                                                         "unknown"}));
    EXPECT_EQ(report.groups[0].endpoint, "10.0.0.3:81") << "the larger one";
    const std::string text = as_text(report);
    EXPECT_TRUE(contains(text, ": problems 3, worth a look 1, harmless 1, unknown 3.\n")) << text;
    std::size_t at = 0;
    for (const char* title : {"\nPROBLEMS\n", "\nWORTH A LOOK\n", "\nHARMLESS\n", "\nUNKNOWN\n"}) {
        EXPECT_NE(text.find(title, at), text.npos) << title;
        at = text.find(title, at);
    }
}

TEST(Report, PutsWhatIsOnlyPossibleAfterWhatIsSurer)
{
    Traffic traffic;
    traffic.to("10.0.0.2", 80).refused();
    // An established connection whose server answers without having been seen to close: possible.
    for (const char* client : {"10.0.0.1", "10.0.0.4"}) {
        traffic.by(client, "10.0.0.3", 81);
        traffic.client({.flags = "PA", .seq = 500, .ack = 900, .payload = 10});
        traffic.server({.flags = "R", .seq = 900, .window = 0});
    }
    const Report report = traffic.report();
    ASSERT_EQ(report.groups.size(), 2u);
    ASSERT_EQ(report.groups[1].shown.confidence, Confidence::possible);
    ASSERT_EQ(report.groups[1].impact, Impact::problem);
    EXPECT_GT(report.groups[1].resets(), report.groups[0].resets());
}

TEST(Report, CountsRepeatsAndShowsTheFirstOfThem)
{
    Traffic traffic;
    traffic.aborted(3).aborted();
    const Report report = traffic.report();
    ASSERT_EQ(report.groups.size(), 1u);
    EXPECT_EQ(report.groups[0].resets(), 4u);
    EXPECT_EQ(report.groups[0].repeats, 2u);
    EXPECT_EQ(report.groups[0].example, report.groups[0].frames[0]);
    EXPECT_FALSE(report.groups[0].shown.repeat_of);
    EXPECT_TRUE(contains(as_text(report), "4 resets (100 %), 2 of them repeat an earlier one"));
}

/// A refused connection, seen at two capture points.
Traffic seen_twice()
{
    Traffic traffic;
    for (std::uint32_t point : {0, 1})
        traffic.client({.flags = "S", .seq = 7, .interface = point});
    for (std::uint32_t point : {1, 0})
        traffic.server({.flags = "RA", .ack = 8, .window = 0, .interface = point});
    return traffic;
}

TEST(Report, CountsCopiesAtASecondCapturePointOnce)
{
    const Report report = seen_twice().report();
    EXPECT_EQ(report.resets, 1u);
    EXPECT_EQ(report.copies, 1u);
    ASSERT_EQ(report.groups.size(), 1u);
    EXPECT_EQ(report.groups[0].frames, (std::vector<Frame>{3}));
    EXPECT_EQ(report.groups[0].repeats, 0u);
}

// A filter such as frame.interface_id == 0 may leave nothing but copies.
TEST(Report, CountsACopyWhoseOriginalWasFilteredOut)
{
    const Traffic traffic = seen_twice();
    const Report report = rstcause::report(traffic.session, {1});
    EXPECT_EQ(report.resets, 1u);
    EXPECT_EQ(report.copies, 0u);
    EXPECT_EQ(reasons(report), std::vector<std::string>{"not_listening"});
}

TEST(Report, MeasuresTheRateFromTheFirstToTheLast)
{
    Traffic traffic;
    for (int i = 0; i < 7; ++i)
        traffic.at(1000s + i * 500ms).refused();
    const Report report = traffic.report();
    EXPECT_NEAR(report.groups[0].rate(), 2.0, 0.001);
    EXPECT_EQ(report.groups[0].peak, 2u);
    EXPECT_TRUE(contains(as_text(report), "7 resets (100 %), 2.0 a second, at most 2 within one "
                                          "second;"))
        << as_text(report);
}

TEST(Report, HasNoRateWithinASecond)
{
    Traffic traffic;
    for (int i = 0; i < 10; ++i)
        traffic.at(1000s + i * 100ms).refused();
    const Report report = traffic.report();
    EXPECT_EQ(report.groups[0].rate(), 0);
    EXPECT_EQ(report.groups[0].peak, 10u);
    EXPECT_TRUE(contains(as_text(report), "10 resets (100 %), all within one second;"));
}

TEST(Report, FindsThePeakWithinAnySecond)
{
    Traffic traffic;
    for (Time time : {0ms, 900ms, 1100ms, 1200ms, 5000ms, 60000ms})
        traffic.at(1000s + time).refused();
    EXPECT_EQ(traffic.report().groups[0].peak, 3u) << "900, 1100 and 1200 ms, across whole seconds";
}

TEST(Report, ListsAffectedHostsByNumberThenAddress)
{
    Traffic traffic;
    for (const char* host : {"10.0.0.10", "10.0.0.9", "10.0.0.77", "10.0.0.77"})
        traffic.by(host, "10.0.0.2").refused();
    const Report report = traffic.report();
    EXPECT_EQ(report.groups[0].affected,
              (Counts{{"10.0.0.77", 2}, {"10.0.0.9", 1}, {"10.0.0.10", 1}}));
    EXPECT_TRUE(contains(as_text(report), "Affected: 10.0.0.77 (2), 10.0.0.9 (1), 10.0.0.10 (1)\n"));
}

Traffic scan(std::string_view client, std::string_view server, std::uint16_t ports)
{
    Traffic traffic;
    for (std::uint16_t port = 1; port <= ports; ++port)
        traffic.by(client, server, port).refused();
    return traffic;
}

TEST(Report, FoldsMoreThanFivePortsOfAnAddress)
{
    EXPECT_EQ(scan("10.0.0.1", "10.0.0.2", 5).report().groups.size(), 5u);
    const Report report = scan("10.0.0.1", "10.0.0.2", 12).report();
    ASSERT_EQ(endpoints(report), std::vector<std::string>{"10.0.0.2"});
    const ReportGroup& group = report.groups[0];
    EXPECT_EQ(group.resets(), 12u);
    EXPECT_EQ(group.endpoints.size(), 12u);
    EXPECT_EQ(group.endpoints[1].first, "10.0.0.2:2") << "in numerical order";
    EXPECT_EQ(group.filter, "rstcause.reason == \"not_listening\" && rstcause.endpoint matches "
                            "\"^10[.]0[.]0[.]2:\"");
    EXPECT_EQ(group.advice, "Find out what 10.0.0.1 is after: it tried 12 ports of this address and "
                            "was refused, as a port scan is.");
    const std::string text = as_text(report);
    EXPECT_TRUE(contains(text, "Nothing listens on the port: 12 ports of 10.0.0.2\n")) << text;
    EXPECT_TRUE(contains(text, "Ports:    1, 2, 3, 4, 5 and 7 more\n")) << text;
}

TEST(Report, FoldsPortsOfAnIPv6Address)
{
    const Report report = scan("2001:db8::1", "2001:db8::2", 6).report();
    ASSERT_EQ(endpoints(report), std::vector<std::string>{"2001:db8::2"});
    EXPECT_EQ(report.groups[0].filter, "rstcause.reason == \"not_listening\" && rstcause.endpoint "
                                       "contains \"[2001:db8::2]:\"");
}

TEST(Report, FoldsMoreThanFiveAddressesWithOnePort)
{
    Traffic traffic;
    for (int host = 1; host <= 7; ++host)
        traffic.to(fmt::format("192.0.2.{}", host), 445).refused();
    const Report report = traffic.report();
    ASSERT_EQ(endpoints(report), std::vector<std::string>{"*:445"});
    EXPECT_EQ(report.groups[0].endpoints.size(), 7u);
    EXPECT_EQ(report.groups[0].filter, "rstcause.reason == \"not_listening\" && rstcause.endpoint "
                                       "matches \":445$\"");
    const std::string text = as_text(report);
    EXPECT_TRUE(contains(text, "Nothing listens on the port: port 445 of 7 addresses\n")) << text;
    EXPECT_TRUE(contains(text, "it tried 7 addresses with this port")) << text;
}

// Else the filter of the port would select frames of the address, too.
TEST(Report, FoldsNoPortThatAFoldedAddressHas)
{
    Traffic traffic = scan("10.0.0.1", "10.0.0.2", 6);
    for (int host = 1; host <= 6; ++host)
        traffic.to(fmt::format("192.0.2.{}", host), 3).refused();
    EXPECT_EQ(traffic.report().groups.size(), 7u);
}

// Forged resets, one of which its receiver ignored: the same cause at the same endpoint.
TEST(Report, TellsImpactsOfOneCauseApart)
{
    Traffic traffic;
    traffic.forged(false).forged(true);
    const Report report = traffic.report();
    ASSERT_EQ(reasons(report), (std::vector<std::string>{"injected", "injected"}));
    EXPECT_EQ(report.groups[0].filter,
              "rstcause.reason == \"injected\" && rstcause.impact == \"problem\" && "
              "rstcause.endpoint == \"10.0.0.2:80\"");
    EXPECT_TRUE(contains(report.groups[1].filter, "rstcause.impact == \"normal\""));
    EXPECT_TRUE(contains(as_text(report), "10.0.0.2:80: Forged on the way, but without effect\n"));
}

TEST(Report, ShowsTheFirstOfTheSurest)
{
    Traffic traffic;
    traffic.from_port(50001);
    traffic.client({.flags = "PA", .seq = 500, .ack = 900, .payload = 10});
    traffic.server({.flags = "R", .seq = 900, .window = 0});  // its start is missing
    const Verdict first = traffic.verdict();
    traffic.from_port(50002).handshake();
    traffic.client({.flags = "PA", .seq = 1001, .ack = 5001, .payload = 10});
    traffic.server({.flags = "A", .seq = 5001, .ack = 1011});
    traffic.client({.flags = "PA", .seq = 1011, .ack = 5001, .payload = 10});
    traffic.server({.flags = "R", .seq = 5001, .window = 0});
    const Verdict second = traffic.verdict();
    ASSERT_EQ(first.cause, second.cause);
    ASSERT_LT(first.confidence, second.confidence);
    const Report report = traffic.report();
    const ReportGroup& group = report.groups.at(0);
    EXPECT_EQ(group.example, traffic.frame());
    EXPECT_EQ(group.by_confidence, (std::array<std::size_t, 4>{0, 1, 1, 0}));
    EXPECT_TRUE(contains(as_text(report), "(1 likely, 1 possible): 2 resets"));
}

}  // namespace
}  // namespace rstcause::test
