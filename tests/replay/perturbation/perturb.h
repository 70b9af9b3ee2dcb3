// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <random>

#include "judge/trace.h"

namespace rstcause::test {

// Each takes a trace and returns another one, in which one thing is different.

/// Every address bit by bit inverted, and ephemeral ports (from 32768 on) in reverse order: what
/// sorted first sorts last. Ports below, and so what is known of them, stay.
Trace with_mirrored_endpoints(Trace trace);

/// Ephemeral ports of clients that talk to a lower port moved below 32768.
Trace with_low_client_ports(Trace trace);

/// Each direction's sequence numbers moved so that they wrap around 2^32 in mid-stream; the zeros
/// that RFC 9293 asks for stay. (SACK blocks stay too: the core does not read them.)
Trace with_wrapped_sequence_numbers(Trace trace);

/// The first packet at `start`, the others at the same distance from it.
Trace starting_at(Trace trace, Time start);

/// No SYN, SYN-ACK and handshake ACK of connections on which data flowed.
Trace without_handshakes(const Trace& trace);

/// The timestamps option overwritten with padding.
Trace without_timestamps(Trace trace);

/// Every packet a second time, 2 µs later. Renumbered.
Trace doubled(const Trace& trace);

/// Neighbours of opposite directions of a connection, less than 100 µs apart, change places (the
/// times stay with the places). Renumbered.
Trace slightly_reordered(Trace trace);

enum class Role { client, server };

/// Only what clients sent, or only what servers sent.
Trace one_sided(const Trace& trace, Role sender);

/// Nothing after `last`, a frame of the kept capture.
Trace cut_after(const Trace& trace, Frame last);

/// The capture of one interface begins only with frame `first`; the others are whole.
Trace started_late(const Trace& trace, std::uint32_t interface, Frame first);

/// The clock of one interface off by `skew`; packets in the order of their times again. Renumbered.
Trace skewed(Trace trace, std::uint32_t interface, Time skew);

/// Every IP-ID zero, as some stacks and all of IPv6 have it.
Trace without_ip_ids(Trace trace);

using Random = std::mt19937;

/// Some bytes of some TCP headers, and some lengths, overwritten at random.
Trace corrupted(Trace trace, Random& random);

/// Some packets captured only up to a random byte.
Trace truncated(Trace trace, Random& random);

}  // namespace rstcause::test
