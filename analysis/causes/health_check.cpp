// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/opening.h"
#include "facts/port.h"
#include "facts/words.h"
#include "wire/threshold.h"

namespace rstcause {

namespace {

// Connections to one port, left unused, from which on a client does not happen to change its mind: two may.
const Threshold<std::uint32_t> kBeyondChance{"health_check.beyond_chance", 3};

void weigh(const Case& c, Bearings& b)
{
    b.needs(never_used_by_the_client(c), "the client never used the connection",
            "the connection was used, or the client did not end it");
    b.needs(comes_again_and_again(c), "it does so again and again at this port",
            "it did so once at this port");
    b.excluded_by(handshake_met_a_foreign_ack(c), "it refuses a wrong acknowledgement");
    b.excluded_by(syn_made_by_a_program(c), "no stack made its SYN");
    b.excluded_by(another_attempt_won(c), "another attempt of the same race won");
    b.supports(comes_again_and_again(c), Weight::sign, "{count} such connections to the same port");
    b.supports(known(c.now.visits.unused >= kBeyondChance(), c.now.visits.last ? c.now.visits.last->frame : 0),
               Weight::sign, "more often than chance");
    b.excluded_by(client_resets_the_syn_ack(c),
                  "the SYN-ACK found no socket: a check waits for it and aborts");
}

Story tell(const Case& c)
{
    const Visits& visits = c.now.visits;
    const Time span = visits.last ? visits.last->time - visits.first->time : Time{};
    return {.headline = fmt::format("{} only looks whether {} answers",
                                    c.own_endpoint().address.text(), receiver(c)),
            .details = fmt::format("it connected {} within {} and reset each time without sending "
                                   "anything",
                                   times(visits.unused), text(span)),
            .advice = "Nothing to do if a balancer or monitor runs there; its checks can be told to "
                      "close properly.",
            .evidence = visits.last
                ? std::vector<Evidence>{{visits.last->frame, "latest such reset"}}
                : std::vector<Evidence>{}};
}

}  // namespace

/// A monitor or balancer looks whether the port answers.
///
/// Wire: the client connects and resets without having sent any data, again and again, to the
/// same port.
/// Mistaken for: a single abort or cancelled connection; `syn_scan`, over many ports.
/// Next: Nothing to do if a balancer or monitor runs there.
/// Source: HAProxy, tcp-check; the reset spares both ends TIME_WAIT.
const CauseRule health_check{weigh, tell};

}  // namespace rstcause
