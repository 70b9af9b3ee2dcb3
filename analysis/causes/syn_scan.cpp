// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/form_facts.h"
#include "facts/opening.h"
#include "facts/port.h"
#include "facts/words.h"

namespace rstcause {

namespace {

void weigh(const Case& c, Bearings& b)
{
    b.needs(never_used_by_the_client(c), "the client never used the connection",
            "the connection was used, or the client did not end it");
    b.needs(either(client_scans(c), syn_made_by_a_program(c)), "its source tries many endpoints and uses none",
            "its source tried only {count} endpoints without using them");
    b.supports(client_scans(c), Weight::proof, "its source tried {count} endpoints and used none");
    b.supports(syn_made_by_a_program(c), Weight::proof, "a SYN that no stack made");
    b.supports(bare_syn(c), Weight::hint, "a SYN without the options of an ordinary stack");
    b.doubts(comes_again_and_again(c), Weight::sign,
             "it came to this same port {count} times");
}

Story tell(const Case& c)
{
    return {.headline = fmt::format("{} scans ports", c.own_endpoint().address.text()),
            .details = fmt::format("it tried {} in this capture and used none of those connections; {} "
                                   "is open",
                                   c.now.own_host.probed, receiver(c)),
            .advice = fmt::format("Find out who runs {}: a vulnerability scanner, a monitor, or an "
                                  "attacker.",
                                  c.own_endpoint().address.text())};
}

}  // namespace

/// A scanner found the port open and dropped the connection.
///
/// Wire: one source opens connections to many ports or hosts and resets them unused, half open or
/// just completed; often with a bare SYN (no options but MSS).
/// Mistaken for: `connect_cancelled` (one connection), `health_check` (the same port again).
/// Next: Find out who runs the source.
/// Source: nmap(1), -sS (half open) and -sT (connect).
const CauseRule syn_scan{weigh, tell};

}  // namespace rstcause
