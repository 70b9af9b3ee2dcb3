// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "facts/clue.h"
#include "tracking/connection.h"
#include "tracking/hosts.h"
#include "reset/passage.h"
#include "reset/settings.h"
#include "reset/stated.h"
#include "tracking/volley.h"

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

/// What the headers of a reset share with the packets just before it.
struct Likeness {
    Frame id_of = 0;            ///< a segment of the other side with the same non-zero IP-ID
    /// An unacknowledged segment whose acknowledgement and end are the numbers of this RST,ACK.
    Frame numbers_of = 0;
    bool off_its_row = false;   ///< its sender counts its IP-IDs, and this one is off the count
    bool off_its_link = false;  ///< its sender's segments come from another link-layer address
    /// Since when its sender can have known what this reset answers or acknowledges last.
    std::optional<Time> informed_at;
};

/// What came after the reset. Known in full only once the capture has been read.
struct Aftermath {
    /// A later segment that the reset's sender could not have sent after aborting.
    std::optional<Frame> sender_went_on;
    /// That segment acknowledges the one that the reset answers: it had reached the sender.
    bool knew_trigger = false;
    /// The receiver acknowledges what the sender sent later: the reset ended nothing.
    std::optional<Frame> ignored;
    /// The receiver's answer to a reset off the expected number (RFC 5961 §3.2).
    std::optional<Frame> challenged;
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
    Likeness likeness;
    Service service_then;            ///< the sender's endpoint, before this reset
    Knowledge now;                   ///< what is known by now: later frames included
    Aftermath aftermath;
    Volley volley;                   ///< all resets of the connection, later ones included
    std::optional<Passage> passage;  ///< what a second capture point tells
    bool unmatched = false;  ///< there is a second point, and this connection is not found there
    std::vector<Clue> clues;         ///< what speaks against the sender named, strong ones first
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

/// It refuses an acknowledgement that no state before ESTABLISHED accepts; its sender lives on and
/// goes on opening the connection (RFC 9293 §3.10.7.3, §3.10.7.4).
bool refuses_a_wrong_ack(const Reset& r);

/// A plain reset of which the capture does not surely tell what it answers: nothing fits, or a bare
/// ACK some time ago, which its receiver may have accepted in silence. Nobody knows whether it was
/// meant to end anything.
bool is_vague_answer(const Reset& r);

/// Some NATs answer a reset that they pass on, in the form of a refusal.
bool answers_a_reset(const Reset& r);

/// A RST,ACK without window whose numbers are those of one segment, turned round: how OpenBSD's pf
/// (return-rst) and some appliances answer what they stop; old Windows versions abort like that.
bool mirrors_a_segment(const Reset& r);

/// Frame of the segment that the reset answers by its numbers, or mirrors; 0 when there is none.
Frame answered_frame(const Reset& r);

/// The reset answers a lone segment without SYN, the first that its receiver saw of the peer.
bool is_stray(const Reset& r);

/// The client answers a right SYN-ACK with a reset: it has no socket any more.
bool client_refuses_syn_ack(const Reset& r);

/// The client's first reset ends a connection that it opened and never used: it sent no data and
/// no FIN, and nothing ended the connection before.
bool client_left_it_unused(const Reset& r);

/// The opener of the connection; the sender when the roles are not known.
Side client_side(const Reset& r);

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

/// Hops from where a packet with this TTL or hop limit was made, by the usual initial values.
int hops_of(std::uint8_t hop_limit);

/// How far the connection had come: "post_syn" (the handshake was not complete), "post_ack" (no
/// data yet), "post_psh" (after the client's first data) or "later", after Sundara Raman et al.,
/// SIGCOMM 2023; empty when its start is not in the capture.
const char* stage(const Reset& r);

/// Time from the trigger to the reset; empty without a trigger.
std::optional<Time> response_time(const Reset& r);

Likeness find_likeness(const Segment& rst, const History& before, const RecentSegments& sent,
                       const RecentSegments& received);

/// The trigger of `rst`, looked up among its receiver's recent segments.
std::optional<Trigger> find_trigger(const Segment& rst, const History& before,
                                    const RecentSegments& received);

}  // namespace rstcause
