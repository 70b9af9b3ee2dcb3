// SPDX-License-Identifier: GPL-2.0-or-later
//
// What kept captures lost, judged from their stories: tests/captures/impact.tsv.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "judge/answers.h"
#include "judge/kept.h"

namespace rstcause::test {
namespace {

struct Row {
    std::string capture, impact, why;
    Frame frame = 0;
};

std::vector<Row> rows()
{
    std::ifstream in(SOURCE_DIR "/tests/captures/impact.tsv");
    std::string line;
    std::vector<Row> found;
    std::getline(in, line);  // the titles
    while (std::getline(in, line)) {
        std::istringstream cells(line);
        Row row;
        if (!(cells >> row.capture >> row.frame >> row.impact) || !std::getline(cells >> std::ws, row.why))
            throw std::runtime_error("impact.tsv: " + line);
        found.push_back(row);
    }
    return found;
}

TEST(Impact, IsWhatTheStoriesOfKeptCapturesSay)
{
    ASSERT_FALSE(rows().empty());
    for (const Row& row : rows()) {
        const auto& kept = library().captures;
        const auto found
            = std::find_if(kept.begin(), kept.end(), [&](const Kept& one) { return one.name == row.capture; });
        ASSERT_NE(found, kept.end()) << row.capture;
        const Harm harm = answers(found->trace).at(row.frame).front().harm;
        EXPECT_EQ(token(harm.impact), row.impact) << row.capture << ": " << row.why << "; said: " << harm.says;
    }
}

}  // namespace
}  // namespace rstcause::test
