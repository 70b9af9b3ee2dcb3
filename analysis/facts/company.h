// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>

#include "facts/case.h"

/// In whose company a reset came: what makes one entry of several resets in the report.
namespace rstcause {

/// Several connections that one host ended together, named by the frame of the first of these ends.
/// Empty when it ended this one alone, or as a service whose client had closed: that was the client's moment.
std::optional<Frame> ended_together(const Case& c);

/// A client that tries many endpoints and uses none.
struct Scan {
    Address by;
    bool bare = false;  ///< with a SYN that no ordinary stack sends
};

/// The scan that this reset is part of: it refuses, or gives up, a connection that a scanner had opened
/// and not used, or answers a stray segment of a scanner.
std::optional<Scan> scan_of(const Case& c);

}  // namespace rstcause
