// SPDX-License-Identifier: GPL-2.0-or-later
#include "scaling.h"

#include <utility>

#include <fmt/core.h>

#include "wire/threshold_scales.h"

namespace rstcause::test {

namespace {

bool is_certain(const Verdict& verdict) { return verdict.confidence == Confidence::certain; }

}  // namespace

Captures::Captures(std::vector<Kept> captures)
{
    for (Kept& kept : captures) {
        for (ThresholdScale& threshold : threshold_scales())
            threshold.reads = 0;
        Judged judged{.kept = std::move(kept), .said = {}, .asked = {}};
        judged.said = judge(judged.kept);
        for (const ThresholdScale& threshold : threshold_scales())
            if (threshold.reads > 0)
                judged.asked.insert(&threshold);
        verdicts_ += judged.said.size();
        captures_.push_back(std::move(judged));
    }
}

std::vector<Captures::Said> Captures::judge(const Kept& kept)
{
    const Answers all = answers(kept.trace);
    std::vector<Said> said;
    for (const Label& label : kept.labels) {
        const Verdict& verdict = all.at(label.frame).front();
        said.push_back({verdict, score(label, verdict, kept.trace).grade});
    }
    return said;
}

void Captures::compare(const Judged& as_it_is, Turns& turns)
{
    const std::vector<Said> scaled = judge(as_it_is.kept);
    for (std::size_t i = 0; i < scaled.size(); ++i) {
        const Said& before = as_it_is.said[i];
        const Said& after = scaled[i];
        if (after.verdict.cause != before.verdict.cause) {
            ++turns.turned;
            turns.were_right += before.grade == Grade::right;
            turns.are_right += after.grade == Grade::right;
        }
        const bool worst = after.grade == Grade::wrong && is_certain(after.verdict);
        const bool was_so = before.grade == Grade::wrong && is_certain(before.verdict);
        const Label& label = as_it_is.kept.labels[i];
        if (worst && !was_so)
            turns.certain_and_wrong.push_back(fmt::format("{}, frame {}: {}, and {} is said", as_it_is.kept.name,
                                                          label.frame, label.reason, reason(after.verdict)));
    }
}

Turns Captures::with(ThresholdScale& threshold, double factor) const
{
    Turns turns;
    threshold.factor = factor;
    for (const Judged& judged : captures_)
        if (judged.asked.contains(&threshold))
            compare(judged, turns);
    threshold.factor = 1;
    return turns;
}

}  // namespace rstcause::test
