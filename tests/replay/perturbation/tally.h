// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "judge/answers.h"
#include "judge/kept.h"

namespace rstcause::test {

/// How a verdict on a perturbed trace compares with the label of the kept one.
enum class Outcome { right, acceptable, unknown, possibly_other, likely_other, certainly_other };

/// `view`: the packets that the verdict knew.
Outcome compare(const Label& label, const Verdict& verdict, View view);

/// The labels that the core agrees with before anything is changed. The others are the business of
/// the tests without perturbation: here one thing at a time is wrong.
std::vector<Label> agreed_labels(const Kept& kept);

/// Outcomes by label, and the mistakes one by one.
class Tally {
public:
    explicit Tally(std::string title) : title_(std::move(title)) {}

    /// Judges what the core says of every agreed reset that the perturbed trace still holds.
    void judge(const Kept& kept, const Trace& perturbed);

    std::size_t count(Outcome outcome) const;
    /// Prints the table and, below it, each verdict that is likely or certain of another cause.
    void print() const;

private:
    std::string title_;
    std::map<std::string, std::array<std::size_t, 6>> by_reason_;
    std::vector<std::string> mistakes_;
};

}  // namespace rstcause::test
