// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>

#include "signs.h"
#include "verdict.h"

namespace rstcause {

/// What a reset says of itself, and the cause that this is a name for, if there is one.
struct Statement {
    std::string text;  ///< printable UTF-8, empty when the reset says nothing
    std::optional<Cause> cause;
};

/// Reads the statement of a reset from its payload: RFC 9293 §3.5.3 allows a text there, and some
/// devices send one; draft-ietf-tcpm-rst-diagnostic-payload defines codes. Binary data, HTML and
/// the like say nothing.
Statement read_statement(Bytes payload);

}  // namespace rstcause
