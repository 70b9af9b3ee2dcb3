// SPDX-License-Identifier: GPL-2.0-or-later
//
// The profile of profile/ in tshark: Wireshark takes every line of it, each reset gets the colour
// of its impact, and the buttons select what they say.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "captures.h"
#include "profile.h"
#include "tshark.h"

namespace rstcause::test {
namespace {

namespace fs = std::filesystem;

/// Root's tshark runs as "nobody", who must be able to read this.
void open_for_everyone(const fs::path& folder)
{
    fs::permissions(folder, fs::perms(0755));
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        fs::permissions(entry, fs::perms(entry.is_directory() ? 0755 : 0644));
}

class Profile : public testing::Test {
protected:
    static void SetUpTestSuite()
    {
        const fs::path profiles = scratch() / "config/profiles";
        fs::create_directories(profiles);
        fs::copy(SOURCE_DIR "/profile/Reset causes", profiles / "Reset causes",
                 fs::copy_options::recursive);
        open_for_everyone(scratch() / "config");
    }

    static TsharkRun run(const Capture& capture, std::vector<std::string> more)
    {
        more.insert(more.begin(), {"-C", "Reset causes", "--color", "-2", "-r", capture.path});
        return tshark(more);
    }

    /// The frames that a button selects.
    static std::set<std::uint32_t> selected(const std::string& label, const Capture& capture)
    {
        const auto buttons = filter_buttons();
        const auto button = std::find_if(buttons.begin(), buttons.end(),
                                         [&](const auto& b) { return b.label == label; });
        if (button == buttons.end())
            throw std::runtime_error("no button " + label);
        std::istringstream out(
            run(capture, {"-Y", button->filter, "-T", "fields", "-e", "frame.number"}).out);
        return {std::istream_iterator<std::uint32_t>(out), {}};
    }
};

/// The labelled resets of these reasons.
std::set<std::uint32_t> labelled(const Capture& capture, const std::set<std::string>& reasons)
{
    std::set<std::uint32_t> frames;
    for (const Label& label : capture.labels)
        if (reasons.contains(label.reason))
            frames.insert(label.frame);
    return frames;
}

TEST_F(Profile, IsReadWithoutAWarning)
{
    const TsharkRun columns = run(capture_like("not_listening-macos-to-bsd"), {"-Y", "rstcause"});
    EXPECT_EQ(columns.status, 0);
    EXPECT_EQ(columns.err, "");
    EXPECT_NE(columns.out.find(" not_listening likely "), std::string::npos) << columns.out;
    EXPECT_EQ(columns.out.find("[Cause"), std::string::npos) << "the cause has a column of its own";
}

TEST_F(Profile, MistakesInItWouldBeSeen)
{
    const fs::path profile = scratch() / "config/profiles/wrong";
    fs::create_directories(profile);
    std::ofstream(profile / "preferences") << "rstcause.no_such_preference: TRUE\n";
    std::ofstream(profile / "colorfilters") << "@Wrong@rstcause.no_such_field@[0,0,0][0,0,0]\n";
    open_for_everyone(scratch() / "config");
    const TsharkRun wrong
        = tshark({"-C", "wrong", "--color", "-r", capture_like("not_listening-ipv4-").path});
    EXPECT_NE(wrong.err.find("No such preference"), std::string::npos) << wrong.err;
    EXPECT_NE(wrong.err.find("Could not compile \"Wrong\""), std::string::npos) << wrong.err;
}

TEST_F(Profile, EveryButtonsFilterIsValid)
{
    std::string all = "frame";
    for (const FilterButton& button : filter_buttons())
        all += " || (" + button.filter + ")";
    const TsharkRun filtered = run(capture_like("not_listening-ipv4-"), {"-Y", all});
    EXPECT_EQ(filtered.status, 0);
    EXPECT_EQ(filtered.err, "");
}

TEST_F(Profile, ImpactDecidesTheColour)
{
    for (const auto& [prefix, impact] :
         {std::pair{"not_listening-ipv4-", "problem"}, std::pair{"unread_data-ipv4-download-cancelled", "notice"},
          std::pair{"happy_eyeballs-", "normal"}}) {
        const TsharkRun coloured
            = run(capture_like(prefix), {"-Y", "rstcause.impact == \"" + std::string(impact) + "\"",
                                         "-T", "fields", "-e", "frame.coloring_rule.name"});
        EXPECT_TRUE(coloured.out.starts_with("Reset: " + std::string(impact) + "\n"))
            << prefix << coloured.out << coloured.err;
    }
}

TEST_F(Profile, WhatProvesAResetForgedHasAColour)
{
    const TsharkRun coloured
        = run(capture_like("firewall_reject-ipv4-mid-stream.client"),
              {"-Y", "rstcause.contradicts", "-T", "fields", "-e", "frame.coloring_rule.name"});
    EXPECT_TRUE(coloured.out.starts_with("Proves a reset forged\n")) << coloured.out;
}

TEST_F(Profile, ButtonsSelectWhatTheySay)
{
    const Capture& refused = capture_like("not_listening-ipv4-");
    const auto frames = labelled(refused, {"not_listening"});
    ASSERT_FALSE(frames.empty());
    EXPECT_EQ(selected("Resets", refused), frames);
    EXPECT_EQ(selected("Problems", refused), frames);
    EXPECT_EQ(selected("Reset cause//Refused//All of these", refused), frames);
    EXPECT_EQ(selected("Reset cause//Refused//Nothing listens on the port (not_listening)", refused),
              frames);
    EXPECT_EQ(selected("Unknown", refused), std::set<std::uint32_t>());

    const Capture& forged = capture_like("injected-ipv4-to-client.both");
    EXPECT_EQ(selected("Forged", forged).count(*labelled(forged, {"injected"}).begin()), 1u);
    const Capture& unknown = capture_like("unknown-lone-bare-reset");
    EXPECT_EQ(selected("Unknown", unknown), labelled(unknown, {"unknown"}));
}

}  // namespace
}  // namespace rstcause::test
