// SPDX-License-Identifier: GPL-2.0-or-later
#include "captures.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "tshark.h"

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
            .origin = optional_value<std::string>(object, "origin")};
}

Capture load(const fs::path& label_file)
{
    const json label = json::parse(std::ifstream(label_file));
    const fs::path kept = fs::path(label_file).replace_extension(".pcapng");
    const fs::path readable = scratch() / kept.filename();
    fs::copy_file(kept, readable, fs::copy_options::overwrite_existing);
    fs::permissions(readable, fs::perms(0644));

    Capture capture{.name = kept.stem().string(),
                    .path = readable.string(),
                    .near_miss_for = label.at("near_miss_for"),
                    .labels = {}};
    for (const json& reset : label.at("resets"))
        capture.labels.push_back(label_from(reset));
    return capture;
}

std::string first(const json& layers, const char* field)
{
    return layers.contains(field) ? layers.at(field).at(0).get<std::string>() : "";
}

std::optional<std::uint32_t> number(const json& layers, const char* field)
{
    const std::string text = first(layers, field);
    return text.empty() ? std::nullopt
                        : std::optional(static_cast<std::uint32_t>(std::stoul(text)));
}

}  // namespace

const std::vector<Capture>& captures()
{
    static const std::vector<Capture> all = [] {
        std::vector<Capture> found;
        for (const auto& entry : fs::directory_iterator(SOURCE_DIR "/tests/captures"))
            if (entry.path().extension() == ".json")
                found.push_back(load(entry.path()));
        std::sort(found.begin(), found.end(),
                  [](const Capture& a, const Capture& b) { return a.name < b.name; });
        return found;
    }();
    return all;
}

const Capture& capture_like(const std::string& prefix)
{
    for (const Capture& capture : captures())
        if (capture.name.starts_with(prefix))
            return capture;
    throw std::runtime_error("no capture begins with " + prefix);
}

const std::string& capture(const std::string& name)
{
    const Capture& found = capture_like(name);
    if (found.name != name)
        throw std::runtime_error("no capture " + name);
    return found.path;
}

std::map<std::uint32_t, Said> ask(const Capture& capture, bool two_passes)
{
    std::vector<std::string> arguments = {"-n", "-r", capture.path, "-Y", "rstcause", "-T", "json"};
    for (const char* field :
         {"frame.number", "rstcause.reason", "rstcause.confidence", "rstcause.trigger",
          "rstcause.repeat_of", "rstcause.retransmissions", "rstcause.origin"})
        arguments.insert(arguments.end(), {"-e", field});
    if (two_passes)
        arguments.push_back("-2");

    const TsharkRun run = tshark(arguments);
    if (run.status != 0)
        throw std::runtime_error(capture.name + ": tshark failed: " + run.err);
    std::map<std::uint32_t, Said> said;
    for (const json& packet : json::parse(run.out)) {
        const json& layers = packet.at("_source").at("layers");
        said[number(layers, "frame.number").value()] = {
            first(layers, "rstcause.reason"),
            static_cast<int>(number(layers, "rstcause.confidence").value_or(0)),
            number(layers, "rstcause.trigger"),
            number(layers, "rstcause.repeat_of"),
            number(layers, "rstcause.retransmissions"),
            first(layers, "rstcause.origin")};
    }
    return said;
}

}  // namespace rstcause::test
