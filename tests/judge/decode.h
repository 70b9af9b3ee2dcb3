// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>

#include "trace.h"

namespace rstcause::test {

/// Reads the link layer (Ethernet with VLAN tags, Linux cooked v1 and v2, raw IP, loopback) and the
/// IP header in front of TCP. Empty for anything else: no TCP, a fragment, a tunnel, or a
/// TCP header cut off before its flags.
std::optional<Packet> decode(int link_type, Bytes frame, std::uint32_t length_on_the_wire);

}  // namespace rstcause::test
