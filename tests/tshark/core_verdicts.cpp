// SPDX-License-Identifier: GPL-2.0-or-later
#include "judge/answers.h"
#include "judge/kept.h"
#include "verdicts.h"

namespace rstcause::test {

namespace {

Said said(const Verdict& verdict)
{
    return {.reason = reason(verdict),
            .confidence = static_cast<int>(verdict.confidence),
            .trigger = verdict.trigger,
            .repeat_of = verdict.repeat_of,
            .retransmissions = verdict.retransmissions,
            .origin = token(verdict.origin),
            .path = verdict.path};
}

}  // namespace

std::map<std::string, Verdicts> in_the_core(Passes passes)
{
    std::map<std::string, Verdicts> all;
    for (const Kept& kept : library().captures) {
        Verdicts& here = all[kept.name];
        const Answers found = passes == Passes::one ? one_pass_answers(kept.trace)
                                                    : answers(kept.trace);
        for (const auto& [frame, verdicts] : found)
            here[frame] = said(verdicts.front());
    }
    return all;
}

}  // namespace rstcause::test
