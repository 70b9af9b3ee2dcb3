// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>

#include "labels.h"
#include "trace.h"
#include "verdict.h"

namespace rstcause::test {

/// How a verdict compares with the truth.
enum class Grade {
    right,       ///< the true cause
    acceptable,  ///< another one, which this view cannot tell from it
    unknown,     ///< nothing was claimed
    wrong,
};

const char* token(Grade grade);

struct Score {
    Grade grade = Grade::wrong;
    std::string rule;  ///< that makes it acceptable
    std::optional<bool> origin_right;   ///< where the label has an origin
    std::optional<bool> trigger_right;  ///< where the label has a trigger
};

/// `view`: what the capture holds, up to the reset alone when `verdict` is one pass's.
Score score(const Label& label, const Verdict& verdict, const Trace& view);

}  // namespace rstcause::test
