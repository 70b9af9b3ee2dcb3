// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/case.h"

namespace rstcause {

bool peer_spoke_last(const Case& c)
{
    const auto& own = c.own().last_data;
    const auto& peer = c.peer().last_data;
    return peer && (!own || own->frame < peer->frame);
}

std::optional<std::uint8_t> usual_hop_limit(const Case& c)
{
    return c.own().first ? std::optional(c.own().hop_limit) : c.now.own_host.hop_limit;
}

namespace {

constexpr std::uint16_t kBgp = 179;

/// BGP speakers begin with 1 towards a neighbour on their own link (FRR: BGP_DEFAULT_TTL), unless they begin with 255
/// (RFC 5082 §3); what their kernels send without a socket begins as usual.
int hops_of_segment(const Case& c, std::uint8_t hop_limit)
{
    return service_endpoint(c).port == kBgp && hop_limit == 1 ? 0 : hops_of(hop_limit);
}

}  // namespace

int hops_nearer(const Case& c)
{
    const auto usual = usual_hop_limit(c);
    // Other connections of this address were opened with the reset's own hop limit: a farm, or a NAT.
    if (!usual || c.now.own_host.opens_with(c.rst.hop_limit))
        return 0;
    return hops_of_segment(c, *usual) - hops_of_segment(c, c.rst.hop_limit);
}

}  // namespace rstcause
