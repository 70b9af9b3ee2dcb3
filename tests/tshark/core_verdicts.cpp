// SPDX-License-Identifier: GPL-2.0-or-later
#include "../perturbation/answers.h"
#include "../perturbation/kept.h"
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

Verdicts verdicts(const Trace& trace, Passes passes)
{
    Session session{Settings{}};
    std::vector<Frame> resets;
    Verdicts found;
    for (const Packet& packet : trace)
        if (const auto id = give(session, packet).reset) {
            resets.push_back(packet.kept);
            found[packet.kept] = said(session.explain(*id));
        }
    for (ResetId id = 0; passes == Passes::two && id < resets.size(); ++id)
        found[resets[id]] = said(session.explain(id));
    return found;
}

}  // namespace

std::map<std::string, Verdicts> in_the_core(Passes passes)
{
    std::map<std::string, Verdicts> all;
    for (const Kept& kept : library().captures)
        all[kept.name] = verdicts(kept.trace, passes);
    return all;
}

}  // namespace rstcause::test
