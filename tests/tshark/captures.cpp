// SPDX-License-Identifier: GPL-2.0-or-later
#include "captures.h"

#include <filesystem>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "tshark.h"

namespace rstcause::test {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

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

Capture make_readable(LabelFile label)
{
    const fs::path readable = scratch() / label.capture.filename();
    fs::copy_file(label.capture, readable, fs::copy_options::overwrite_existing);
    fs::permissions(readable, fs::perms(0644));
    return {{std::move(label)}, readable.string()};
}

const std::vector<Capture>& captures()
{
    static const std::vector<Capture> all = [] {
        std::vector<Capture> found;
        for (LabelFile& label : read_labels())
            found.push_back(make_readable(std::move(label)));
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
          "rstcause.repeat_of", "rstcause.retransmissions", "rstcause.origin", "rstcause.path"})
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
            first(layers, "rstcause.origin"),
            first(layers, "rstcause.path")};
    }
    return said;
}

}  // namespace rstcause::test
