// SPDX-License-Identifier: GPL-2.0-or-later
//
// The report in tshark, over one capture that holds all kept ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

#include "captures.h"
#include "tshark.h"

namespace rstcause::test {
namespace {

using nlohmann::json;

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != text.npos;
}

/// All kept captures in one file, readable by everyone.
const std::string& everything()
{
    static const std::string path = [] {
        const auto file = scratch() / "everything.pcapng";
        const std::string command = "mergecap -a -F pcapng -I all -w '" + file.string() + "' "
            SOURCE_DIR "/tests/captures/*/*.pcapng";
        if (std::system(command.c_str()) != 0)
            throw std::runtime_error("mergecap failed");
        std::filesystem::permissions(file, std::filesystem::perms(0644));
        return file.string();
    }();
    return path;
}

/// The report, as `-z` names it, of everything.
TsharkRun report(std::vector<std::string> wanted, std::vector<std::string> options = {})
{
    std::vector<std::string> arguments = {"-n", "-q", "-r", everything()};
    arguments.insert(arguments.end(), options.begin(), options.end());
    for (const std::string& one : wanted)
        arguments.insert(arguments.end(), {"-z", one});
    return tshark(arguments);
}

/// Documents that stand one after the other.
std::vector<json> documents(const std::string& text)
{
    std::istringstream in(text);
    std::vector<json> all;
    for (json document; (in >> std::ws) && !in.eof();) {
        in >> document;
        all.push_back(document);
    }
    return all;
}

const json& whole_report()
{
    static const json document = documents(report({"rstcause,json"}).out).at(0);
    return document;
}

std::vector<std::uint32_t> frames(const json& document)
{
    std::vector<std::uint32_t> all;
    for (const json& group : document.at("groups"))
        for (const json& frame : group.at("frames"))
            all.push_back(frame);
    std::sort(all.begin(), all.end());
    return all;
}

TEST(Report, FollowsTheSchema)
{
    const auto file = scratch() / "report.json";
    std::ofstream(file) << whole_report() << "\n";
    const std::string command = SOURCE_DIR "/tests/cli/validate_reports " SOURCE_DIR
        "/docs/report.schema.json <" + file.string();
    EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST(Report, HoldsEveryResetOfEveryCaptureOnce)
{
    const json& document = whole_report();
    std::size_t labels = 0;
    for (const LabelFile& file : read_labels())
        labels += file.labels.size();
    EXPECT_EQ(document.at("resets").get<std::size_t>() + document.at("copies").get<std::size_t>(),
              labels);
    const auto all = frames(document);
    EXPECT_EQ(all.size(), document.at("resets"));
    EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
}

// Restricted to the filter of a group, the report has the frames of that group and no others.
TEST(Report, GivesEachGroupAFilterThatSelectsIt)
{
    const json& document = whole_report();
    std::map<std::string, std::vector<std::uint32_t>> groups;
    for (const json& group : document.at("groups"))
        groups[group.at("filter")] = group.at("frames").get<std::vector<std::uint32_t>>();
    EXPECT_EQ(groups.size(), document.at("groups").size()) << "no two alike";

    constexpr std::size_t kAtOnce = 100;  // tshark's command line
    std::vector<std::vector<std::uint32_t>> selected, wanted;
    std::vector<std::string> options;
    for (const auto& [filter, frames_of_group] : groups) {
        options.push_back("rstcause,json," + filter);
        wanted.push_back(frames_of_group);
        if (options.size() < kAtOnce && wanted.size() < groups.size())
            continue;
        for (const json& one : documents(report(options, {"-2"}).out))
            selected.push_back(frames(one));
        options.clear();
    }
    // Which document belongs to which option, tshark does not say.
    std::sort(selected.begin(), selected.end());
    std::sort(wanted.begin(), wanted.end());
    EXPECT_EQ(selected, wanted);
}

TEST(Report, FoldsPortsAndAddresses)
{
    const json& groups = whole_report().at("groups");
    const auto any = [&](auto endpoint) {
        return std::any_of(groups.begin(), groups.end(), [&](const json& group) {
            return endpoint(group.at("endpoint").get<std::string>());
        });
    };
    EXPECT_TRUE(any([](const std::string& e) { return e.starts_with("*:"); }));
    EXPECT_TRUE(any([](const std::string& e) { return e.find(':') == e.npos; })) << "IPv4";
    EXPECT_TRUE(any([](const std::string& e) { return e.find("::") != e.npos && e[0] != '['; }));
}

TEST(Report, IsTheSameInOnePassAndInTwo)
{
    for (const char* form : {"rstcause,report", "rstcause,json"}) {
        const std::string once = report({form}).out;
        EXPECT_TRUE(contains(once, "not_listening"));
        EXPECT_TRUE(once == report({form}, {"-2"}).out) << form;
    }
}

TEST(Report, IsRestrictedByAFilter)
{
    const auto count = [](const std::string& filter) {
        return documents(report({"rstcause,json" + filter}).out).at(0).at("resets").get<int>();
    };
    EXPECT_GT(count(",ipv6"), 0);
    EXPECT_EQ(count(",frame.number == 1"), 0);
    EXPECT_LT(count(",ipv6"), count(""));
    EXPECT_EQ(report({"rstcause,report,frame.number == 1"}).out, "No TCP resets.\n");
}

// Copies are copies of something only when that is in the report, too.
TEST(Report, OfTheSecondCapturePointHasItsResets)
{
    const std::string& both = capture_like("application_abort-ipv4-two-captures.both").path;
    const TsharkRun run = tshark({"-n", "-q", "-r", both, "-z", "rstcause,json", "-z",
                                  "rstcause,json,frame.interface_id == 0", "-z",
                                  "rstcause,json,frame.interface_id == 1"});
    std::map<int, int> by_resets;
    for (const json& document : documents(run.out))
        ++by_resets[document.at("resets").get<int>()];
    EXPECT_EQ(by_resets, (std::map<int, int>{{1, 3}})) << run.out;
}

TEST(Report, RefusesABadFilterInOneLine)
{
    for (const char* form : {"report", "json"}) {
        const TsharkRun run = report({std::string("rstcause,") + form + ",tcp.port =="});
        EXPECT_NE(run.status, 0);
        EXPECT_EQ(run.out, "");
        EXPECT_TRUE(run.err.starts_with(std::string("tshark: -z rstcause,") + form + ": ")) << run.err;
        EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
    }
}

// tshark -M forgets everything after so many packets.
TEST(Report, HasAReportForEachPartOfALongCapture)
{
    const std::string& path = capture_like("accept_queue_overflow-appliance-burst").path;
    const TsharkRun run = tshark({"-n", "-q", "-M", "20", "-r", path, "-z", "rstcause,json"});
    EXPECT_EQ(run.status, 0);
    int resets = 0;
    for (const json& document : documents(run.out))
        resets += document.at("resets").get<int>();
    EXPECT_EQ(resets, 4) << run.out;
    EXPECT_EQ(report({"rstcause,report"}, {"-M", "2000"}).status, 0);
}

}  // namespace
}  // namespace rstcause::test
