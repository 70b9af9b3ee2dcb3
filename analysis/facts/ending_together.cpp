// SPDX-License-Identifier: GPL-2.0-or-later
// Connections that ended in the same moment, and what became of their service after that.
#include "facts/closing.h"
#include "wire/threshold.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// A process that stops takes its listening socket with it: the next attempt is refused. What is
// refused later than this may have another reason. By drawn traffic.
const Threshold<Time> kSoon{"ending_together.refused_soon", 30s};

// Ends within one instant, and resets among them, from which on it is no chance that they fall together: an
// instant is short (tracking/bursts.cpp), so two suffice.
const Threshold<std::uint32_t> kTogether{"ending_together.ends_together", 2};
const Threshold<std::uint32_t> kResetsTogether{"ending_together.resets_together", 2};

// Ends that fall together although what they might answer came this far apart, and many times farther
// apart than they, have one reason of their own. More than the instant itself; by drawn traffic.
const Threshold<Time> kApart{"ending_together.words_apart", 15ms};
const Threshold<int> kManyTimes{"ending_together.many_times", 4};

// How many times the silence that he allows a sweeper of idle connections lets pass at most: WinINet allows 60 s and
// looks every 5; by drawn traffic.
const Threshold<int> kSweep{"ending_together.sweep", 2};

// A program that drops the connections of one task has not so many of them: browsers open six to a server (RFC 9112
// §9.4 names no number).
const Threshold<std::uint32_t> kManyConnections{"ending_together.many_connections", 6};

// The shortest idle timers of applications (Apache's KeepAliveTimeout).
const Threshold<Time> kSomeSilence{"ending_together.some_silence", 5s};

// A connection that said something so lately was in use.
const Threshold<Time> kJustUsed{"ending_together.just_used", 1s};

}  // namespace

Fact ended_with_others(const Case& c)
{
    const auto& burst = c.now.burst;
    if (!burst)
        return no();
    return known(burst->ends() >= kTogether() && burst->resets >= kResetsTogether(), burst->first.frame)
        .counting(burst->ends())
        .lasting(burst->last.time - burst->first.time);
}

Fact silences_of_different_lengths(const Case& c)
{
    const auto& burst = c.now.burst;
    if (!burst || burst->ends() < kTogether())
        return no();
    const Time apart = burst->longest_silence - burst->shortest_silence;
    const Time together = burst->last.time - burst->first.time;
    // Who sweeps idle connections away now and then, finds each silent for as long as he allows, and for as much
    // longer as he was away; he comes oftener than that.
    const bool swept = burst->shortest_silence >= kSomeSilence()
        && burst->longest_silence <= kSweep() * burst->shortest_silence;
    return known(apart >= kApart() && apart >= kManyTimes() * together && !swept, burst->first.frame)
        .lasting(apart);
}

Fact some_ended_by_fin(const Case& c)
{
    const auto& burst = c.now.burst;
    return burst ? known(burst->closes > 0, burst->last.frame).counting(burst->closes) : no();
}

Fact several_peers_were_cut(const Case& c)
{
    const auto& burst = c.now.burst;
    return burst ? known(burst->several_peers, burst->last.frame).counting(burst->ends()) : no();
}

Fact a_programs_connections_were_cut(const Case& c)
{
    const auto& burst = c.now.burst;
    if (!burst || !burst->several_peers)
        return no();
    const bool all_ages = burst->shortest_silence < kJustUsed() && burst->longest_silence >= kSomeSilence();
    return known(all_ages && burst->ends() >= kManyConnections(), burst->first.frame).counting(burst->ends());
}

Fact others_live_on(const Case& c)
{
    const auto& burst = c.now.burst;
    return burst && burst->lives_on ? yes(burst->lives_on->frame) : not_known(Gap::after);
}

Fact refuses_since(const Case& c)
{
    const auto& refusal = c.now.service.first_refusal_after_accept;
    const bool soon = refusal && refusal->frame > c.rst.frame && refusal->time - c.rst.time <= kSoon();
    return soon ? yes(refusal->frame).lasting(refusal->time - c.rst.time) : not_known(Gap::after);
}

Fact accepts_since(const Case& c)
{
    const auto& accepted = c.now.service.last_accept;
    if (refuses_since(c).yes() || !accepted || accepted->frame <= c.rst.frame)
        return not_known(Gap::after);
    return yes(accepted->frame).lasting(accepted->time - c.rst.time);
}

}  // namespace rstcause
