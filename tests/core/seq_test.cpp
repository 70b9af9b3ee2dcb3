// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/seq.h"

#include <gtest/gtest.h>

#include <random>

namespace rstcause {
namespace {

TEST(Seq, WrapsAround)
{
    const Seq high(0xfffffff0u);
    EXPECT_EQ((high + 0x20).value(), 0x10u);
    EXPECT_TRUE(before(high, high + 0x20));
    EXPECT_FALSE(before(high + 0x20, high));
    EXPECT_EQ(distance(high, high + 0x20), 0x20);
    EXPECT_EQ(distance(high + 0x20, high), -0x20);
    EXPECT_EQ(later(high, high + 1), high + 1);
}

TEST(Seq, OrderHoldsWhereverTheStreamStarts)
{
    std::mt19937 random(1);
    for (int i = 0; i < 100000; ++i) {
        const Seq start(static_cast<std::uint32_t>(random()));
        const auto step = static_cast<std::uint32_t>(random() % 0x7fffffffu + 1);
        ASSERT_TRUE(before(start, start + step)) << start.value() << " + " << step;
        ASSERT_FALSE(before(start + step, start));
        ASSERT_FALSE(before(start, start));
        ASSERT_EQ(start + step - step, start);
    }
}

}  // namespace
}  // namespace rstcause
