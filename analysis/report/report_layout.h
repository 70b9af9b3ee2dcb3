// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "tracking/capture_point.h"

/// Lines, times and numbers of the report that people read.
namespace rstcause {

constexpr std::size_t kReportColumns = 100;

/// `text` in lines of at most kReportColumns, the first one after `start`, the others below its
/// text. Words longer than a line are cut; control characters become "?".
std::string paragraph(std::string_view start, std::string_view text);

/// "2026-11-20 10:00:00 to 10:10:00 UTC", in local time; the day again where it is another one.
std::string from_to(const Period& period);

/// "2.0 a second", "18 a minute": in a unit that leaves one or more, yet is not long beside `span`,
/// in which it was measured.
std::string rate_in_words(double per_second, Time span);

/// "(33 %)", "(<1 %)"; 100 % is all of them.
std::string share(std::size_t part, std::size_t whole);

/// "1 reset", "2 resets".
std::string counted(std::size_t count, std::string_view what);

}  // namespace rstcause
