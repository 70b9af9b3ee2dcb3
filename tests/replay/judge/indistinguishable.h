// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "labels.h"
#include "sight.h"

namespace rstcause::test {

/// Causes whose packets are the same, and where that is so.
struct Rule {
    std::string_view name;      ///< as the twins name it
    std::string_view sentence;  ///< for people; docs/accuracy.md lists them
    std::vector<std::string_view> tokens;
    bool (*holds)(const Sight&);  ///< at this capture point, nothing tells these causes apart
};

/// All rules. Each is shown by twins: captures of different causes, staged, whose packets differ
/// in nothing but numbers (tests/replay/judge/twins_test.cpp).
std::span<const Rule> rules();

/// A cause that is not the true one and cannot be told from it.
struct Acceptance {
    std::string token;
    std::string_view rule;
};

/// What may be said of a reset beside its true cause: by rules that hold at every capture point that
/// saw it. A smaller view (one pass: all up to the
/// reset) can make more acceptable. Never grants `unknown`: the score counts that apart.
std::vector<Acceptance> acceptable_by(const Label& truth, View view, Frame reset);

/// The name of a rule that puts `said` among them; empty when none does.
std::string_view accepting_rule(const std::string& said, const Label& truth, View view, Frame reset);
bool is_acceptable(const std::string& said, const Label& truth, View view, Frame reset);

/// The view of one pass: nothing after the reset is known.
View until(View view, Frame reset);

// The rules by what they are about, one file each.
std::vector<Rule> refusal_rules();
std::vector<Rule> abort_rules();
std::vector<Rule> stray_rules();
std::vector<Rule> forgery_rules();

}  // namespace rstcause::test
