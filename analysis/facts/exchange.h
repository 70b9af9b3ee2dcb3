// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "facts/case.h"
#include "facts/fact.h"

/// What the two sides had said to each other before the reset, and what was left unsaid or unread.
namespace rstcause {

/// The peer's last words had reached the sender, and it has answered them by nothing (frame of the
/// first of them; how long before).
Fact left_unanswered(const Case& c);

/// Those words had come just before: too short a time for having worked on them (span).
Fact just_received(const Case& c);

/// The peer went on sending after the sender had given its answer (frame).
Fact peer_sent_on_after_the_answer(const Case& c);

/// More of the peer's data was on the way when the reset left: it acknowledges less than was sent.
Fact data_was_on_the_way(const Case& c);

/// All that the sender and, to its knowledge, the peer had sent was acknowledged.
Fact all_acknowledged(const Case& c);

/// The exchange was over: the peer had closed, the sender had said good-bye, or a server its answer.
Fact exchange_was_over(const Case& c);

/// A client had its answer; whether it had read it, the wire does not tell.
Fact client_had_its_answer(const Case& c);

/// Nothing had been said on the connection since it was opened.
Fact nothing_was_said(const Case& c);

/// The peer, or the sender, had said good-bye (frame).
Fact good_bye_was_said(const Case& c);

/// The latest data of all was a good-bye (frame).
Fact good_bye_was_the_last_word(const Case& c);

/// The two sides began in different protocols, an HTTP request to an SSH server for instance, and nothing else
/// was said (frame of the later one's words). Not known where one of them is not recognised.
Fact speak_different_protocols(const Case& c);

/// The sender of the reset, or by a TLS alert its peer, had said as its last word that the protocol
/// failed (frame; how long before).
Fact error_was_said(const Case& c);

/// The sender itself had said so.
Fact said_an_error_itself(const Case& c);

/// The sign of that error; only where error_was_said() is so.
const SignMark& said_error(const Case& c);

/// The peer's window is closed, or was until the segment that this reset answers, long enough for
/// the sender to know and to try (frame since when; span).
Fact peer_had_stopped_reading(const Case& c);

}  // namespace rstcause
