// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <map>
#include <string>
#include <tuple>

#include "wire/segment.h"

namespace rstcause::test {

/// What the plugin says today of a reset whose cause is another, and no rule makes acceptable.
struct KnownWrong {
    std::string truth, said;
    bool certain = false;  ///< said with certainty: the worst of them

    friend bool operator==(const KnownWrong&, const KnownWrong&) = default;
};

/// By capture, frame, and whether it is the final verdict (else that of one pass).
using KnownWrongs = std::map<std::tuple<std::string, Frame, bool>, KnownWrong>;

/// tests/captures/known_wrong.tsv: the debt of the verdicts. A line of titles, then capture, frame,
/// truth, said, `one_pass` or `final`, and `certain` or nothing, parted by tabs. Read once; throws
/// when a line cannot be read.
const KnownWrongs& known_wrongs();

/// A line of that file, for what a test finds.
std::string known_wrong_line(const std::string& capture, Frame frame, bool final,
                             const KnownWrong& wrong);

}  // namespace rstcause::test
