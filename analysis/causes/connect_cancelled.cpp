// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

/// The client closed its socket while the connection was still being opened.
///
/// Wire: SYN, SYN-ACK, and the client answers with a reset without ACK flag: by then it had no
/// socket any more.
/// Mistaken for: `connect_timeout` (a long wait, several SYNs); `syn_scan` (many ports or hosts);
/// `health_check` (again and again); a lost race between addresses.
/// Sure: likely.
/// Next: Look for a very short connect timeout or a cancelled request.
/// Source: RFC 9293 §3.10.4 (CLOSE in SYN-SENT), §3.10.7.1.
std::optional<Finding> connect_cancelled(const Reset& r)
{
    if (!client_refuses_syn_ack(r))
        return std::nullopt;
    const bool scans = r.now.own_host.probed > 1 && r.own().bare_syn;
    return Finding{
        .confidence = scans ? Confidence::possible : Confidence::likely,
        .explanation = fmt::format("{} no longer wanted the connection when the SYN-ACK arrived, "
                                   "{} after its SYN.",
                                   sender(r),
                                   text(r.trigger->time - r.own().syn->time)),
        .advice = fmt::format("If this was not meant, look for a very short connect timeout or a "
                              "cancelled request in the application on {}.",
                              r.own_endpoint().address.text()),
        .evidence = trigger_evidence(r),
        .alternatives = {Cause::syn_scan, Cause::health_check, Cause::happy_eyeballs},
    };
}

}  // namespace rstcause
