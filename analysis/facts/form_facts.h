// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "facts/case.h"
#include "facts/fact.h"

/// What kind of reset it is: facts of its own numbers (RFC 9293 §3.5.2).
namespace rstcause {

/// A living socket sent it: its sender's own next number. Not known where the capture holds nothing
/// of the sender and the numbers do not say no.
Fact sent_by_a_living_socket(const Case& c);

/// Its sender had no socket for what it answers: no ACK flag. Of some stacks (Windows, lwIP, libslirp)
/// a RST,ACK that follows the sender's own FIN, too.
Fact sent_without_a_socket(const Case& c);

/// It answers this segment, by its numbers. Not known when none in the capture fits.
Fact answers_a_segment(const Case& c);

/// A plain reset though its peer had been silent for longer than any answer takes (span): nothing that was
/// captured here elicited it. Not known when the capture lacks the peer's direction.
Fact answers_nothing_here(const Case& c);

/// It answers a segment after the connection's opening, sent on an open connection.
Fact answers_mid_stream(const Case& c);

/// It refuses a connection: acknowledges exactly a SYN. Not known when the capture lacks the
/// client's direction and the numbers are those of a refusal.
Fact refuses_a_syn(const Case& c);

/// Somebody else than the host named made it: what the clues come to, and what a second capture
/// point shows. No: a second point shows that its host sent it.
Fact made_on_the_way(const Case& c);

/// A kernel's reply carries an IPv6 flow label where its host labels flows; netfilter's reject and
/// forgeries do not (tcp_v6_send_response against nf_send_reset6). Not known on IPv4.
Fact labelled_by_a_kernel(const Case& c);

/// Its sender's packets have come over several links to this capture point: some may not have come so
/// far. No: they arrive with a TTL that stacks begin with.
Fact captured_far_from_its_sender(const Case& c);

/// The capture holds what the sender said, and nothing of what was said to it.
Fact heard_one_side_only(const Case& c);

/// The supposed sender goes on as if it had sent no reset (frame). Not known while nothing shows it.
Fact sender_goes_on_after_it(const Case& c);

}  // namespace rstcause
