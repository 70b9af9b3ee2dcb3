// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "reset/reset.h"
#include "diagnosis/verdict.h"

namespace rstcause {

/// Asks every cause of the catalogue about one reset and ranks what they say: the surest finding
/// wins, of equals the earlier row; the others become alternatives. `unknown` when none speaks,
/// or when the winner is less sure than the user wants to see.
Verdict explain(const Reset& r);

}  // namespace rstcause
