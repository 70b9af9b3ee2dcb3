// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "facts/case.h"
#include "facts/fact.h"

/// How the connection was opened, and how far it had come.
namespace rstcause {

/// A client that had opened it answers the SYN-ACK with a reset: it has no socket any more.
Fact client_resets_the_syn_ack(const Case& c);

/// A client ends a connection that it opened and sent nothing on. No: it did send, or is no client.
Fact never_used_by_the_client(const Case& c);

/// In the handshake, something was acknowledged that its sender had never sent (frame).
Fact handshake_met_a_foreign_ack(const Case& c);

/// The SYN in this host's name came over another number of hops than its reset: somebody else had
/// sent it (a spoofed SYN; the reset is its backscatter).
Fact syn_came_from_elsewhere(const Case& c);

/// A program of the client's own host made the SYN, not its stack: no options, another TTL than the stack's,
/// and the same link. Not known where the host is not on this link.
Fact syn_made_by_a_program(const Case& c);

/// A SYN-ACK came to an end that has opened nothing in this capture (frame).
Fact syn_ack_unasked(const Case& c);

/// The SYN-ACK's timestamp echo names no time at which its SYN was sent (RFC 7323 §3.2).
Fact echoes_a_foreign_timestamp(const Case& c);

/// The same addresses and ports carried an earlier connection; its last frame.
Fact ports_used_before(const Case& c);

/// That one had been closed (frame of its first FIN or reset).
Fact earlier_connection_closed(const Case& c);

/// The new SYN's number lies not above the earlier connection's last one.
Fact sequence_number_not_above(const Case& c);

/// The earlier connection had ended within TIME_WAIT before the new SYN (span).
Fact within_time_wait(const Case& c);

/// The server has said nothing but its SYN-ACK, and the reset answers the first thing that came
/// after it.
Fact server_resets_at_once(const Case& c);

/// The client waited as long as its SYN's retransmissions take, or sent them (count of SYNs). Not known when it waited
/// for longer than a first SYN is left alone and the capture has one SYN only: there were others.
Fact client_waited_long(const Case& c);

/// The SYN carries no option but MSS, as scanners make it.
Fact bare_syn(const Case& c);

/// Another attempt of the same client to the same service's other address won (frame of its SYN).
Fact another_attempt_won(const Case& c);

/// Both attempts of that race were by the same version of IP: the services may be unrelated.
Fact race_within_one_family(const Case& c);

/// The client opened the server's other SMB port at the same time (frame of that SYN).
Fact other_smb_port_tried(const Case& c);

/// And uses that one (frame of its first data).
Fact other_smb_port_used(const Case& c);

}  // namespace rstcause
