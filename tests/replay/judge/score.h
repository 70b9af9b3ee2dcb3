// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>

#include "labels.h"
#include "trace.h"
#include "diagnosis/verdict.h"

namespace rstcause::test {

/// How a verdict compares with the truth.
enum class Grade {
    right,       ///< the true cause
    acceptable,  ///< another one, which this view cannot tell from it
    unknown,     ///< nothing was claimed, where something could have been
    wrong,
};

const char* token(Grade grade);

struct Score {
    Grade grade = Grade::wrong;
    std::string rule;                   ///< what makes it acceptable; else empty
    std::optional<bool> origin_right;   ///< empty where the label has none
    std::optional<bool> trigger_right;  ///< empty where the label has none, or repeats another reset:
                                        ///< which segment of a burst it answers is not on the wire
};

/// `view`: what the capture holds, for one pass up to the reset alone.
Score score(const Label& label, const Verdict& verdict, View view);

}  // namespace rstcause::test
