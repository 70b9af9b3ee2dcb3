// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/opening.h"
#include "facts/port.h"
#include "facts/words.h"

namespace rstcause {

namespace {

void weigh(const Case& c, Bearings& b)
{
    b.needs(client_resets_the_syn_ack(c), "the client resets the SYN-ACK that it asked for",
            "the client resets no SYN-ACK");
    b.excluded_by(syn_made_by_a_program(c), "no stack made its SYN");
    b.excluded_by(client_waited_long(c), "it had waited for {span}, as long as its retries take");
    b.excluded_by(echoes_a_foreign_timestamp(c), "the SYN-ACK echoes a wrong timestamp");
    b.supports(client_resets_the_syn_ack(c), Weight::sign, "the SYN-ACK found no socket");
    b.supports(!bare_syn(c), Weight::hint, "its SYN is an ordinary stack's");
    b.doubts(bare_syn(c), Weight::sign, "a SYN without the options of an ordinary stack");
    b.rules_out(Cause::syn_scan, both(!bare_syn(c), !client_scans(c)),
                "an ordinary SYN, of a source that tries no other ports");
}

Story tell(const Case& c)
{
    return {.headline = fmt::format("{} no longer wanted the connection", sender(c)),
            .details = fmt::format("the SYN-ACK came {} after its SYN, and it had closed by then",
                                   text(client_resets_the_syn_ack(c).span)),
            .advice = fmt::format("If this was not meant, look for a very short connect timeout or a "
                                  "cancelled request in the application on {}.",
                                  c.own_endpoint().address.text()),
            .evidence = trigger_evidence(c)};
}

}  // namespace

/// The client closed its socket while the connection was still being opened.
///
/// Wire: SYN, SYN-ACK, and the client answers with a reset without ACK flag: by then it had no
/// socket any more.
/// Mistaken for: `connect_timeout` (a long wait, several SYNs); `syn_scan` (many ports or hosts);
/// `health_check` (again and again); a lost race between addresses.
/// Next: Look for a very short connect timeout or a cancelled request.
/// Source: RFC 9293 §3.10.4 (CLOSE in SYN-SENT), §3.10.7.1.
const CauseRule connect_cancelled{weigh, tell};

}  // namespace rstcause
