// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "facts/case.h"
#include "facts/fact.h"

/// What else is known of the port that was refused or used, and of the client that tried.
namespace rstcause {

/// The port accepted a connection before this reset. Not known when the capture does not go back
/// far enough to say that it did not (see watched_long_enough), or tables had to forget.
Fact accepted_before(const Case& c);

/// It accepts one after this reset. Not known while the capture has shown none.
Fact accepts_later(const Case& c);

/// Accepted and refused connections have taken turns, more often than a service goes down and up.
Fact accepts_and_refuses_in_turns(const Case& c);

/// All that asked at this port were refused: how many (count), when they are more than one.
Fact refused_every_time(const Case& c);

/// This capture point has watched for so long before the reset (span) that a service that had run
/// would have shown.
Fact watched_long_enough(const Case& c);

/// The capture begins with an attempt at this port: it was made for it, as far as one can tell.
Fact capture_begins_with_an_attempt(const Case& c);

/// The answer came far sooner than this host answers elsewhere (frame of neither).
Fact answered_faster_than_the_host(const Case& c);

/// The client has tried this many endpoints and used none of them (count), as scanners do.
Fact client_scans(const Case& c);

/// The same of whoever opened the connection, be it this sender or its peer.
Fact opener_scans(const Case& c);

/// The peer is such a client.
Fact peer_scans(const Case& c);

/// The peer has sent segments of no connection from one port after the other, all alike (count, from the third on): a
/// program with a raw socket does. (So may a pool of connections, opened together and lost together.)
Fact peer_counts_its_ports(const Case& c);

/// The side that asked for this connection has tried so many endpoints in vain (count) that no single one of them was
/// what it wanted, whoever sent the reset.
Fact asker_scans(const Case& c);

/// The client has connected to this port and reset it unused this often (count), more than once.
Fact comes_again_and_again(const Case& c);

}  // namespace rstcause
