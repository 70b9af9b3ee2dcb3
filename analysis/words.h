// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "reset.h"
#include "verdict.h"

/// Words that several causes share, so that the same thing always reads the same.
namespace rstcause {

/// "0.21 ms", "3.2 s", "12 min", "2.5 h".
std::string text(Time span);

/// "1 time", "5 times".
std::string times(std::uint32_t count);

/// "SYN", "FIN", "120 bytes of data", "ACK": what a segment is, for evidence.
std::string describe(Flags flags, std::uint32_t length);

/// The frame that elicited the reset, as evidence; empty without one.
std::vector<Evidence> trigger_evidence(const Reset& r);

}  // namespace rstcause
