// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

/// The two attempts are begun together.
constexpr Time kTogether = 2s;

}  // namespace

/// A Windows client tries both SMB ports at once and drops the one it does not need.
///
/// Wire: one client opens 445 and 139 of one server within moments, uses one, resets the other.
/// Mistaken for: an unrelated reset on port 139.
/// Sure: certain once the other port is seen in use, else likely.
/// Next: Nothing to do.
/// Source: [MS-SMB2] §2.1; Microsoft Support, "TCP resets of SMB connections".
std::optional<Finding> smb_dual_connect(const Reset& r)
{
    const std::uint16_t port = r.rst.to.port;
    if ((port != kSmbDirectPort && port != kSmbNetbiosPort) || !client_left_it_unused(r))
        return std::nullopt;
    const SmbPair& pair = r.now.smb;
    const auto& winner_syn = port == kSmbDirectPort ? pair.netbios_syn : pair.direct_syn;
    const auto& winner_used = port == kSmbDirectPort ? pair.netbios_used : pair.direct_used;
    if (!winner_syn || std::chrono::abs(winner_syn->time - r.own().syn->time) > kTogether)
        return std::nullopt;
    const bool used = winner_used && winner_used->frame > winner_syn->frame;
    return Finding{
        .confidence = used ? Confidence::certain : Confidence::likely,
        .explanation = fmt::format("{} tried both SMB ports of {} and uses the other one; this "
                                   "connection to port {} lost the race.",
                                   r.own_endpoint().address.text(),
                                   r.peer_endpoint().address.text(), port),
        .advice = "Nothing to do: this is how Windows opens SMB.",
        .evidence = {{winner_syn->frame, "SYN to the other SMB port"}},
        .alternatives = used ? std::vector<Cause>{} : std::vector{Cause::connect_cancelled},
    };
}

}  // namespace rstcause
