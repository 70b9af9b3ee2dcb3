// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "trace.h"

namespace rstcause::test {

/// A view without its numbers: a line for each packet. Hosts and ports are named in order of
/// appearance, sequence numbers count from each side's first; hop count, ID, window and flow label
/// are told by how they relate to the sender's packet before. Order, directions, flags, lengths,
/// kinds of options, words and pauses of seconds stay. Views that differ in nothing but numbers are
/// equal in this form.
std::vector<std::string> canonical(const Trace& view);

}  // namespace rstcause::test
