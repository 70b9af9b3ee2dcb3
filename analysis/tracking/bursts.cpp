// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracking/bursts.h"

#include <chrono>

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// Connections that a dying process leaves behind end within moments of each other.
constexpr Time kSameInstant = 20ms;

}  // namespace

std::optional<BurstId> Bursts::join(const Endpoint& endpoint, const Mark& when, bool reset)
{
    Latest& latest = latest_.touch(endpoint);
    const bool empty = latest.burst.resets + latest.burst.closes == 0;
    if (empty || when.time - latest.burst.last.time > kSameInstant)
        latest = {.burst = {.first = when, .last = when}};
    latest.burst.last = when;
    ++(reset ? latest.burst.resets : latest.burst.closes);
    if (reset && !latest.kept) {
        latest.kept = kept_.size();
        kept_.emplace_back();
    }
    if (latest.kept)
        kept_[*latest.kept] = latest.burst;
    return latest.kept;
}

}  // namespace rstcause
