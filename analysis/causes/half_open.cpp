// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

/// A device that says of a segment that it found no connection for it, in a RST,ACK.
bool says_stray(const Reset& r) { return r.statement.only_stray && mirrors_a_segment(r); }

}  // namespace

/// One end no longer knew the connection that the other end still used: a restart, a failover,
/// or lost state.
///
/// Wire: a reset without ACK flag in answer to a mid-stream segment, from an end that had not
/// closed.
/// Mistaken for: `data_after_close` when the close lies before the capture; `idle_timeout` after
/// a silence; `firewall_reject`, the same packet made by a device.
/// Sure: likely; possible when the capture does not show that the sender ever knew the connection.
/// Next: Look for a restart or failover of the sender, or a balancer or NAT that lost its table.
/// Source: RFC 9293 §3.5.1.
std::optional<Finding> half_open(const Reset& r)
{
    const bool answers = passive_form(r) && r.trigger && !r.trigger->flags.syn();
    if ((!answers && !says_stray(r)) || earlier_close(r))
        return std::nullopt;
    const Frame answered = answers ? r.trigger->frame : r.likeness.numbers_of;
    if (start_captured(r) && !handshake_completed(r))
        return std::nullopt;  // it has not begun to know the connection

    const bool knew_it = r.own().spoke_after_syn || handshake_completed(r);
    Finding finding{
        .confidence = knew_it ? Confidence::likely : Confidence::possible,
        .explanation = fmt::format("{} answered frame {} as if it had never known the connection, "
                                   "though {}: it restarted, failed over or lost its state.",
                                   sender(r), answered,
                                   knew_it ? fmt::format("it took part in it until frame {}",
                                                         r.own().last->frame)
                                           : "no close is in the capture"),
        .advice = fmt::format("Look for a restart or failover of {} between the last frame it "
                              "sent and frame {}; a balancer or NAT that lost its table does the "
                              "same.",
                              r.own_endpoint().address.text(), r.rst.frame),
        .evidence = trigger_evidence(r),
        .alternatives = {Cause::firewall_reject},
        .trigger = answered,
    };
    if (r.own().last)
        finding.evidence.push_back({r.own().last->frame, "the sender still took part here"});
    if (!knew_it)
        finding.alternatives = {Cause::data_after_close, Cause::idle_timeout,
                                Cause::firewall_reject};
    return finding;
}

}  // namespace rstcause
