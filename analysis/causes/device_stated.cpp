// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/form_facts.h"
#include "facts/timers.h"
#include "facts/words.h"

namespace rstcause {

namespace {

/// The statement names a reason. One that only says that no connection was found does not.
Fact states_a_reason(const Case& c)
{
    const Statement& said = c.statement;
    const bool about_another = said.refuses && !refuses_a_syn(c).yes();
    return known(!said.text.empty() && !said.only_stray && !about_another, c.rst.frame);
}

/// A number in the window of a reset that a living socket could have sent may be a window.
Fact may_be_a_window(const Case& c)
{
    return known(c.statement.by_code && !c.statement.of_a_known_maker && active_form(c), c.rst.frame);
}

/// Of "idle, or something else" the silence before it says which.
std::optional<Cause> meaning(const Case& c)
{
    const bool silent = long_silence(c).yes() || unusual_silence(c).yes() || waited_for_the_peers_fin(c).yes();
    return c.statement.idle && silent ? Cause::idle_timeout : c.statement.cause;
}

void weigh(const Case& c, Bearings& b)
{
    b.needs(states_a_reason(c), "the reset states a reason", "the reset states no reason");
    b.supports(states_a_reason(c), Weight::proof, "its sender wrote the reason into the packet");
    b.doubts(known(!meaning(c), c.rst.frame), Weight::hint,
             "what it states is none of the causes that the wire shows");
    b.doubts(may_be_a_window(c), Weight::proof,
             "the number may be a window: a living socket could have sent this reset");
}

Story tell(const Case& c)
{
    const Statement& said = c.statement;
    return {.headline = fmt::format("The reset of {} states why", sender(c)),
            .details = said.text + (said.other_leg ? " ({peer}: on the device's other side)" : ""),
            .advice = said.other_leg
                ? fmt::format("Look at the connections of {} on its other side: what it says "
                              "happened there.",
                              c.own_endpoint().address.text())
                : "Look the statement up in the documentation of the device that sent it.",
            .evidence = {says(c)},
            .stands_for = meaning(c)};
}

}  // namespace

/// The reset itself says why, in its payload or by a code in its window.
///
/// Wire: printable text or a diagnostic code within the reset's IP length, or a NetScaler's code in
/// the raw window, where the sender's SYN-ACK is a NetScaler's too (window 8190, TTL from 255). A
/// statement that names another cause makes that cause the verdict; one that only says that no
/// connection was found is left to the other rules, as evidence.
/// Mistaken for: link-layer padding, which lies outside the IP length; HTML or other data; an
/// ordinary window that equals a code by chance.
/// Next: Look the statement up in the documentation of the device that sent it. A "{peer}" of F5
/// BIG-IP speaks of the connection on the device's other side.
/// Source: RFC 9293 §3.5.3 (a RST may carry a text in its data); F5 K13223; Citrix CTX200852;
/// draft-ietf-tcpm-rst-diagnostic-payload.
const CauseRule device_stated{weigh, tell};

}  // namespace rstcause
