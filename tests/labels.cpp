// SPDX-License-Identifier: GPL-2.0-or-later
#include "labels.h"

#include <algorithm>
#include <fstream>

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
            .path = optional_value<std::string>(object, "path")};
}

LabelFile read_label_file(const fs::path& path)
{
    const json content = json::parse(std::ifstream(path));
    const fs::path capture = fs::path(path).replace_extension(".pcapng");
    LabelFile file{.name = capture.stem().string(),
                   .capture = capture,
                   .near_miss_for = content.at("near_miss_for"),
                   .twins = content.value("twins", std::map<std::string, std::string>{}),
                   .labels = {}};
    for (const json& reset : content.at("resets"))
        file.labels.push_back(label_from(reset));
    return file;
}

}  // namespace

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
