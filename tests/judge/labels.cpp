// SPDX-License-Identifier: GPL-2.0-or-later
#include "labels.h"

#include <algorithm>
#include <fstream>
#include <map>

#include <nlohmann/json.hpp>

#include "catalogue.h"

namespace rstcause::test {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

template <typename T>
std::optional<T> optional_value(const json& object, const char* key)
{
    return object.contains(key) ? std::optional(object.at(key).get<T>()) : std::nullopt;
}

Label label_from(const json& object)
{
    const std::vector<std::string> none;
    return {.frame = object.at("frame"),
            .reason = object.at("reason"),
            .acceptable = object.value("acceptable", none),
            .one_pass = object.value("one_pass", none),
            .never = object.value("never", none),
            .trigger = optional_value<std::uint32_t>(object, "trigger"),
            .repeat_of = optional_value<std::uint32_t>(object, "repeat_of"),
            .retransmissions = optional_value<std::uint32_t>(object, "retransmissions"),
            .origin = optional_value<std::string>(object, "origin"),
            .path = optional_value<std::string>(object, "path"),
            .family = object.value("family", "")};
}

std::vector<std::string> split(const std::string& text, char separator)
{
    std::vector<std::string> parts(1);
    for (char c : text)
        if (c == separator)
            parts.emplace_back();
        else
            parts.back() += c;
    return parts;
}

std::optional<std::uint32_t> frame_in(const std::string& text)
{
    return text.empty() ? std::nullopt
                        : std::optional(static_cast<std::uint32_t>(std::stoul(text)));
}

/// Columns: capture, frame, best, acceptable, whether `certain` would be right, origin, trigger,
/// repeat_of, why.
Label expert_label(const std::vector<std::string>& columns)
{
    Label label{.frame = frame_in(columns.at(1)).value(),
                .reason = columns.at(2),
                .acceptable = split(columns.at(3), '|'),
                .trigger = frame_in(columns.at(6)),
                .repeat_of = frame_in(columns.at(7))};
    if (!columns.at(5).empty())
        label.origin = columns.at(5);
    return label;
}

}  // namespace

LabelFile read_label_file(const fs::path& path)
{
    const json content = json::parse(std::ifstream(path));
    const fs::path capture = fs::path(path).replace_extension(".pcapng");
    LabelFile file{.name = capture.stem().string(),
                   .capture = capture,
                   .near_miss_for = content.at("near_miss_for"),
                   .labels = {},
                   .side = content.value("side", ""),
                   .draw = {}};
    if (content.contains("draw"))
        file.draw = std::to_string(content.at("seed").get<std::uint64_t>()) + "-"
            + std::to_string(content.at("draw").get<std::uint64_t>());
    for (const json& reset : content.at("resets"))
        file.labels.push_back(label_from(reset));
    return file;
}

std::vector<LabelFile> read_expert_labels(const fs::path& table)
{
    std::ifstream in(table);
    std::map<std::string, LabelFile> files;
    std::string line;
    for (std::getline(in, line); std::getline(in, line);) {
        const auto columns = split(line, '\t');
        LabelFile& file = files[columns.at(0)];
        file.name = columns.at(0);
        file.capture = table.parent_path() / columns.at(0);
        file.labels.push_back(expert_label(columns));
    }
    std::vector<LabelFile> all;
    for (auto& [_, file] : files)
        all.push_back(std::move(file));
    return all;
}

std::vector<LabelFile> read_labels()
{
    std::vector<LabelFile> found;
    for (const auto& entry : fs::directory_iterator(SOURCE_DIR "/tests/captures"))
        if (entry.path().extension() == ".json")
            found.push_back(read_label_file(entry.path()));
    std::sort(found.begin(), found.end(),
              [](const LabelFile& a, const LabelFile& b) { return a.name < b.name; });
    return found;
}

bool holds(const std::vector<std::string>& list, const std::string& word)
{
    return std::find(list.begin(), list.end(), word) != list.end();
}

bool is_detected(const std::string& token)
{
    for (const CatalogueRow& row : kCatalogue)
        if (row.token == token)
            return row.detector || row.cause == Cause::unknown;
    return false;
}

}  // namespace rstcause::test
