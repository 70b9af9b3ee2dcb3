// SPDX-License-Identifier: GPL-2.0-or-later
#include "tally.h"

#include <fmt/core.h>

#include "judge/indistinguishable.h"

namespace rstcause::test {

Outcome compare(const Label& label, const Verdict& verdict, View view)
{
    if (reason(verdict) == label.reason)
        return Outcome::right;
    if (is_acceptable(reason(verdict), label, view, label.frame))
        return Outcome::acceptable;
    if (verdict.cause == Cause::unknown)
        return Outcome::unknown;
    switch (verdict.confidence) {
    case Confidence::possible: return Outcome::possibly_other;
    case Confidence::likely: return Outcome::likely_other;
    case Confidence::certain: return Outcome::certainly_other;
    }
    return Outcome::certainly_other;
}

std::vector<Label> agreed_labels(const Kept& kept)
{
    const Answers said = answers(kept.trace);
    std::vector<Label> agreed;
    for (const Label& label : kept.labels) {
        const auto found = said.find(label.frame);
        if (found != said.end()
            && compare(label, found->second.front(), kept.trace) <= Outcome::acceptable)
            agreed.push_back(label);
    }
    return agreed;
}

void Tally::judge(const Kept& kept, const Trace& perturbed)
{
    const Answers said = answers(perturbed);
    for (const Label& label : agreed_labels(kept)) {
        const auto found = said.find(label.frame);
        if (found == said.end())
            continue;
        const Verdict& verdict = found->second.front();
        const Outcome outcome = compare(label, verdict, perturbed);
        ++by_reason_[label.reason][static_cast<std::size_t>(outcome)];
        if (outcome >= Outcome::likely_other)
            mistakes_.push_back(fmt::format(
                "{}, frame {}: {} {} instead of {}{}", kept.name, label.frame,
                outcome == Outcome::likely_other ? "likely" : "CERTAINLY", reason(verdict),
                label.reason, holds(label.never, reason(verdict)) ? " (never!)" : ""));
    }
}

std::size_t Tally::count(Outcome outcome) const
{
    std::size_t sum = 0;
    for (const auto& [_, counts] : by_reason_)
        sum += counts[static_cast<std::size_t>(outcome)];
    return sum;
}

void Tally::print() const
{
    const auto line = [](const std::string& name, const auto& number) {
        fmt::print("{:28}{:>7}{:>12}{:>9}{:>10}{:>8}{:>9}\n", name, number(0), number(1), number(2),
                   number(3), number(4), number(5));
    };
    constexpr std::array kHeads = {"right", "acceptable", "unknown", "possible", "likely",
                                   "certain"};
    fmt::print("\n{}: verdicts by label; another cause is possible, likely, certain\n", title_);
    line("", [&](std::size_t i) { return kHeads.at(i); });
    for (const auto& [name, counts] : by_reason_)
        line(name, [&](std::size_t i) { return counts.at(i); });
    line("all", [&](std::size_t i) { return count(static_cast<Outcome>(i)); });
    for (const std::string& mistake : mistakes_)
        fmt::print("  {}\n", mistake);
}

}  // namespace rstcause::test
