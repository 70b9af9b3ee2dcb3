// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "wire/signs.h"
#include "reset/terms.h"

namespace rstcause {

/// What a reset says of itself, and the cause that this is a name for, if there is one.
struct Statement {
    std::string text;  ///< printable UTF-8, empty when the reset says nothing
    std::optional<Cause> cause;
    bool refuses = false;  ///< means `cause` only in answer to a SYN
    bool only_stray = false;  ///< says that no connection was found, which is no cause
    bool other_leg = false;   ///< a proxy speaks of its connection on the other side
    bool by_code = false;     ///< a number in the window field, which chance can put there
    bool of_a_known_maker = false;  ///< and its sender opened the connection as those do that put it there
    bool idle = false;        ///< means that the connection was idle, or something else
};

/// Reads the statement of a reset from its payload: RFC 9293 §3.5.3 allows a text there, and some
/// devices send one; draft-ietf-tcpm-rst-diagnostic-payload defines codes. Binary data, HTML and
/// the like say nothing.
Statement read_statement(Bytes payload);

/// What a NetScaler says by the raw window of a reset (Citrix CTX200852); empty for other numbers.
Statement read_window_code(std::uint16_t window);

}  // namespace rstcause
