// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rstcause::test {

/// What must be said of one reset of a kept capture.
struct Label {
    std::uint32_t frame = 0;
    std::string reason;
    std::vector<std::string> acceptable;  ///< where the wire cannot tell
    std::vector<std::string> one_pass;    ///< while later frames are not yet known
    std::vector<std::string> never;       ///< must not be claimed
    std::optional<std::uint32_t> trigger, repeat_of, retransmissions;
    std::optional<std::string> origin;
    std::optional<std::string> path;  ///< between two capture points
};

/// What is written beside a kept capture; see tests/lab/README.md for the format.
struct LabelFile {
    std::string name;
    std::filesystem::path capture;
    std::vector<std::string> near_miss_for;
    std::map<std::string, std::string> twins;  ///< rule of tests/judge, capture of another cause
    std::vector<Label> labels;
};

/// All of tests/captures, by name. Throws when a label cannot be read.
std::vector<LabelFile> read_labels();

bool holds(const std::vector<std::string>& list, const std::string& word);

/// Is there a detector for this cause, or is it `unknown`?
bool is_detected(const std::string& token);

}  // namespace rstcause::test
