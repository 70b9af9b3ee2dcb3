// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>

#include "trace.h"

namespace rstcause::test {

/// Reads what stands in front of TCP: the link layer (Ethernet, Linux cooked v1 and v2, raw IP,
/// loopback) with VLAN tags, MPLS and PPPoE, IPv4, IPv6 with extension headers, and the tunnels
/// IP-in-IP, GRE and VXLAN, of which the innermost TCP counts. Empty for anything else: no TCP, a
/// fragment, another tunnel, or a TCP header cut off before its flags.
std::optional<Packet> decode(int link_type, Bytes frame, std::uint32_t length_on_the_wire);

}  // namespace rstcause::test
