// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "facts/case.h"
#include "facts/fact.h"

/// What ran out: retransmissions, probes, idle time. Timers before counts: when a reset comes tells
/// more than how many packets came before it.
namespace rstcause {

/// One segment was sent again as often as the preference says before its sender gives up (count),
/// and no acknowledgement of it reached the sender in time. Not known when it was sent again less often.
Fact retransmissions_ran_out(const Case& c);

/// The segment that was sent again; null when there is none.
const Outstanding* resent_segment(const Case& c);

/// The reset came on the next step of the retransmission timer's backoff (RFC 6298 §5).
Fact on_the_backoff_grid(const Case& c);

/// The reset came between two steps of it: the stack had not given up.
Fact off_the_backoff_grid(const Case& c);

/// One segment was sent again so often that a stack may think of giving up (count), and not again when the timer's next
/// step was due (span since the last time): its sender had given up, or was gone.
Fact retransmissions_stopped(const Case& c);

/// The socket was found gone by a segment that came after the last retransmission: Linux gives up
/// in silence.
Fact found_gone_after_the_last(const Case& c);

/// Keep-alive probes of the sender that no answer reached (count; frame of the first).
Fact probes_unanswered(const Case& c);

/// Two of them at least, evenly spaced, and the reset one more step after the last.
Fact one_step_after_the_last_probe(const Case& c);

/// A socket that had closed, and waited in vain for the peer to close as well (span since its FIN): FIN-WAIT-2,
/// which RFC 9293 §3.6 leaves without a limit and most stacks do not.
Fact waited_for_the_peers_fin(const Case& c);

/// Silence of at least the preference's threshold before the reset, or before what it answers.
Fact long_silence(const Case& c);

/// Silence of some seconds, and many times any earlier pause of the connection (span).
Fact unusual_silence(const Case& c);

/// Nothing of the connection was said since the capture began (span), some seconds before: it had been silent for so
/// long at least. Not known where the capture begins later, or holds resets alone.
Fact silent_since_capture_began(const Case& c);

/// The same endpoint reset other connections after just this silence, at other times (count).
Fact same_silence_elsewhere(const Case& c);

/// The silence is one of the well-known idle timers, give or take 1 % (span).
Fact silence_of_a_known_timer(const Case& c);

}  // namespace rstcause
