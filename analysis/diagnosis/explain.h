// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "diagnosis/verdict.h"
#include "facts/case.h"

namespace rstcause {

/// The verdict on one reset: weighs every cause (diagnosis/weigh.h) and tells the winner's story,
/// what else it could be, and what was ruled out. `unknown` when nothing fits, or when the winner is
/// less sure than the user wants to see.
Verdict explain(const Case& c);

}  // namespace rstcause
