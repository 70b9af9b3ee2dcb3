// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/idle_timers.h"

#include <iterator>

#include "wire/threshold.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// Defaults by their makers' documentation, shortest first. A hint, never evidence: most can be
// set, and firewalls mostly drop the state in silence.
constexpr IdleTimer kTimers[] = {
    {240s, "Azure load balancers and NAT gateways"},
    {300s, "F5 BIG-IP"},
    {350s, "AWS network load balancers and NAT gateways"},
    {600s, "Google Cloud's connection tracking"},
    {900s, "IPVS (Kubernetes, Docker swarm)"},
    {1200s, "Google Cloud NAT"},
    {1800s, "Juniper SRX"},
    {3600s, "Cisco ASA, FortiGate, Palo Alto and Check Point"},
    {9000s, "NetScaler"},
    {86400s, "kube-proxy's connection tracking"},
    {432000s, "Linux connection tracking"},
};

// How far from its timer a silence may be, as a share of it: devices look for what has run out now
// and then. By drawn traffic.
const Threshold<double> kLate{"idle_timers.late", 0.01};

}  // namespace

const IdleTimer* idle_timer_of(Time silence)
{
    for (const IdleTimer& timer : kTimers)
        if (std::chrono::abs(silence - timer.length) <= std::chrono::duration_cast<Time>(timer.length * kLate()))
            return &timer;
    return nullptr;
}

const IdleTimer* idle_timer_before(Time silence)
{
    const IdleTimer* longest = nullptr;
    for (const IdleTimer& timer : kTimers)
        if (timer.length <= silence && silence <= 2 * timer.length)
            longest = &timer;
    return longest;
}

}  // namespace rstcause
