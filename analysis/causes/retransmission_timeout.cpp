// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

std::string what_was_sent(const Outstanding& oldest)
{
    return oldest.opens ? "SYN" : fmt::format("segment of frame {}", oldest.first.frame);
}

const char* setting(const Outstanding& oldest)
{
    return oldest.opens ? "tcp_syn_retries and tcp_synack_retries (Linux) or "
                          "MaxSynRetransmissions (Windows) set"
                        : "tcp_retries2 (Linux) or TcpMaxDataRetransmissions (Windows) sets";
}

/// The stack's own timer ran out: an abort on the next step of the backoff, or a socket found
/// gone when the peer speaks again after the last retransmission (Linux ends in silence).
bool timer_ran_out(const Reset& r, const Outstanding& oldest)
{
    if (on_backoff_grid(r))
        return true;
    return passive_form(r) && r.trigger && r.trigger->time > oldest.last_time;
}

std::vector<Evidence> transmissions(const Outstanding& oldest)
{
    return {{oldest.first.frame, oldest.original_seen ? "first transmission of the segment"
                                                      : "first retransmission in the capture"},
            {oldest.last_frame, "its last retransmission before the reset"}};
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
/// Sure: likely; possible when the reset is off the backoff grid.
/// Next: Find where the packets are lost: capture at the receiver to see whether they arrive and
/// whether it answers.
/// Source: RFC 9293 §3.8.3, RFC 6298 §5; Windows TcpMaxDataRetransmissions.
std::optional<Finding> retransmission_timeout(const Reset& r)
{
    const Outstanding* oldest = oldest_unacknowledged(r);
    const bool reader_stopped = r.peer().first && r.peer().window == 0;
    if (!oldest || r.own().rst || reader_stopped || client_refuses_syn_ack(r))
        return std::nullopt;
    const std::uint32_t needed
        = oldest->opens ? r.settings.syn_retransmissions : r.settings.data_retransmissions;
    const std::uint32_t repeats = retransmissions(r);
    if (repeats < needed)
        return std::nullopt;

    const bool ran_out = timer_ran_out(r, *oldest);
    Finding finding{
        .confidence = ran_out ? Confidence::likely : Confidence::possible,
        .explanation = fmt::format("{} sent the same {} again {} in {} and no "
                                   "acknowledgement came in time, so it gave the connection up.",
                                   sender(r), what_was_sent(*oldest), times(repeats),
                                   text(oldest->last_time - oldest->first.time)),
        .advice = fmt::format("Find where packets from {} to {} are lost: capture at {} to see "
                              "whether they arrive and whether its acknowledgements leave. {} "
                              "how often it tries.",
                              r.own_endpoint().address.text(), r.peer_endpoint().address.text(),
                              r.peer_endpoint().address.text(), setting(*oldest)),
        .evidence = transmissions(*oldest),
        .alternatives = {Cause::application_abort},
    };
    if (passive_form(r) && r.trigger) {
        finding.explanation += fmt::format(" The reset answers frame {}, which came after that.",
                                           r.trigger->frame);
        finding.alternatives = {Cause::half_open};
        finding.evidence.push_back(trigger_evidence(r).front());
    }
    return finding;
}

}  // namespace rstcause
