// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "judge/labels.h"

namespace rstcause::test {

/// A kept capture with its labels.
struct Capture : LabelFile {
    std::string path;  ///< readable by everyone
};

/// A copy of a capture that everyone can read.
Capture make_readable(LabelFile label);

/// All of tests/captures, by name.
const std::vector<Capture>& captures();

/// The path of one capture; fails the program when there is none of that name.
const std::string& capture(const std::string& name);

/// The first capture whose name begins so.
const Capture& capture_like(const std::string& prefix);

}  // namespace rstcause::test
