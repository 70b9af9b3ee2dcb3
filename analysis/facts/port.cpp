// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/port.h"

#include "facts/clues.h"
#include "wire/threshold.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// A service in use is seen to accept within this time; one that is called more seldom is not. By
// the pauses between connections to one service in drawn and in real captures.
const Threshold<Time> kWatched{"port.watched", 3s};

// A service that goes down and comes up again begins one run of refusals; from this many runs on,
// one that refuses a part of its clients is the better explanation: one run is a restart, by drawn traffic.
const Threshold<std::uint32_t> kRunsOfALimit{"port.runs_of_a_limit", 2};

// Endpoints tried and never used, from which on it is a scan. A client with a few dead servers in
// its list stays below the first; the second is for SYNs that no ordinary stack sends (nmap -sS).
// By drawn traffic.
const Threshold<std::uint32_t> kManyEndpoints{"port.many_endpoints", 8};
const Threshold<std::uint32_t> kSomeEndpoints{"port.some_endpoints", 3};

// Endpoints tried in vain from which on nobody misses a single one of them: a client with many dead servers stays
// below. By drawn traffic.
const Threshold<std::uint32_t> kAllEndpoints{"port.all_endpoints", 16};

// Refusals, and connections left unused: from the second on they are no single event.
const Threshold<std::uint32_t> kEveryTime{"port.every_time", 2};
const Threshold<std::uint32_t> kAgain{"port.again", 2};

// Strays alike, from one port after the other, from which on it is no chance.
const Threshold<std::uint32_t> kRowOfStrays{"port.row_of_strays", 3};

// Who starts a capture to see a refusal sees a few of them. Of a storm of attempts, any file of a ring may happen to
// begin with one. By drawn traffic cut into pieces of 200 frames.
const Threshold<std::uint32_t> kFewAttempts{"port.few_attempts", 8};

}  // namespace

Fact watched_long_enough(const Case& c)
{
    const Time watched = c.rst.time - c.captured.first;
    return (watched >= kWatched() ? yes() : not_known(Gap::before)).lasting(watched);
}

Fact capture_begins_with_an_attempt(const Case& c)
{
    return known(c.capture_began_with == c.rst.from && c.now.service.refusals <= kFewAttempts());
}

Fact accepted_before(const Case& c)
{
    const auto& accepted = c.service_then.last_accept;
    if (accepted)
        return yes(accepted->frame).lasting(c.rst.time - accepted->time);
    if (c.now.forgotten)
        return not_known(Gap::forgotten);
    return watched_long_enough(c).yes() ? no() : not_known(Gap::before);
}

Fact accepts_later(const Case& c)
{
    const auto& later_one = c.now.service.last_accept;
    if (!later_one || later_one->frame <= c.rst.frame)
        return not_known(Gap::after);
    return yes(later_one->frame).lasting(later_one->time - c.rst.time);
}

Fact accepts_and_refuses_in_turns(const Case& c)
{
    const Service& service = c.now.service;
    const bool again = accepts_later(c).yes();
    const bool turns = service.outages > kRunsOfALimit() || (service.outages == kRunsOfALimit() && again);
    if (turns)
        return yes(service.last_accept ? service.last_accept->frame : 0).counting(service.refusals);
    return not_known(Gap::after);
}

Fact refused_every_time(const Case& c)
{
    const Service& service = c.now.service;
    const bool never = service.accepts == 0 && !service.last_accept;
    return known(never && service.refusals >= kEveryTime(), c.rst.frame).counting(service.refusals);
}

Fact answered_faster_than_the_host(const Case& c)
{
    return shown(clue_of(c, Clue::Kind::answer_faster_than_the_host), c.rst.frame);
}

namespace {

Fact scans(std::uint32_t probed, bool bare, std::uint32_t many = kManyEndpoints())
{
    return known(probed >= (bare ? kSomeEndpoints() : many)).counting(probed);
}

Fact opener_scans(const Case& c, std::uint32_t many)
{
    const Side opener = client_side(c);
    const Host& host = opener == c.sender ? c.now.own_host : c.now.peer_host;
    return scans(host.probed, c.before.half(opener).bare_syn, many);
}

}  // namespace

Fact client_scans(const Case& c) { return scans(c.now.own_host.probed, c.own().bare_syn); }

Fact opener_scans(const Case& c) { return opener_scans(c, kManyEndpoints()); }

Fact peer_scans(const Case& c) { return scans(c.now.peer_host.probed, true); }

Fact peer_counts_its_ports(const Case& c)
{
    const std::uint32_t row = c.now.peer_host.strays.longest;
    return known(is_stray(c) && row >= kRowOfStrays()).counting(row);
}

Fact asker_scans(const Case& c) { return opener_scans(c, kAllEndpoints()); }

Fact comes_again_and_again(const Case& c)
{
    const Visits& visits = c.now.visits;
    return known(visits.unused >= kAgain(), visits.first ? visits.first->frame : 0).counting(visits.unused);
}

}  // namespace rstcause
