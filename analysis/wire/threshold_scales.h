// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <deque>

#include "wire/threshold.h"

namespace rstcause {

/// All thresholds of the scaled core. All stand at namespace scope, so that from main() on none is missing.
std::deque<ThresholdScale>& threshold_scales();

}  // namespace rstcause
