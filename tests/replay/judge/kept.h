// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <map>
#include <string>
#include <vector>

#include "labels.h"
#include "trace.h"

namespace rstcause::test {

/// A labelled capture, read without Wireshark.
struct Kept {
    std::string name;
    std::map<std::string, std::string> twins;  ///< as LabelFile has them
    std::vector<Label> labels;
    Trace trace;
};

/// Reads the capture beside a label. Throws when it cannot be read, holds no TCP, or holds a labelled
/// reset in what the decoder does not know.
Kept read_kept(const LabelFile& file);

/// What tests/captures holds.
struct Library {
    std::vector<Kept> captures;                  ///< those that can be read here, by name
    std::map<std::string, std::string> skipped;  ///< the others, and why
};

/// Read once.
const Library& library();

}  // namespace rstcause::test
