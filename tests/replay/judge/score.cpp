// SPDX-License-Identifier: GPL-2.0-or-later
#include "score.h"

#include "answers.h"
#include "indistinguishable.h"

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

namespace {

/// Why `said` may be said beside the truth; empty when it may not.
std::string rule_for(const std::string& said, const Label& label, View view)
{
    if (holds(label.acceptable, said))
        return "experts";
    return std::string(accepting_rule(said, label, view, label.frame));
}

}  // namespace

Score score(const Label& label, const Verdict& verdict, View view)
{
    const std::string said = reason(verdict);
    Score scored;
    if (said == label.reason)
        scored.grade = Grade::right;
    else if (verdict.cause == Cause::unknown)
        scored.grade = Grade::unknown;
    else if (const std::string rule = rule_for(said, label, view); !rule.empty())
        scored = {.grade = Grade::acceptable, .rule = rule};
    if (label.origin)
        scored.origin_right = *label.origin == rstcause::token(verdict.origin);
    if (label.trigger && !label.repeat_of)
        scored.trigger_right = label.trigger == verdict.trigger;
    return scored;
}

}  // namespace rstcause::test
