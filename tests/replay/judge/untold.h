// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "labels.h"
#include "sight.h"

namespace rstcause::test {

/// Where a view holds too little of a connection for anybody to say what was lost with it.
struct Blindness {
    std::string_view name;
    std::string_view sentence;  ///< for people; docs/accuracy.md lists them
    bool (*holds)(const Sight&, bool by_server);  ///< by_server: the reset speaks for the server
};

/// All of them. Each is shown by two captures of different losses that are the same in such a view
/// (tests/replay/judge/untold_test.cpp).
std::span<const Blindness> blindnesses();

/// Why the view does not tell what the staging knows of the impact; empty when it does. Such a reset counts neither
/// as right, though what was said may be the truth, nor as too careful. A claim that is not the truth is never excused:
/// `problem` of what was not, or `normal` of a request unanswered. An answer that was not read may be said to have been
/// where the rule of that pair of causes holds.
std::string_view untold(const std::string& said, const Label& truth, View view);

}  // namespace rstcause::test
