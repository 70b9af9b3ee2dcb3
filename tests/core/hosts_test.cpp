// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracking/hosts.h"

#include <gtest/gtest.h>

namespace rstcause {
namespace {

Endpoint endpoint(std::uint32_t n)
{
    return {.address = {{n / 50000, 0}}, .port = static_cast<std::uint16_t>(n % 50000)};
}

TEST(Hosts, CountsRunsOfRefusalsThatBeganAfterAnAccept)
{
    Hosts hosts;
    const Endpoint e = endpoint(80);
    hosts.note_refusal(e, {1, Seq(), {}});
    EXPECT_EQ(hosts.service(e).outages, 0u);
    hosts.note_accept(e, {2, Seq(), {}});
    hosts.note_refusal(e, {3, Seq(), {}});
    hosts.note_refusal(e, {4, Seq(), {}});
    hosts.note_accept(e, {5, Seq(), {}});
    EXPECT_EQ(hosts.service(e).outages, 1u);
    EXPECT_EQ(hosts.service(e).resumed->frame, 5u);
    EXPECT_EQ(hosts.service(e).first_accept->frame, 2u);
    EXPECT_EQ(hosts.service(e).last_accept->frame, 5u);
    EXPECT_EQ(hosts.service(e).refusals, 3u);
}

TEST(Hosts, ForgetsTheLeastRecentlyHeardOf)
{
    Hosts hosts;
    hosts.note_accept(endpoint(0), {1, Seq(), {}});
    hosts.note_accept(endpoint(1), {2, Seq(), {}});
    for (std::uint32_t n = 2; n < Hosts::kCapacity; ++n)
        hosts.note_refusal(endpoint(n), {n, Seq(), {}});
    hosts.note_accept(endpoint(0), {3, Seq(), {}});  // heard of again
    hosts.note_refusal(endpoint(Hosts::kCapacity), {4, Seq(), {}});
    EXPECT_EQ(hosts.service(endpoint(0)).accepts, 2u);
    EXPECT_EQ(hosts.service(endpoint(1)).accepts, 0u);
}

}  // namespace
}  // namespace rstcause
