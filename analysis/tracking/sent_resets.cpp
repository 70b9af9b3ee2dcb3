// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracking/sent_resets.h"

namespace rstcause {

const SentReset* SentResets::twin_of(const SentReset& reset, const SentResets& elsewhere) const
{
    std::size_t before = 0;
    for (const auto& side : by_side)
        for (const SentReset& own : side)
            before += same_packet(own, reset) && own.mark.frame < reset.mark.frame;
    for (const auto& side : elsewhere.by_side)
        for (const SentReset& seen : side)
            if (same_packet(seen, reset) && before-- == 0)
                return &seen;
    return nullptr;
}

}  // namespace rstcause
