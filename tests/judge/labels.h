// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
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
    std::string family;               ///< of drawn traffic: "unread_data/nginx"
};

/// What is written beside a labelled capture; see tests/lab/README.md for the format.
struct LabelFile {
    std::string name;
    std::filesystem::path capture;
    std::vector<std::string> near_miss_for;
    std::vector<Label> labels;
    std::string side;  ///< of drawn traffic: "studied" or "sealed"; else empty
    std::string draw;  ///< of drawn traffic: seed and number, "7-12"; several captures may share it
};

/// The label in this file. Throws when it cannot be read.
LabelFile read_label_file(const std::filesystem::path& path);

/// What experts wrote of other people's captures: one table for a folder of them, with what they
/// accept beside the best cause. Throws when it cannot be read.
std::vector<LabelFile> read_expert_labels(const std::filesystem::path& table);

/// All of tests/captures, by name. Throws when a label cannot be read.
std::vector<LabelFile> read_labels();

bool holds(const std::vector<std::string>& list, const std::string& word);

/// Is there a detector for this cause, or is it `unknown`?
bool is_detected(const std::string& token);

}  // namespace rstcause::test
