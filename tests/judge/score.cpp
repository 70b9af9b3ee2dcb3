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
    Score score;
    if (said == label.reason)
        score.grade = Grade::right;
    else if (holds(label.acceptable, said))
        score = {.grade = Grade::acceptable, .rule = "granted"};
    else if (verdict.cause == Cause::unknown)
        score.grade = Grade::unknown;
    if (label.origin)
        score.origin_right = *label.origin == rstcause::token(verdict.origin);
    if (label.trigger)
        score.trigger_right = label.trigger == verdict.trigger;
    return score;
}

}  // namespace rstcause::test
