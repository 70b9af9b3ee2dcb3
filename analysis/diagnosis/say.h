// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "causes/bearings.h"
#include "facts/case.h"

namespace rstcause {

/// What a bearing says of its fact as it is, with its measures filled in.
std::string say(const Bearing& bearing);

/// Why the capture does not tell something: "the capture holds only one direction".
std::string why_not_known(const Case& c, Gap gap);

/// What a bearing's doubt is: what speaks against the cause, or what the capture does not tell and
/// why ("not known whether …: the capture begins 0.3 s before").
std::string say_doubt(const Case& c, const Bearing& bearing);

}  // namespace rstcause
