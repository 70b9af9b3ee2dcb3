// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/opening.h"
#include "facts/words.h"

namespace rstcause {

namespace {

void weigh(const Case& c, Bearings& b)
{
    b.needs(either(either(handshake_met_a_foreign_ack(c), syn_ack_unasked(c)), syn_came_from_elsewhere(c)),
            "in the handshake, something acknowledges what was never sent",
            "nothing acknowledges what was never sent");
    b.excluded_by(both(ports_used_before(c), handshake_met_a_foreign_ack(c)),
                  "an earlier connection on the same ports explains the acknowledgement");
    b.supports(handshake_met_a_foreign_ack(c), Weight::sign,
               "it acknowledges a number that its receiver had never sent");
    b.supports(syn_came_from_elsewhere(c), Weight::proof, "the SYN was not this host's: it came another way");
    for (Cause rival : {Cause::connect_cancelled, Cause::syn_scan, Cause::connect_timeout, Cause::happy_eyeballs})
        b.rules_out(rival, syn_came_from_elsewhere(c), "the SYN was not this host's");
    b.supports(known(!syn_ack_unasked(c).no(), c.trigger ? c.trigger->frame : 0), Weight::sign,
               "a SYN-ACK for which no SYN is in the capture");
}

Story tell(const Case& c)
{
    return {
        .headline = fmt::format("Frame {} acknowledges what {} had never sent", answered_frame(c),
                                sender(c)),
        .details = !c.own().syn
            ? "a SYN-ACK for a connection that it did not open in this capture"
            : "a wrong number, while the connection was being opened",
        .advice = "Look for an older connection on the same ports, a SYN proxy or cookie on the "
                  "way, or spoofed packets; a capture that starts earlier settles it.",
        .evidence = trigger_evidence(c)};
}

}  // namespace

/// During the handshake a segment acknowledged what was never sent.
///
/// Wire: a reset without ACK flag in answer to an ACK or SYN-ACK with a wrong acknowledgement
/// number, while its sender is opening the connection, or has not opened one at all.
/// Mistaken for: `syn_conflict` and `port_reuse_time_wait`, where the 4-tuple has a history;
/// backscatter of a spoofed SYN, where the capture holds no SYN.
/// Next: Look for an older connection on the same ports, a SYN proxy, or spoofed packets; start
/// the capture earlier.
/// Source: RFC 9293 §3.10.7.3, §3.10.7.4.
const CauseRule handshake_invalid_ack{weigh, tell};

}  // namespace rstcause
