// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "../words.h"
#include "causes.h"

namespace rstcause {

/// The reset carries text that says why, and no ordinary cause is known for it.
///
/// Wire: printable text within the reset's IP length; a text that maps to another cause is given
/// to that one instead.
/// Mistaken for: link-layer padding, which lies outside the IP length; HTML or other data.
/// Sure: likely; a text that is a known name of a cause makes that cause the verdict.
/// Next: Look the text up in the documentation of the device that sent it.
/// Source: RFC 9293 §3.5.3 (a RST may carry a text in its data).
std::optional<Finding> device_stated(const Reset& r)
{
    if (r.statement.text.empty())
        return std::nullopt;
    return Finding{
        .confidence = Confidence::likely,
        .explanation = fmt::format("The reset of {} itself says: {}", r.own_endpoint().text(),
                                   r.statement.text),
        .advice = "Look the statement up in the documentation of the device that sent it.",
        .evidence = {{r.rst.frame, fmt::format("its payload says: {}", r.statement.text)}},
        .stands_for = r.statement.cause,
    };
}

}  // namespace rstcause
