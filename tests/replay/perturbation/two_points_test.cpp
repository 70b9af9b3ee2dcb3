// SPDX-License-Identifier: GPL-2.0-or-later
//
// Two captures of one traffic of which one starts late, or whose clocks differ. What became of a
// reset on its way may then be unknown, but never something else.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include <fmt/core.h>

#include "judge/answers.h"
#include "judge/kept.h"
#include "perturb.h"

namespace rstcause::test {
namespace {

using namespace std::chrono_literals;

struct Paths {
    int same = 0, unknown = 0, other = 0;
};

/// Compares `rstcause.path` with the labels, for the resets from frame `first` on.
void judge(const Kept& kept, const Trace& trace, Frame first, Paths& paths)
{
    const Answers said = answers(trace);
    for (const Label& label : kept.labels) {
        if (!label.path || label.frame < first)
            continue;
        const auto found = said.find(label.frame);
        if (found == said.end())
            continue;
        const std::string path = found->second.front().path;
        ++(path == *label.path ? paths.same : path.empty() ? paths.unknown : paths.other);
        EXPECT_TRUE(path == *label.path || path.empty())
            << kept.name << ", frame " << label.frame << ": " << path << ", was " << *label.path;
    }
}

/// Those that two points saw: (0 the client's, 1 the server's).
std::vector<const Kept*> two_sided()
{
    std::vector<const Kept*> found;
    for (const Kept& kept : library().captures)
        if (std::any_of(kept.labels.begin(), kept.labels.end(),
                        [](const Label& label) { return label.path.has_value(); }))
            found.push_back(&kept);
    return found;
}

// Either capture begins at each fifth of the other.
TEST(TwoPoints, OneStartsLate)
{
    Paths paths;
    for (const Kept* kept : two_sided())
        for (const std::uint32_t interface : {0u, 1u})
            for (std::size_t fifth = 1; fifth < 5; ++fifth) {
                const Frame first = kept->trace[kept->trace.size() * fifth / 5].kept;
                judge(*kept, started_late(kept->trace, interface, first), first, paths);
            }
    fmt::print("One of two points starts late: {} as labelled, {} unknown, {} other\n", paths.same,
               paths.unknown, paths.other);
    EXPECT_GT(paths.same, paths.unknown);
}

TEST(TwoPoints, ClocksDiffer)
{
    Paths paths;
    for (const Kept* kept : two_sided())
        for (const std::uint32_t interface : {0u, 1u})
            for (const Time skew : {Time(3ms), Time(40ms), Time(1s), Time(90s)})
                judge(*kept, skewed(kept->trace, interface, skew), 0, paths);
    fmt::print("Clocks of two points differ: {} as labelled, {} unknown, {} other\n", paths.same,
               paths.unknown, paths.other);
    EXPECT_GT(paths.same, 10 * paths.unknown);
}

}  // namespace
}  // namespace rstcause::test
