// SPDX-License-Identifier: GPL-2.0-or-later
//
// The core alone, reading captures without Wireshark, says what the plugin says in Wireshark: in two
// passes for every kept capture that it can read, in one pass for one of every cause.
#include <gtest/gtest.h>

#include <fmt/core.h>

#include "captures.h"
#include "verdicts.h"

namespace rstcause::test {
namespace {

/// A capture for every cause, of those that the core can read alone.
std::map<std::string, const Capture*> one_for_each_cause(const std::map<std::string, Verdicts>& core)
{
    std::map<std::string, const Capture*> chosen;
    for (const Capture& capture : captures())
        for (const Label& label : capture.labels)
            if (core.contains(capture.name))
                chosen.emplace(label.reason, &capture);
    return chosen;
}

void expect_same(const Capture& capture, const Verdicts& plugin, const Verdicts& core)
{
    EXPECT_EQ(plugin.size(), core.size()) << capture.name;
    for (const auto& [frame, said] : plugin) {
        SCOPED_TRACE(fmt::format("{}, frame {}", capture.name, frame));
        const auto found = core.find(frame);
        ASSERT_TRUE(found != core.end()) << "the core says nothing";
        Said alone = found->second;
        // Only Wireshark knows a probe of a closed window from a retransmission.
        if (said.reason == "zero_window_timeout")
            alone.retransmissions = said.retransmissions;
        EXPECT_EQ(said, alone);
    }
}

TEST(OnePass, IsTheSameInTheCoreAlone)
{
    const auto core = in_the_core(Passes::one);
    for (const auto& [cause, capture] : one_for_each_cause(core))
        expect_same(*capture, one_pass(*capture), core.at(capture->name));
}

TEST(TwoPass, IsTheSameInTheCoreAlone)
{
    const auto core = in_the_core(Passes::two);
    for (const Capture& capture : captures())
        if (const auto found = core.find(capture.name); found != core.end())
            expect_same(capture, final_verdicts().at(capture.name), found->second);
}

}  // namespace
}  // namespace rstcause::test
