// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "facts/case.h"
#include "facts/fact.h"

/// What had ended the connection before the reset, and what else ended with it.
namespace rstcause {

/// Who had ended the connection before.
enum class Closer { nobody, own_reset, peers_reset, own_fin };
Closer closed_by(const Case& c);

/// The sender's socket was gone before: it had sent FIN or a reset, or had got one (frame, and how
/// long before). No: it took part in the connection, and its last word was none of these. Not known
/// when the capture lacks its last words.
Fact closed_before(const Case& c);

/// It took part so shortly before (span) that it can hardly have restarted or failed over in between.
Fact took_part_just_before(const Case& c);

/// Its sender had reset the connection before.
Fact had_reset_before(const Case& c);

/// What ended the connection was a reset that may not have been its host's (frame).
Fact closed_by_a_doubtful_reset(const Case& c);

/// The sender said nothing after it had closed. (A half-closed connection still acknowledges.)
Fact silent_since_it_closed(const Case& c);

/// So long ago (span) that even TIME_WAIT was over.
Fact closed_long_ago(const Case& c);

/// Both sides had sent FIN, and each had acknowledged the other's.
Fact both_sides_closed(const Case& c);

/// Only TIME_WAIT was left of the connection at the peer, and what it sent from there is answered.
Fact peer_spoke_from_time_wait(const Case& c);

/// An old segment of the sender's passed here after both had closed: it reached the end in TIME_WAIT.
Fact old_segment_came_late(const Case& c);

/// The sender's own FIN was sent again, and TIME_WAIT acknowledges that by itself (RFC 9293 §3.10.7.4).
Fact sent_its_fin_again(const Case& c);

/// What it answers had come before, number for number: sent again, or doubled on the way.
Fact answers_a_repetition(const Case& c);

/// The peer had closed by FIN (frame).
Fact peer_had_closed(const Case& c);

/// It had closed in the moment before (span).
Fact peer_had_just_closed(const Case& c);

/// The sender took part in the connection before this reset (its last frame).
Fact took_part(const Case& c);

/// The same endpoint ended several connections in the same instant, at least two of them by reset: how
/// many (count), within what time (span).
Fact ended_with_others(const Case& c);

/// They ended together though their last words had come at different times, up to so far apart
/// (span): no word of a peer, and no timer of a connection, brought that about.
Fact silences_of_different_lengths(const Case& c);

/// Some of those were closed by FIN, as a dying process closes what it had read to the end (count).
Fact some_ended_by_fin(const Case& c);

/// Those others belonged to other hosts than this connection's peer.
Fact several_peers_were_cut(const Case& c);

/// Many connections with several peers ended in this instant (count), some of them just used and some long idle: no
/// timer and no peer brings that about, but the end of the program that had them.
Fact a_programs_connections_were_cut(const Case& c);

/// The same endpoint answers later in a connection that is older than those ends, so not all of it
/// stopped (frame). Not known while the capture has shown none.
Fact others_live_on(const Case& c);

/// The service refused a connection soon after (frame).
Fact refuses_since(const Case& c);

/// The service accepted or answered after it as if nothing had happened (frame), and refused nobody.
Fact accepts_since(const Case& c);

}  // namespace rstcause
