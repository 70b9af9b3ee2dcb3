// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rstcause::test {

/// What must be said of one reset of a labelled capture.
struct Label {
    std::uint32_t frame = 0;
    std::string reason;
    std::vector<std::string> acceptable;  ///< what an expert accepts; captures made here leave it to rules
    std::vector<std::string> never;       ///< must not be claimed
    std::optional<std::uint32_t> trigger, repeat_of, retransmissions;
    std::optional<std::string> origin;
    std::optional<std::string> path;  ///< between two capture points
    std::optional<std::string> impact;  ///< by what was lost, as the staging knows it
    std::string family;  ///< of drawn traffic, what made it: "unread_data/nginx"; else empty
};

/// What is written beside a labelled capture; see tests/making/lab/README.md for the format.
struct LabelFile {
    std::string name;
    std::filesystem::path capture;
    std::vector<std::string> near_miss_for;
    std::map<std::string, std::string> twins;  ///< rule of indistinguishability, capture of another cause
    std::vector<Label> labels;
    std::string side;  ///< of drawn traffic: "studied" or "sealed"; else empty
    std::string draw;  ///< of drawn traffic, seed and number: "7-12"; its views share it. Else empty
    std::vector<std::string> families;  ///< of drawn traffic
    std::string view;                   ///< of drawn traffic: "client, ring 3 of 5"
};

/// The label in this .json file. Throws when it cannot be read.
LabelFile read_label_file(const std::filesystem::path& path);

/// The labels in a folder, by name. Throws when one cannot be read; a missing folder holds none.
std::vector<LabelFile> read_label_folder(const std::filesystem::path& folder);

/// What experts wrote of other people's captures: a table with a line of titles, a line for each
/// reset, columns parted by tabs: capture, frame, best cause, what else they accept (with `|`
/// between), whether `certain` would be right, origin, trigger, repeat_of, why. The captures lie
/// beside it. By name; throws when the table cannot be read.
std::vector<LabelFile> read_expert_labels(const std::filesystem::path& table);

/// All of tests/captures, by name. Throws when a label cannot be read.
std::vector<LabelFile> read_labels();

bool holds(const std::vector<std::string>& list, const std::string& word);

/// Is there a detector for this cause, or is it `unknown`?
bool is_detected(const std::string& token);

}  // namespace rstcause::test
