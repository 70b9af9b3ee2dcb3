// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "facts/case.h"
#include "facts/evidence.h"

/// Words that several causes share, so that the same thing always reads the same.
namespace rstcause {

/// "0.21 ms", "3.2 s", "12 min", "2.5 h", "3 days".
std::string text(Time span);

/// "1 time", "5 times".
std::string times(std::uint32_t count);

/// "SYN", "FIN", "120 bytes of data", "ACK": what a segment is, for evidence.
std::string describe(Flags flags, std::uint32_t length);

/// The sender and the receiver of the reset: "192.0.2.1:443 (https)", with the name of the
/// service where there is one.
std::string sender(const Case& c);
std::string receiver(const Case& c);

/// Who makes a reset of this form, in plain words; empty when it fits none.
std::string form_in_words(const Case& c);

/// What the reset states, as evidence. Only with a statement.
Evidence says(const Case& c);

/// The frame that elicited the reset, as evidence; empty without one.
std::vector<Evidence> trigger_evidence(const Case& c);

}  // namespace rstcause
