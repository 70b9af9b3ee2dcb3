// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/form_facts.h"
#include "facts/opening.h"
#include "facts/words.h"

namespace rstcause {

namespace {

/// The server answers with the old connection's ACK, which the client resets.
Fact by_the_old_ack(const Case& c) { return known(meets_a_foreign_ack(c), c.trigger ? c.trigger->frame : 0); }

Fact by_a_reset(const Case& c) { return both(refuses_a_syn(c), sequence_number_not_above(c)); }

void weigh(const Case& c, Bearings& b)
{
    b.needs(ports_used_before(c), "an earlier connection used the same addresses and ports",
            "no earlier connection used these addresses and ports");
    b.needs(earlier_connection_closed(c), "the earlier connection was closed",
            "the earlier connection was never closed");
    b.needs(within_time_wait(c), "it had ended {span} before, within TIME_WAIT",
            "it had ended {span} before: TIME_WAIT was over");
    b.needs(either(by_the_old_ack(c), by_a_reset(c)),
            "the old connection answers, or the SYN's number is not above its last one",
            "the SYN's number lies above the old connection's, which is accepted");
    b.supports(earlier_connection_closed(c), Weight::sign, "the earlier connection was closed");
    b.supports(by_the_old_ack(c), Weight::proof, "the server still answers for the earlier connection");
    b.supports(by_a_reset(c), Weight::proof, "the SYN's number is not above the earlier connection's");
}

Story tell(const Case& c)
{
    const Predecessor& old = *c.before.predecessor;
    const Side opener = c.before.client().value_or(c.sender);
    return {.headline = fmt::format("{} used its port again too early",
                                    c.before.endpoint(opener).text()),
            .details = fmt::format("{} after the earlier connection of these addresses and ports "
                                   "had ended in frame {}, which the server still remembered "
                                   "(TIME_WAIT)",
                                   text(within_time_wait(c).span), old.last.frame),
            .advice = "Let the client keep connections open or choose among more source ports "
                      "(ip_local_port_range on Linux, netsh int ipv4 set dynamicport on Windows); a "
                      "NAT with few ports does the same. Timestamps (tcp_timestamps) make early reuse "
                      "safe.",
            .evidence = trigger_evidence(c)};
}

}  // namespace

/// A client used the same addresses and ports again while the server still remembered the old
/// connection.
///
/// Wire: a SYN on the 4-tuple of a closed connection, within TIME_WAIT; the server answers with
/// the old connection's ACK and the client resets that, or the server resets the SYN itself.
/// Mistaken for: `syn_conflict`, where the old connection was never closed; a reuse with a higher
/// sequence number or timestamp, which is accepted.
/// Next: Let the client choose another source port or keep connections open; keep `tcp_timestamps`
/// on.
/// Source: RFC 9293 §3.10.7.4 (TIME-WAIT), RFC 6191; Linux tcp_timewait_state_process.
const CauseRule port_reuse_time_wait{weigh, tell};

}  // namespace rstcause
