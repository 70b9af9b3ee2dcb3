// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/opening.h"
#include "facts/port.h"
#include "facts/words.h"

namespace rstcause {

namespace {

void weigh(const Case& c, Bearings& b)
{
    b.needs(never_used_by_the_client(c), "the client never used the connection",
            "the connection was used, or the client did not end it");
    b.needs(other_smb_port_tried(c), "the client opened the other SMB port at the same time",
            "the client did not open the other SMB port at the same time");
    b.excluded_by(bare_syn(c), "a SYN without the options of a stack that speaks SMB");
    b.supports(other_smb_port_tried(c), Weight::proof, "SYN to the other SMB port");
    b.supports(other_smb_port_used(c), Weight::proof, "the client uses the other SMB port");
    for (Cause rival : {Cause::connect_cancelled, Cause::health_check, Cause::syn_scan,
                        Cause::application_abort, Cause::fast_close})
        b.rules_out(rival, other_smb_port_used(c), "the client uses the other SMB port instead");
}

Story tell(const Case& c)
{
    return {.headline = fmt::format("{} tried both SMB ports of {}", c.own_endpoint().address.text(),
                                    c.peer_endpoint().address.text()),
            .details = fmt::format("it uses the other one; this connection to port {} lost the race",
                                   c.rst.to.port),
            .advice = "Nothing to do: this is how Windows opens SMB."};
}

}  // namespace

/// A Windows client tries both SMB ports at once and drops the one it does not need.
///
/// Wire: one client opens 445 and 139 of one server within moments, uses one, resets the other.
/// Mistaken for: an unrelated reset on port 139.
/// Next: Nothing to do.
/// Source: [MS-SMB2] §2.1; Microsoft Support, "TCP resets of SMB connections".
const CauseRule smb_dual_connect{weigh, tell};

}  // namespace rstcause
