// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "diagnosis/verdict.h"
#include "facts/case.h"

namespace rstcause {

/// The capture or log that would tell the verdict from its first alternative, as a sentence that
/// begins with a space. Empty when nothing is open, or when the advice says it.
std::string what_would_settle(const Case& c, const Verdict& verdict);

}  // namespace rstcause
