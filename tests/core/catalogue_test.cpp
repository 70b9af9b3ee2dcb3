// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnosis/catalogue.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace rstcause {
namespace {

TEST(Catalogue, TokensAreUniqueAndSnakeCase)
{
    std::set<std::string_view> seen;
    const std::regex snake("[a-z]+(_[a-z]+)*");
    for (const CatalogueRow& row : kCatalogue) {
        EXPECT_TRUE(seen.insert(row.token).second) << row.token;
        EXPECT_TRUE(std::regex_match(std::string(row.token), snake)) << row.token;
        EXPECT_FALSE(row.title.empty()) << row.token;
        EXPECT_FALSE(row.called.empty()) << row.token;
        EXPECT_FALSE(row.category.empty()) << row.token;
        EXPECT_TRUE(row.cause == Cause::unknown || !row.reference.empty()) << row.token;
    }
}

TEST(Catalogue, TheAbortByEliminationComesLast)
{
    EXPECT_EQ(static_cast<int>(Cause::application_abort) + 1, static_cast<int>(Cause::unknown));
}

}  // namespace
}  // namespace rstcause
