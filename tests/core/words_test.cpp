// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/words.h"

#include <gtest/gtest.h>

namespace rstcause {
namespace {

using namespace std::chrono_literals;

TEST(Words, SaySpansInAUnitThatReadsWell)
{
    EXPECT_EQ(text(63us), "63 µs");
    EXPECT_EQ(text(12340us), "12.3 ms");
    EXPECT_EQ(text(999600us), "1 s");
    EXPECT_EQ(text(3200ms), "3.2 s");
    EXPECT_EQ(text(12min), "12 min");
    EXPECT_EQ(text(499s), "8 min 19 s");
    EXPECT_EQ(text(5h + 2min), "5 h 2 min");
    EXPECT_EQ(text(47h), "47 h");
    EXPECT_EQ(text(72h), "3 days");
    EXPECT_EQ(text(26500h), "1104 days");
}

}  // namespace
}  // namespace rstcause
