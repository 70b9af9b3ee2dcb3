// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <set>
#include <string>
#include <vector>

#include "judge/answers.h"
#include "judge/kept.h"
#include "judge/score.h"
#include "wire/threshold.h"

namespace rstcause::test {

/// What another value of one threshold does to the verdicts of some captures.
struct Turns {
    std::size_t turned = 0;      ///< another cause is said
    std::size_t were_right = 0;  ///< of those: the true cause was said before
    std::size_t are_right = 0;   ///< and: it is said now
    std::vector<std::string> certain_and_wrong;  ///< "capture, frame 7: true, said", where it was not so before
};

/// Labelled captures, and what the core says of them as it is.
class Captures {
public:
    explicit Captures(std::vector<Kept> captures);

    /// Labelled resets.
    std::size_t verdicts() const { return verdicts_; }

    /// The same captures once more with this threshold times `factor`, all others as they are.
    Turns with(ThresholdScale& threshold, double factor) const;

private:
    struct Said {
        Verdict verdict;
        Grade grade = Grade::wrong;
    };
    struct Judged {
        Kept kept;
        std::vector<Said> said;                  ///< by label
        std::set<const ThresholdScale*> asked;   ///< no other threshold can turn anything here
    };

    static std::vector<Said> judge(const Kept& kept);
    static void compare(const Judged& as_it_is, Turns& turns);

    std::vector<Judged> captures_;
    std::size_t verdicts_ = 0;
};

}  // namespace rstcause::test
