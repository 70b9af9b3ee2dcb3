// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
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

/// What the plugin says of one reset.
struct Said {
    std::string reason;
    int confidence = 0;
    std::optional<std::uint32_t> trigger, repeat_of, retransmissions;
    std::string origin;
    std::string path;
};

/// Runs tshark over a capture; the plugin's fields by frame number.
std::map<std::uint32_t, Said> ask(const Capture& capture, bool two_passes);

}  // namespace rstcause::test
