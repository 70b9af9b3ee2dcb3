// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

std::string advice(const Reset& r)
{
    if (r.statement.other_leg)
        return fmt::format("Look at the connections of {} on its other side: what it says happened "
                           "there.",
                           r.own_endpoint().address.text());
    return "Look the statement up in the documentation of the device that sent it.";
}

}  // namespace

/// The reset itself says why, in its payload or by a code in its window.
///
/// Wire: printable text or a diagnostic code within the reset's IP length, or a NetScaler's code in
/// the raw window. A statement that names another cause makes that cause the verdict; one that only
/// says that no connection was found is left to the other rules, as evidence.
/// Mistaken for: link-layer padding, which lies outside the IP length; HTML or other data; an
/// ordinary window that equals a code by chance.
/// Sure: likely; possible for a code in the window of a reset that a living socket could have sent.
/// Next: Look the statement up in the documentation of the device that sent it. A "{peer}" of F5
/// BIG-IP speaks of the connection on the device's other side.
/// Source: RFC 9293 §3.5.3 (a RST may carry a text in its data); F5 K13223; Citrix CTX200852;
/// draft-ietf-tcpm-rst-diagnostic-payload.
std::optional<Finding> device_stated(const Reset& r)
{
    const Statement& said = r.statement;
    if (said.text.empty() || said.only_stray || (said.refuses && !answers_a_syn(r)))
        return std::nullopt;
    const bool by_chance = said.by_code && active_form(r);
    return Finding{
        .confidence = by_chance ? Confidence::possible : Confidence::likely,
        .explanation = fmt::format("The reset of {} states why: {}{}.", sender(r), said.text,
                                   said.other_leg ? " ({peer}: on the device's other side)" : ""),
        .advice = advice(r),
        .evidence = {says(r)},
        .stands_for = said.cause,
    };
}

}  // namespace rstcause
