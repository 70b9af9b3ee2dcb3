// SPDX-License-Identifier: GPL-2.0-or-later
#include "answers.h"

#include <fmt/core.h>

#include "diagnosis/catalogue.h"

namespace rstcause::test {

namespace {

using KeptFrames = std::map<Frame, Frame>;

void translate(std::optional<Frame>& frame, const KeptFrames& kept)
{
    if (frame)
        frame = kept.at(*frame);
}

Verdict translated(Verdict verdict, const KeptFrames& kept)
{
    translate(verdict.trigger, kept);
    translate(verdict.repeat_of, kept);
    translate(verdict.contradicted_by, kept);
    for (Evidence& evidence : verdict.evidence)
        evidence.frame = kept.at(evidence.frame);
    if (verdict.harm.frame != 0)
        verdict.harm.frame = kept.at(verdict.harm.frame);
    return verdict;
}

template <typename Number>
std::string shown(const std::optional<Number>& number)
{
    return number ? fmt::format("{}", *number) : "-";
}

}  // namespace

Observation give(Session& session, const Packet& packet)
{
    const Observation seen = session.observe(view(packet));
    if (seen.wants_tracking)
        session.note_tracking({.available = true, .retransmission = true, .not_new = true});
    return seen;
}

Answers answers(const Trace& trace)
{
    Session session{Settings{}};
    KeptFrames kept;
    std::vector<Frame> resets;
    for (const Packet& packet : trace) {
        kept[packet.raw.frame] = packet.kept;
        if (give(session, packet).reset)
            resets.push_back(packet.kept);
    }
    Answers found;
    for (ResetId id = 0; id < resets.size(); ++id)
        found[resets[id]].push_back(translated(session.explain(id), kept));
    return found;
}

Answers one_pass_answers(const Trace& trace)
{
    Session session{Settings{}};
    KeptFrames kept;
    Answers found;
    for (const Packet& packet : trace) {
        kept[packet.raw.frame] = packet.kept;
        if (const auto reset = give(session, packet).reset)
            found[packet.kept].push_back(translated(session.explain(*reset), kept));
    }
    return found;
}

std::string reason(const Verdict& verdict) { return std::string(row(verdict.cause).token); }

std::string facts(const Verdict& v)
{
    std::string text = fmt::format(
        "{} confidence={} impact={} origin={} trigger={} repeat_of={} contradicted_by={} "
        "retransmissions={} stream={} idle={} stated={}",
        reason(v), static_cast<int>(v.confidence), static_cast<int>(v.harm.impact),
        static_cast<int>(v.origin), shown(v.trigger), shown(v.repeat_of),
        shown(v.contradicted_by), shown(v.retransmissions), shown(v.stream_retransmissions),
        v.idle ? v.idle->count() : -1, v.stated);
    for (Cause cause : v.alternatives)
        text += fmt::format(" or={}", row(cause).token);
    for (const Evidence& evidence : v.evidence)
        text += fmt::format(" evidence={}", evidence.frame);
    return text;
}

std::string words(const Verdict& verdict)
{
    std::string text = verdict.endpoint.text() + "|" + verdict.explanation + "|" + verdict.advice;
    for (const Evidence& evidence : verdict.evidence)
        text += "|" + evidence.shows;
    return text;
}

}  // namespace rstcause::test
