// SPDX-License-Identifier: GPL-2.0-or-later
//
// Two kept captures of different losses are the same in a view that holds too little; what a view does show stays due.
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include <fmt/core.h>

#include "canonical.h"
#include "kept.h"
#include "untold.h"

namespace rstcause::test {
namespace {

enum class Holds { reset, resetters, receivers };  ///< which packets of the connection a view has beside the reset

struct Story {
    const char* capture;
    Frame frame;
    const char* impact;
    const char* why;
};

struct Twins {
    const char* rule;
    Holds holds;
    std::size_t last;  ///< so many packets, the reset among them
    Story one, other;
};

constexpr Twins kTwins[] = {
    {"reset_alone", Holds::reset, 1,
     {"fast_close-ipv6-after-peers-fin.server", 27, "normal", "all was said, and the client had closed"},
     {"application_abort-ipv6-nginx-444.server", 24, "problem", "nginx answers a request by nothing (444)"}},
    {"one_side_alone", Holds::resetters, 2,
     {"data_after_close-ipv4-keep-alive-probe.client", 27, "normal", "a keep-alive probe meets the closed socket"},
     {"data_after_close-ipv4-after-fin.server", 27, "problem", "a request meets the closed socket"}},
    {"one_side_alone", Holds::resetters, 2,
     {"half_open-ipv4-close-finds-out.client", 24, "normal", "the client closes, and finds no connection"},
     {"half_open-ipv4-server-crashed-slow-path.client", 24, "problem", "the client asks, and finds no connection"}},
};

struct Due {
    Story story;
    Holds holds;
    const char* shows;
};

/// Too little for the cause, perhaps, but not for what was lost.
constexpr Due kDue[] = {
    {{"not_listening-ipv4-closed-port.client", 0, "problem", ""}, Holds::reset, "number 0 refuses a SYN"},
    {{"data_after_close-ipv4-after-fin.server", 27, "problem", ""}, Holds::receivers, "a bare reset to words"},
};

const Kept& kept(const char* name)
{
    for (const Kept& capture : library().captures)
        if (capture.name == name)
            return capture;
    throw std::runtime_error(fmt::format("no capture {}", name));
}

/// The label, with the impact that its story has.
Label label_of(const Story& story)
{
    for (Label label : kept(story.capture).labels)
        if (story.frame == 0 || label.frame == story.frame) {
            label.impact = story.impact;
            return label;
        }
    throw std::runtime_error(fmt::format("{} has no reset in frame {}", story.capture, story.frame));
}

Trace view_of(const Story& story, Holds holds, std::size_t last)
{
    const Trace& whole = kept(story.capture).trace;
    const Label label = label_of(story);
    const Segment reset = Sight(whole, label.frame).reset;
    Trace cut;
    for (const Packet& packet : whole) {
        const Segment s = segment(packet);
        const bool of_it = s.interface == reset.interface && same_ends(s, reset) && packet.kept < label.frame;
        const bool its_side = (s.from == reset.from) == (holds == Holds::resetters);
        if (packet.kept == label.frame || (of_it && holds != Holds::reset && its_side))
            cut.push_back(packet);
        if (packet.kept == label.frame)
            break;
    }
    const auto size = static_cast<std::ptrdiff_t>(std::min(last, cut.size()));
    return {cut.end() - size, cut.end()};
}

TEST(Untold, IsWhatTwinsOfDifferentLossesShowAlike)
{
    for (const Twins& twins : kTwins) {
        SCOPED_TRACE(fmt::format("{}: {} and {}", twins.rule, twins.one.capture, twins.other.capture));
        const Trace one = view_of(twins.one, twins.holds, twins.last);
        const Trace other = view_of(twins.other, twins.holds, twins.last);
        EXPECT_EQ(one.size(), twins.last);
        EXPECT_STRNE(twins.one.impact, twins.other.impact);
        EXPECT_EQ(canonical(one), canonical(other));
        EXPECT_EQ(untold("notice", label_of(twins.one), one), twins.rule);
        EXPECT_EQ(untold("notice", label_of(twins.other), other), twins.rule);
    }
}

TEST(Untold, IsNothingOfAWholeCapture)
{
    for (const Twins& twins : kTwins)
        for (const Story& story : {twins.one, twins.other})
            EXPECT_EQ(untold("notice", label_of(story), kept(story.capture).trace), "") << story.capture;
}

TEST(Untold, ExcusesNoClaim)
{
    for (const Twins& twins : kTwins)
        for (const Story& story : {twins.one, twins.other}) {
            const Trace view = view_of(story, twins.holds, twins.last);
            const bool lost = std::string_view(story.impact) == "problem";
            EXPECT_EQ(untold(lost ? "normal" : "problem", label_of(story), view), "") << story.capture;
        }
}

TEST(Untold, IsNotWhatTheResetItselfTells)
{
    for (const Due& due : kDue)
        EXPECT_EQ(untold("notice", label_of(due.story), view_of(due.story, due.holds, 2)), "")
            << due.story.capture << ": " << due.shows;
}

TEST(Untold, HasTwinsForEveryRule)
{
    for (const Blindness& each : blindnesses())
        EXPECT_TRUE(std::any_of(std::begin(kTwins), std::end(kTwins),
                                [&](const Twins& twins) { return each.name == twins.rule; }))
            << each.name;
}

}  // namespace
}  // namespace rstcause::test
