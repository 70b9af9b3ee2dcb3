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

int hops_nearer(const Case& c)
{
    const auto usual = usual_hop_limit(c);
    return usual ? hops_of(*usual) - hops_of(c.rst.hop_limit) : 0;
}

}  // namespace rstcause
