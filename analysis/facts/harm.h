// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "facts/case.h"
#include "facts/fact.h"

/// What was lost with the connection, and what its two sides had outstanding when the reset came.
namespace rstcause {

/// The connection goes on as if the reset had not come, or its attempt succeeds all the same (frame).
Fact connection_goes_on(const Case& c);

/// An earlier reset, or the FINs of both sides, had ended the connection before (frame).
Fact had_ended_before(const Case& c);

/// The connection was refused before it had come to be (frame of the SYN).
Fact was_refused(const Case& c);

/// The client gave up after it had waited for a connection as long as its retransmissions take (span).
Fact waited_in_vain(const Case& c);

/// The server accepted, and reset before either side had said anything (frame of its SYN-ACK).
Fact turned_away(const Case& c);

/// The same client tried again later and was served at the same place (frame of the service's first data; how long
/// after).
Fact was_served_later(const Case& c);

/// The same client has tried there more often than once (count of all its attempts).
Fact tried_again(const Case& c);

/// The client's last words got no answer (frame of the first of them). No: the server spoke last, or they asked for
/// nothing: a good-bye, or TLS records too short for a question.
Fact request_left_unanswered(const Case& c);

/// The server's answer lacks its end, by its own framing (frame; count of missing bytes, where it stated its length).
/// Not known where its framing is not.
Fact answer_cut_short(const Case& c);

/// Words of the server, or of the client, of which the capture shows no acknowledgement (frame of the first of them).
Fact server_unheard(const Case& c);
Fact client_unheard(const Case& c);

/// They were sent more than once: they did not arrive.
Fact server_sent_again(const Case& c);

/// The sender of the reset left unread what its peer had said (frame of the first of its last words): closing freed
/// the room that they took. Yes or not known: what a program has read is seldom on the wire.
Fact words_lay_unread(const Case& c);

/// The reset answers words that a NAT let through untranslated: their receiver knew nothing of them (frame).
Fact words_went_past_the_nat(const Case& c);

/// One side's window was shut when the reset came, so that the other held back what it had to say (frame since when).
Fact somebody_was_held_back(const Case& c);

/// The client itself ended the connection: by this reset, or by a FIN or a reset before it (frame).
Fact client_ended_it(const Case& c);

/// It did so soon after its last words (span): it had not been kept waiting for an answer to them.
Fact client_did_not_wait(const Case& c);

/// Neither side ended it: one had lost the connection or was out of reach, or somebody on the way did it.
Fact neither_side_ended_it(const Case& c);

/// Both sides were done: what was asked was answered, what was sent was acknowledged, no answer was cut short.
Fact nothing_was_outstanding(const Case& c);

}  // namespace rstcause
