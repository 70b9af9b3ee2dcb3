// SPDX-License-Identifier: GPL-2.0-or-later
#include "score.h"

#include "answers.h"

namespace rstcause::test {

const char* token(Grade grade)
{
    switch (grade) {
    case Grade::right: return "right";
    case Grade::acceptable: return "acceptable";
    case Grade::unknown: return "unknown";
    case Grade::wrong: return "wrong";
    }
    return "";
}

Score score(const Label& label, const Verdict& verdict, const Trace&)
{
    const std::string said = reason(verdict);
    Score scored;
    if (said == label.reason)
        scored.grade = Grade::right;
    else if (verdict.cause == Cause::unknown)
        scored.grade = Grade::unknown;
    else if (holds(label.acceptable, said))
        scored = {.grade = Grade::acceptable, .rule = "granted by the label"};
    if (label.origin)
        scored.origin_right = *label.origin == rstcause::token(verdict.origin);
    if (label.trigger && !label.repeat_of)
        scored.trigger_right = label.trigger == verdict.trigger;
    return scored;
}

}  // namespace rstcause::test
