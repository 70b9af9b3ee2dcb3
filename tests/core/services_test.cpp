// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/services.h"

#include <gtest/gtest.h>

namespace rstcause {
namespace {

TEST(Services, HaveTheNamesThatPeopleUse)
{
    EXPECT_STREQ(well_known_service(22), "ssh");
    EXPECT_STREQ(well_known_service(443), "https");
    EXPECT_STREQ(well_known_service(445), "smb") << "not microsoft-ds";
    EXPECT_STREQ(well_known_service(27017), "mongodb") << "the last one";
}

// IANA has a name for each of these.
TEST(Services, OfOtherRegisteredPortsHaveNone)
{
    constexpr std::uint16_t kOthers[] = {0, 1, 424, 1793, 3128, 8000, 8080, 8081, 31337, 65535};
    for (const std::uint16_t port : kOthers)
        EXPECT_EQ(well_known_service(port), nullptr) << port;
}

}  // namespace
}  // namespace rstcause
