// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "connection.h"
#include "hosts.h"
#include "settings.h"
#include "stated.h"

namespace rstcause {

/// The segment that elicited a reset.
struct Trigger {
    Frame frame = 0;
    Time time{};
    Time silence{};  ///< nothing but keep-alives for this long before it
    Seq seq;
    std::uint32_t length = 0;
    Flags flags;
    std::optional<std::uint32_t> echo;  ///< TSecr
};

/// What came after the reset. Known in full only once the capture has been read.
struct Aftermath {
    /// A later segment that the reset's sender could not have sent after aborting.
    std::optional<Frame> sender_went_on;
    /// A later SYN-ACK to the SYN of the same connection attempt: it succeeded after all.
    std::optional<Frame> healed;
};

/// A reset, the connection before it and what came later: all that a detector sees.
struct Reset {
    Segment rst;
    Defect defect = Defect::none;
    Side sender = Side::a;
    History before;
    std::optional<Trigger> trigger;
    Statement statement;             ///< what the reset itself says
    bool tracking_known = false;     ///< Wireshark's sequence analysis was on
    Service service_then;            ///< the sender's endpoint, before this reset
    Knowledge now;                   ///< what is known by now: later frames included
    Aftermath aftermath;
    Settings settings;

    const HalfConnection& own() const { return before.half(sender); }
    const HalfConnection& peer() const { return before.half(other(sender)); }
    const Endpoint& own_endpoint() const { return rst.from; }
    const Endpoint& peer_endpoint() const { return rst.to; }
};

// Named facts: the vocabulary of the causes.

/// A reset with the ACK flag and the sender's own next sequence number: what a living socket
/// sends when it is aborted (RFC 9293 §3.10.5, tcp_send_active_reset).
bool active_form(const Reset& r);

/// The active form of old Windows versions: no ACK flag, yet RCV.NXT in the field.
bool active_form_without_ack_flag(const Reset& r);

/// Either of the two: a living socket was aborted.
bool aborts(const Reset& r);

/// The window field does not go on from what its sender advertised: a reset without a connection
/// carries 0 (Linux tcp_v4_send_reset), one of a living socket its current window.
bool window_is_not_a_window(const Reset& r);

/// A reset without the ACK flag: the answer to a segment that carried ACK (RFC 9293 §3.10.7.1,
/// `<SEQ=SEG.ACK><CTL=RST>`).
bool passive_form(const Reset& r);

/// A RST,ACK that acknowledges exactly a SYN (Fast Open data included), from an end that has
/// said nothing else: the connection was refused (RFC 9293 §3.10.7.1).
bool answers_a_syn(const Reset& r);

/// SYN, SYN-ACK and the client's acknowledgement are in the capture.
bool handshake_completed(const Reset& r);

/// The capture holds the start of this connection.
bool start_captured(const Reset& r);

/// Its sender had closed (FIN) or either side had aborted (RST) before.
std::optional<Mark> earlier_close(const Reset& r);

/// Silence before the reset, or before the segment that elicited it; keep-alives aside.
Time idle_before(const Reset& r);

/// The sender's oldest segment that no acknowledgement reached in time: none came, or the first
/// one came with the very segment that this reset answers. Null when there is none.
const Outstanding* oldest_unacknowledged(const Reset& r);

/// How often that segment was sent again: as Wireshark's tracking confirms, or by our own
/// landmarks when its analysis is off. 0 without such a segment.
std::uint32_t retransmissions(const Reset& r);

/// True when the reset came on the next step of the retransmission timer's backoff: the timer
/// doubles, or repeats once it has reached its cap (RFC 6298 §5).
bool on_backoff_grid(const Reset& r);

/// True when `span` is one step of a timer of length `interval`, give or take its lateness.
bool one_step(Time span, Time interval);

/// An ACK that is no SYN-ACK came while the sender was opening the connection: it belongs to
/// another one (RFC 9293 §3.10.7.3).
bool meets_a_foreign_ack(const Reset& r);

/// The reset answers a lone segment without SYN, the first that its receiver saw of the peer.
bool is_stray(const Reset& r);

/// The client answers a right SYN-ACK with a reset: it has no socket any more.
bool client_refuses_syn_ack(const Reset& r);

/// The client's first reset ends a connection that it opened and never used: it sent no data and
/// no FIN, and nothing ended the connection before.
bool client_left_it_unused(const Reset& r);

/// Sent by the side that opened the connection, as far as that is known.
bool sent_by_client(const Reset& r);

/// The service: the server's end, or the sender's when the roles are not known.
const Endpoint& service_endpoint(const Reset& r);

/// TTL or hop limit of the sender's other segments, in this connection or when it opened others.
std::optional<std::uint8_t> usual_hop_limit(const Reset& r);

/// How many hops fewer the reset crossed than the segments of its supposed sender; negative: more.
/// Counted from the usual initial values (64, 128, 255): a stack may use another one for resets.
/// Fewer hops: a device on the way can have made it. More: a host behind a NAT or balancer that
/// answers for itself is farther away than the device that usually answers. 0 when not known.
int hops_nearer(const Reset& r);

/// Time from the trigger to the reset; empty without a trigger.
std::optional<Time> response_time(const Reset& r);

/// The trigger of `rst`, looked up among its receiver's recent segments.
std::optional<Trigger> find_trigger(const Segment& rst, const History& before,
                                    const RecentSegments& received);

}  // namespace rstcause
