// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "reset/reset.h"

/// What the numbers of a reset and its connection say, read as they stand: what is so, is so. What
/// the capture does not tell is for the facts (facts/) to say.
namespace rstcause {

/// A reset with the ACK flag and the sender's own next sequence number: what a living socket
/// sends when it is aborted (RFC 9293 §3.10.5, tcp_send_active_reset).
bool active_form(const Reset& r);

/// The active form of old Windows versions: no ACK flag, yet RCV.NXT in the field.
bool active_form_without_ack_flag(const Reset& r);

/// The same without even that: a plain reset at its sender's own next number that answers nothing which
/// came since its sender's last word.
bool active_form_without_ack(const Reset& r);

/// Any of the three: a living socket was aborted.
bool aborts(const Reset& r);

/// The window field does not go on from what its sender advertised: a reset without a connection
/// carries 0 (Linux tcp_v4_send_reset), one of a living socket its current window.
bool window_is_not_a_window(const Reset& r);

/// A reset without the ACK flag: the answer to a segment that carried ACK (RFC 9293 §3.10.7.1,
/// `<SEQ=SEG.ACK><CTL=RST>`).
bool passive_form(const Reset& r);

/// A RST,ACK that acknowledges exactly a SYN (Fast Open data included), from an end that has
/// said nothing else: the connection was refused (RFC 9293 §3.10.7.1). Without the ACK flag it counts
/// when its field acknowledges the SYN all the same: so passt refuses (tcp.c), and the client goes on asking.
bool answers_a_syn(const Reset& r);

/// SYN, SYN-ACK and the client's acknowledgement are in the capture.
bool handshake_completed(const Reset& r);

/// The capture holds the start of this connection.
bool start_captured(const Reset& r);

/// Silence before the reset, or before the segment that elicited it; keep-alives aside.
Time idle_before(const Reset& r);

/// The sender's oldest segment that no acknowledgement reached in time: none came, or the first
/// one came with the very segment that this reset answers. Null when there is none.
const Outstanding* oldest_unacknowledged(const Reset& r);

/// How often that segment was sent again: as Wireshark's tracking confirms, or by our own
/// landmarks when its analysis is off. 0 without such a segment.
std::uint32_t retransmissions(const Reset& r);

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

/// How far a connection had come, after Sundara Raman et al., SIGCOMM 2023.
enum class Stage {
    unknown,   ///< its start is not in the capture
    post_syn,  ///< the handshake was not complete
    post_ack,  ///< no data yet
    post_psh,  ///< after the client's first data
    later,
};
Stage stage(const Reset& r);

/// "post_syn" and so on, as the fields of Wireshark say it; "" when it is not known.
const char* token(Stage stage);

/// Time from the trigger to the reset; empty without a trigger.
std::optional<Time> response_time(const Reset& r);

/// Hops from where a packet with this TTL or hop limit was made, by the usual initial values
/// (64, 128, 255).
int hops_of(std::uint8_t hop_limit);

}  // namespace rstcause
