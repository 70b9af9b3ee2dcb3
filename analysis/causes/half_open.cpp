// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/closing.h"
#include "facts/exchange.h"
#include "facts/form_facts.h"
#include "facts/timers.h"
#include "facts/words.h"

namespace rstcause {

namespace {

/// A device that says of a segment that it found no connection for it, in a RST,ACK.
Fact says_stray(const Case& c)
{
    return known(c.statement.only_stray && mirrors_a_segment(c), c.headers.numbers_of);
}

void weigh(const Case& c, Bearings& b)
{
    b.needs(either(answers_mid_stream(c), says_stray(c)), "it answers a segment of an open connection",
            "it answers no segment of an open connection");
    b.needs(!closed_before(c), "its sender had not closed", "the connection had been closed before");
    b.needs(took_part(c), "its sender had taken part in the connection",
            "its sender had never known the connection");
    b.excluded_by(known(refuses_a_wrong_ack(c), c.rst.frame), "it refuses an acknowledgement in the handshake");
    b.supports(answers_mid_stream(c), Weight::sign, "it answers a segment as a host without socket does");
    b.supports(both(took_part(c), answers_mid_stream(c)), Weight::sign, "its sender still took part");
    b.rules_out(Cause::firewall_reject, labelled_by_a_kernel(c),
                "a kernel's flow label, which no reject rule sets");
    b.doubts(known(c.trigger && is_vague_answer(c), answered_frame(c)), Weight::hint,
             "what it answers came some time before, and may have been accepted");
    b.doubts(both(took_part_just_before(c), captured_far_from_its_sender(c)), Weight::hint,
             "its sender took part only {span} before: too soon for a restart");
    b.doubts(said_an_error_itself(c), Weight::sign, "its sender had said an error: it will have closed");
    b.doubts(retransmissions_ran_out(c), Weight::sign, "its sender had retransmitted in vain {count} times");
    b.doubts(captured_far_from_its_sender(c), Weight::hint,
             "captured away from its sender: a close or retransmissions may not have come so far");
    b.doubts(either(long_silence(c), unusual_silence(c)), Weight::sign,
             "a silence of {span} came before: the connection may have been dropped as idle");
}

Story tell(const Case& c)
{
    const Frame answered = answered_frame(c);
    const Fact knew = took_part(c);
    Story story{
        .headline = fmt::format("{} no longer knew the connection", sender(c)),
        .details = fmt::format("it answered frame {} as if it had never known it, though {}: it "
                               "restarted, failed over or lost its state",
                               answered,
                               knew.yes() ? fmt::format("it took part in it until frame {}", knew.frame)
                                          : "no close is in the capture"),
        .advice = fmt::format("Look for a restart or failover of {} between the last frame it "
                              "sent and frame {}; a balancer or NAT that lost its table does the "
                              "same.",
                              c.own_endpoint().address.text(), c.rst.frame),
        .evidence = trigger_evidence(c),
        .trigger = answered != 0 ? std::optional(answered) : std::nullopt};
    return story;
}

}  // namespace

/// One end no longer knew the connection that the other end still used: a restart, a failover,
/// or lost state.
///
/// Wire: a reset without ACK flag in answer to a mid-stream segment, from an end that had not
/// closed.
/// Mistaken for: `data_after_close` when the close lies before the capture; `idle_timeout` after
/// a silence; `firewall_reject`, the same packet made by a device.
/// Next: Look for a restart or failover of the sender, or a balancer or NAT that lost its table.
/// Source: RFC 9293 §3.5.1.
const CauseRule half_open{weigh, tell};

}  // namespace rstcause
