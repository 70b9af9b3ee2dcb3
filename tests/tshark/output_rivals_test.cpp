// SPDX-License-Identifier: GPL-2.0-or-later
//
// What speaks for a verdict and against its rivals, as rows, fields and lines of tshark.
#include <gtest/gtest.h>

#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "captures.h"
#include "tshark.h"

namespace rstcause::test {
namespace {

/// Between them they have all that is to be shown; which rivals, the rules decide.
constexpr const char* kCaptures[] = {"not_listening-ipv6-", "half_open-ipv4-", "data_after_close-ipv4-"};

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

/// tshark's last word on the resets of a capture.
TsharkRun resets_of(const Capture& capture, std::vector<std::string> form,
                    const std::string& filter = "rstcause")
{
    form.insert(form.begin(), {"-n", "-2", "-r", capture.path, "-Y", filter});
    return tshark(form);
}

/// The values of a field that repeats, for the resets of a capture.
std::vector<std::string> values(const Capture& capture, const std::string& field,
                                const std::string& filter = "rstcause")
{
    const TsharkRun run
        = resets_of(capture, {"-T", "fields", "-E", "aggregator=|", "-e", field}, filter);
    std::vector<std::string> all;
    std::string value;
    for (char c : run.out) {
        if (c != '|' && c != '\n')
            value += c;
        else if (!value.empty())
            all.push_back(std::exchange(value, ""));
    }
    return all;
}

TEST(Output, SaysWhatIsRuledOutAndWhatIsInDoubt)
{
    std::size_t texts = 0, links = 0, doubts = 0;
    for (const char* name : kCaptures) {
        const Capture& capture = capture_like(name);
        const TsharkRun tree = resets_of(capture, {"-O", "rstcause"});
        for (const std::string& text : values(capture, "rstcause.ruled_out")) {
            EXPECT_TRUE(std::regex_search(text, std::regex("^[a-z_]+: [^ ]"))) << text;
            EXPECT_TRUE(contains(tree.out, "        [" + text)) << text << tree.out;
            ++texts;
        }
        for (const std::string& frame : values(capture, "rstcause.ruled_out.frame")) {
            EXPECT_TRUE(contains(tree.out, " (frame " + frame + ")]")) << frame << tree.out;
            ++links;
        }
        for (const std::string& doubt : values(capture, "rstcause.doubt")) {
            EXPECT_TRUE(contains(tree.out, "    [Doubt: " + doubt.substr(0, 50))) << tree.out;
            ++doubts;
        }
    }
    EXPECT_GT(links, 0u);
    EXPECT_GT(texts, links) << "the reset itself is no frame to go to";
    EXPECT_GT(doubts, 0u);
}

// A program that reads a name twice in one object keeps one of the two.
TEST(Output, NamesEachFieldOnceInEk)
{
    for (const char* name : kCaptures) {
        const TsharkRun run = resets_of(capture_like(name), {"-T", "ek"});
        for (std::size_t end, at = 0; at < run.out.size(); at = end + 1) {
            end = run.out.find('\n', at);
            const std::string line = run.out.substr(at, end - at);
            for (const char* field : {"evidence", "ruled_out", "ruled_out_frame", "doubt"}) {
                const std::string key = std::string("\"rstcause_rstcause_") + field + "\":";
                EXPECT_EQ(line.find(key), line.rfind(key)) << field << line;
            }
        }
    }
}

// A row that says what the row above it says is no help; for filters the text must be there.
TEST(Output, SaysEvidenceOnceInTheTree)
{
    const Capture& capture = capture_like(kCaptures[0]);
    const std::string tree = resets_of(capture, {"-O", "rstcause"}).out;
    const std::string row = "[Evidence: " + values(capture, "rstcause.evidence").at(0) + "]";
    EXPECT_NE(tree.find(row), tree.npos) << tree;
    EXPECT_EQ(tree.find(row), tree.rfind(row)) << tree;
}

TEST(Output, ListOfResetsHasRivalsAndDoubts)
{
    const std::string first = "rstcause && !rstcause.repeat_of";  // of repeats, it says no more
    for (const char* name : kCaptures) {
        const Capture& capture = capture_like(name);
        const TsharkRun run = tshark({"-n", "-q", "-r", capture.path, "-z", "rstcause,resets"});
        for (const std::string& rival : values(capture, "rstcause.ruled_out", first))
            EXPECT_TRUE(contains(run.out, "\n      not " + rival)) << rival << run.out;
        for (const std::string& doubt : values(capture, "rstcause.doubt", first))
            EXPECT_TRUE(contains(run.out, "\n      doubt: " + doubt + "\n")) << doubt << run.out;
    }
}

}  // namespace
}  // namespace rstcause::test
