// SPDX-License-Identifier: GPL-2.0-or-later
#include "labels.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <stdexcept>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "diagnosis/catalogue.h"

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
            .never = object.value("never", none),
            .trigger = optional_value<std::uint32_t>(object, "trigger"),
            .repeat_of = optional_value<std::uint32_t>(object, "repeat_of"),
            .retransmissions = optional_value<std::uint32_t>(object, "retransmissions"),
            .origin = optional_value<std::string>(object, "origin"),
            .path = optional_value<std::string>(object, "path"),
            .impact = object.contains("harm") ? optional_value<std::string>(object.at("harm"), "impact")
                                              : std::nullopt,
            .family = object.value("family", "")};
}

/// A line of columns, or a cell of words. Empty ones count, but for those of an empty text.
std::vector<std::string> split(const std::string& text, char separator)
{
    std::vector<std::string> parts;
    std::size_t from = 0;
    while (!text.empty() && from <= text.size()) {
        const std::size_t to = std::min(text.find(separator, from), text.size());
        parts.push_back(text.substr(from, to - from));
        from = to + 1;
    }
    return parts;
}

std::optional<std::uint32_t> frame_in(const std::string& cell)
{
    if (cell.empty())
        return std::nullopt;
    return static_cast<std::uint32_t>(std::stoul(cell));
}

Label expert_label(const std::vector<std::string>& cells)
{
    Label label{.frame = frame_in(cells.at(1)).value(),
                .reason = cells.at(2),
                .acceptable = split(cells.at(3), '|'),
                .trigger = frame_in(cells.at(6)),
                .repeat_of = frame_in(cells.at(7))};
    if (!cells.at(5).empty())
        label.origin = cells.at(5);
    return label;
}

std::vector<LabelFile> by_name(std::vector<LabelFile> files)
{
    std::sort(files.begin(), files.end(),
              [](const LabelFile& a, const LabelFile& b) { return a.name < b.name; });
    return files;
}

}  // namespace

LabelFile read_label_file(const fs::path& path)
{
    try {
        const json content = json::parse(std::ifstream(path));
        const fs::path capture = fs::path(path).replace_extension(".pcapng");
        LabelFile file{.name = capture.stem().string(),
                       .capture = capture,
                       .near_miss_for = content.at("near_miss_for"),
                       .twins = content.value("twins", std::map<std::string, std::string>{}),
                       .side = content.value("side", ""),
                       .families = content.value("families", std::vector<std::string>{}),
                       .view = content.value("view", "")};
        if (content.contains("draw"))
            file.draw = fmt::format("{}-{}", content.at("seed").get<std::uint64_t>(),
                                    content.at("draw").get<std::uint64_t>());
        for (const json& reset : content.at("resets"))
            file.labels.push_back(label_from(reset));
        return file;
    } catch (const json::exception& error) {
        throw std::runtime_error(fmt::format("{}: {}", path.string(), error.what()));
    }
}

std::vector<LabelFile> read_label_folder(const fs::path& folder)
{
    std::vector<LabelFile> found;
    if (fs::is_directory(folder))
        for (const auto& entry : fs::directory_iterator(folder))
            if (entry.path().extension() == ".json")
                found.push_back(read_label_file(entry.path()));
    return by_name(std::move(found));
}

std::vector<LabelFile> read_expert_labels(const fs::path& table)
{
    std::ifstream in(table);
    std::string line;
    std::size_t number = 1;
    if (!std::getline(in, line))
        throw std::runtime_error(fmt::format("{} cannot be read", table.string()));
    std::map<std::string, LabelFile> files;
    while (std::getline(in, line)) {
        ++number;
        try {
            const auto cells = split(line, '\t');
            LabelFile& file = files[cells.at(0)];
            file.capture = table.parent_path() / cells.at(0);
            file.name = file.capture.stem().string();
            file.labels.push_back(expert_label(cells));
        } catch (const std::logic_error&) {  // a cell is missing, or no number
            throw std::runtime_error(
                fmt::format("{}:{}: no label in this line", table.string(), number));
        }
    }
    std::vector<LabelFile> all;
    for (auto& [_, file] : files)
        all.push_back(std::move(file));
    return by_name(std::move(all));
}

std::vector<LabelFile> read_labels()
{
    std::vector<LabelFile> all;
    for (const auto& cause : fs::directory_iterator(SOURCE_DIR "/tests/captures"))
        for (LabelFile& file : read_label_folder(cause))
            all.push_back(std::move(file));
    return by_name(std::move(all));
}

bool holds(const std::vector<std::string>& list, const std::string& word)
{
    return std::find(list.begin(), list.end(), word) != list.end();
}

bool is_detected(const std::string& token)
{
    for (const CatalogueRow& row : kCatalogue)
        if (row.token == token)
            return row.rule || row.cause == Cause::unknown;
    return false;
}

}  // namespace rstcause::test
