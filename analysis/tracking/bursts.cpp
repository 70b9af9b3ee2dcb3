// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracking/bursts.h"

#include <algorithm>
#include <chrono>

#include "wire/threshold.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// Connections that a dying process leaves behind end within moments of each other: the kernel closes them one
// after another. By drawn traffic.
const Threshold<Time> kSameInstant{"bursts.same_instant", 20ms};

void count(Burst& burst, const End& end)
{
    burst.last = end.when;
    burst.several_peers |= end.peer.address != burst.first_peer;
    burst.shortest_silence = std::min(burst.shortest_silence, end.silence);
    burst.longest_silence = std::max(burst.longest_silence, end.silence);
    ++(end.reset ? burst.resets : burst.closes);
}

}  // namespace

std::optional<BurstId> Bursts::join(const Endpoint& endpoint, const End& end)
{
    Latest& latest = latest_.touch(endpoint);
    if (latest.burst.ends() == 0 || end.when.time - latest.burst.last.time > kSameInstant())
        latest = {.burst = {.first = end.when, .last = end.when, .first_peer = end.peer.address},
                  .kept = std::nullopt};
    count(latest.burst, end);
    if (end.reset && !latest.kept) {
        latest.kept = kept_.size();
        kept_.emplace_back();
    }
    if (latest.kept)
        kept_[*latest.kept] = latest.burst;
    return latest.kept;
}

void Bursts::note_answer(const Endpoint& endpoint, Frame opened, const Mark& when)
{
    if (kept_.empty())
        return;  // nothing to live on after, as in most captures
    Latest* latest = latest_.find(endpoint);
    if (!latest || !latest->kept || latest->burst.lives_on || opened >= latest->burst.first.frame)
        return;
    latest->burst.lives_on = when;
    kept_[*latest->kept] = latest->burst;
}

}  // namespace rstcause
