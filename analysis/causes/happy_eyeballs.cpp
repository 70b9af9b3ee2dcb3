// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

/// The client tried several addresses of one service at once and dropped the slower ones.
///
/// Wire: two attempts of one host (the same address or the same link-layer source) to the same
/// port of different addresses, begun within moments; one is used, this one is reset unused.
/// Mistaken for: `connect_cancelled`, when no winner is seen; `smb_dual_connect`, with two ports.
/// Sure: likely, and only when the winner is in the capture.
/// Next: Nothing to do; if the same address loses each time, its path is slow.
/// Source: RFC 8305 §5.
std::optional<Finding> happy_eyeballs(const Reset& r)
{
    const auto& winner = r.now.rival;
    if (!winner || !client_left_it_unused(r))
        return std::nullopt;
    return Finding{
        .confidence = Confidence::likely,
        .explanation = fmt::format("{} tried {} and {} at once and uses the latter; this attempt "
                                   "lost the race.",
                                   r.own_endpoint().address.text(), receiver(r),
                                   winner->service.text()),
        .advice = "Nothing to do; if this address loses each time, its path is slow or broken.",
        .evidence = {{winner->syn.frame, "SYN of the attempt that won"}},
        .alternatives = {Cause::connect_cancelled},
    };
}

}  // namespace rstcause
