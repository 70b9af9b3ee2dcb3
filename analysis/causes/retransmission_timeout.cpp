// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/closing.h"
#include "facts/exchange.h"
#include "facts/form_facts.h"
#include "facts/opening.h"
#include "facts/timers.h"
#include "facts/stack.h"
#include "facts/words.h"

namespace rstcause {

namespace {

std::string what_was_sent(const Outstanding& segment)
{
    return segment.opens ? "SYN" : fmt::format("segment of frame {}", segment.first.frame);
}

std::string setting(const Case& c, const Outstanding& segment)
{
    return segment.opens
        ? on_its_system(c, "tcp_syn_retries and tcp_synack_retries", "MaxSynRetransmissions") + " set"
        : on_its_system(c, "tcp_retries2", "TcpMaxDataRetransmissions") + " sets";
}

void weigh(const Case& c, Bearings& b)
{
    const Fact stopped = both(found_gone_after_the_last(c), retransmissions_stopped(c));
    b.needs(either(retransmissions_ran_out(c), stopped), "one segment was sent again and again without success",
            "no segment was sent again often enough");
    const Fact own_number = known(c.own().next && c.rst.seq == *c.own().next, c.rst.frame);
    b.needs(either(either(sent_by_a_living_socket(c), both(own_number, on_the_backoff_grid(c))),
                   found_gone_after_the_last(c)),
            "its sender gave up, or was found gone by what came later",
            "the reset neither aborts nor answers what came after the last retransmission");
    b.excluded_by(peer_had_stopped_reading(c), "the reader had stopped reading");
    b.excluded_by(client_resets_the_syn_ack(c), "the SYN was answered at last");
    b.excluded_by(had_reset_before(c), "its sender had reset the connection before");
    b.supports(retransmissions_ran_out(c), Weight::sign, "sent {count} times again in {span}");
    b.supports(on_the_backoff_grid(c), Weight::proof,
               "the reset comes on the next step of the backoff: the stack gave up");
    b.supports(found_gone_after_the_last(c), Weight::proof,
               "the socket was found gone by a segment that came after the last of them");
    b.supports(stopped, Weight::sign, "when the timer's next step was due, the segment was not sent again");
    b.excluded_by(off_the_backoff_grid(c),
                  "the reset comes between two steps of the backoff: the application gave up");
    b.rules_out(Cause::half_open, both(retransmissions_ran_out(c), found_gone_after_the_last(c)),
                "its retransmissions had run out");
    b.rules_out(Cause::application_abort, on_the_backoff_grid(c), "the timer of the stack ran out");
}

Story tell(const Case& c)
{
    const Outstanding& segment = *resent_segment(c);
    Story story{
        .headline = fmt::format("{} got no acknowledgement and gave up", sender(c)),
        .details = fmt::format("it sent the same {} again {} in {}", what_was_sent(segment),
                               times(retransmissions_ran_out(c).count),
                               text(segment.last_time - segment.first.time)),
        .advice = fmt::format("Find where packets between {} and {} are lost: capture at {} to see "
                              "whether they arrive and whether its acknowledgements leave. {} "
                              "how often it tries.",
                              c.own_endpoint().address.text(), c.peer_endpoint().address.text(),
                              c.peer_endpoint().address.text(), setting(c, segment)),
        .evidence = {{segment.first.frame, segment.original_seen ? "first transmission of the segment"
                                                                 : "the segment, sent again"},
                     {segment.last_frame, "its last retransmission before the reset"}}};
    if (found_gone_after_the_last(c).yes()) {
        story.details += fmt::format(". The reset answers frame {}, which came after that",
                                     c.trigger->frame);
        story.evidence.push_back(trigger_evidence(c).front());
    }
    return story;
}

}  // namespace

/// The same segment was sent again and again, never acknowledged, and its sender gave up.
///
/// Wire: one segment sent 1 + N times (N: preference; another N for SYN and SYN-ACK), then a
/// reset by its sender on the next step of the backoff, or in answer to a late segment.
/// Segments after it may have been acknowledged (SACK) without rescuing it; an acknowledgement
/// of the segment itself, however late, does, and then this is not the cause.
/// Mistaken for: retransmissions of several segments; an application that gives up off the
/// backoff grid; zero-window probes; copies that the capture made.
/// Next: Find where the packets are lost: capture at the receiver to see whether they arrive and
/// whether it answers.
/// Source: RFC 9293 §3.8.3, RFC 6298 §5; Windows TcpMaxDataRetransmissions.
const CauseRule retransmission_timeout{weigh, tell};

}  // namespace rstcause
