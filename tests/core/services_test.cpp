// SPDX-License-Identifier: GPL-2.0-or-later
#include "services.h"

#include <gtest/gtest.h>

namespace rstcause {
namespace {

Endpoint endpoint(std::uint32_t n)
{
    return {.address = {{n / 50000, 0}}, .port = static_cast<std::uint16_t>(n % 50000)};
}

TEST(Services, CountsRunsOfRefusalsThatBeganAfterAnAccept)
{
    Services services;
    const Endpoint e = endpoint(80);
    services.note_refusal(e, {1, {}});
    EXPECT_EQ(services.at(e).outages, 0u);
    services.note_accept(e, {2, {}});
    services.note_refusal(e, {3, {}});
    services.note_refusal(e, {4, {}});
    services.note_accept(e, {5, {}});
    EXPECT_EQ(services.at(e).outages, 1u);
    EXPECT_EQ(services.at(e).resumed->frame, 5u);
    EXPECT_EQ(services.at(e).first_accept->frame, 2u);
    EXPECT_EQ(services.at(e).last_accept->frame, 5u);
    EXPECT_EQ(services.at(e).refusals, 3u);
}

TEST(Services, ForgetsTheLeastRecentlyHeardOf)
{
    Services services;
    services.note_accept(endpoint(0), {1, {}});
    services.note_accept(endpoint(1), {2, {}});
    for (std::uint32_t n = 2; n < Services::kCapacity; ++n)
        services.note_refusal(endpoint(n), {n, {}});
    services.note_accept(endpoint(0), {3, {}});  // heard of again
    services.note_refusal(endpoint(Services::kCapacity), {4, {}});
    EXPECT_EQ(services.at(endpoint(0)).accepts, 2u);
    EXPECT_EQ(services.at(endpoint(1)).accepts, 0u);
}

}  // namespace
}  // namespace rstcause
