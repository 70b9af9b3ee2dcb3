// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

/// Endpoints that one source tried and never used, from which on it is a scan. A client with a
/// few dead servers in its list stays below the first; the second is for SYNs that no ordinary
/// stack sends.
constexpr std::uint32_t kManyEndpoints = 8;
constexpr std::uint32_t kSomeEndpoints = 3;

}  // namespace

/// A scanner found the port open and dropped the connection.
///
/// Wire: one source opens connections to many ports or hosts and resets them unused, half open or
/// just completed; often with a bare SYN (no options but MSS).
/// Mistaken for: `connect_cancelled` (one connection), `health_check` (the same port again).
/// Sure: likely, from 8 endpoints tried and never used (3 with a bare SYN).
/// Next: Find out who runs the source.
/// Source: nmap(1), -sS (half open) and -sT (connect).
std::optional<Finding> syn_scan(const Reset& r)
{
    const HalfConnection& client = r.own();
    const std::uint32_t probed = r.now.own_host.probed;
    if (!client_left_it_unused(r) || !r.peer().syn
        || probed < (client.bare_syn ? kSomeEndpoints : kManyEndpoints))
        return std::nullopt;
    return Finding{
        .confidence = Confidence::likely,
        .explanation = fmt::format("{} tried {} ports in this capture and used none of those "
                                   "connections: a scan, and {} is open.",
                                   r.own_endpoint().address.text(), probed,
                                   receiver(r)),
        .advice = fmt::format("Find out who runs {}: a vulnerability scanner, a monitor, or an "
                              "attacker.",
                              r.own_endpoint().address.text()),
        .evidence = {{client.syn->frame, client.bare_syn ? "SYN without the options of an "
                                                           "ordinary stack"
                                                         : "SYN of a connection never used"}},
        .alternatives = {Cause::connect_cancelled},
    };
}

}  // namespace rstcause
