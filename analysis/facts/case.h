// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "facts/clue.h"
#include "reset/form.h"
#include "reset/reset.h"
#include "reset/second_point.h"
#include "reset/settings.h"
#include "tracking/sent_resets.h"

namespace rstcause {

/// A reset as a case to be solved: what was kept of it, and what is known by now besides.
struct Case : Reset {
    Knowledge now;                      ///< of hosts and services, later frames included
    SentResets resets;                  ///< all of the connection, later ones included
    Period captured;                    ///< when this capture point captured
    std::optional<Endpoint> capture_began_with;  ///< whom its first packet asked for a connection
    bool resets_alone = false;          ///< this capture point captured nothing else
    std::optional<SecondPoint> second;  ///< what a second capture point tells
    std::optional<Mark> peer_sent_on;   ///< data beyond what it had sent, captured after the reset
    std::optional<Mark> heard_after;    ///< acknowledged after the reset in its sender's name: all that the peer ever sent
    std::optional<Frame> leans_on;      ///< an earlier reset of the connection that may not be its host's
    bool unmatched = false;  ///< there is a second point, and this connection is not found there
    std::vector<Clue> clues;            ///< what speaks against the sender named, strong ones first
    Settings settings;
};

/// The latest data is the peer's.
bool peer_spoke_last(const Case& c);

/// TTL or hop limit of the sender's other segments, in this connection or when it opened others.
std::optional<std::uint8_t> usual_hop_limit(const Case& c);

/// How many hops fewer the reset crossed than the segments of its supposed sender; negative: more.
/// Counted from the usual initial values (64, 128, 255): a stack may use another one for resets.
/// Fewer hops: a device on the way can have made it. More: a host behind a NAT or balancer that
/// answers for itself is farther away than the device that usually answers. 0 when not known, and where the
/// address has opened connections from as far away as that.
int hops_nearer(const Case& c);

}  // namespace rstcause
