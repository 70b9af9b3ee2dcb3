// SPDX-License-Identifier: GPL-2.0-or-later
#include "verdicts.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "tshark.h"
#include "diagnosis/verdict.h"

namespace rstcause::test {

using nlohmann::json;

namespace {

constexpr std::array kFields = {
    "rstcause.reason",          "rstcause.confidence", "rstcause.trigger", "rstcause.repeat_of",
    "rstcause.retransmissions", "rstcause.origin",     "rstcause.path"};

std::optional<std::uint32_t> number(const std::string& text)
{
    return text.empty() ? std::nullopt
                        : std::optional(static_cast<std::uint32_t>(std::stoul(text)));
}

/// tshark gives the number, sharkd the word for it.
int confidence(const std::string& text)
{
    for (Confidence level : {Confidence::possible, Confidence::likely, Confidence::certain})
        if (text == token(level) || text == std::to_string(static_cast<int>(level)))
            return static_cast<int>(level);
    throw std::runtime_error("no confidence: " + text);
}

/// From the texts of kFields.
Said said(const std::array<std::string, kFields.size()>& texts)
{
    const auto& [reason, sure, trigger, repeat_of, retransmissions, origin, path] = texts;
    return {.reason = reason,
            .confidence = confidence(sure),
            .trigger = number(trigger),
            .repeat_of = number(repeat_of),
            .retransmissions = number(retransmissions),
            .origin = origin,
            .path = path};
}

// sharkd answers a filter that it has seen before with the frames of the file before: each file
// gets a filter of its own, true for every frame.
std::string filter_for(std::size_t capture)
{
    return "rstcause && frame.number < " + std::to_string(1'000'000'000 + capture);
}

/// Two requests: 2n + 1 to load the nth capture, 2n + 2 for its resets. 0 is no id to sharkd.
std::string requests_for(const std::vector<Capture>& captures)
{
    std::string all;
    const auto add = [&](std::size_t id, const char* method, const json& parameters) {
        all += json({{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", parameters}})
                   .dump() + "\n";
    };
    for (std::size_t n = 0; n < captures.size(); ++n) {
        add(2 * n + 1, "load", {{"file", captures[n].path}});
        json resets = {{"filter", filter_for(n)}};
        for (std::size_t column = 0; column < kFields.size(); ++column)
            resets["column" + std::to_string(column)] = std::string(kFields[column]) + ":1";
        add(2 * n + 2, "frames", resets);
    }
    return all;
}

Verdicts read_frames(const json& frames)
{
    Verdicts found;
    for (const json& frame : frames)
        found[frame.at("num")] = said(frame.at("c").get<std::array<std::string, kFields.size()>>());
    return found;
}

std::string shown(const std::optional<std::uint32_t>& number)
{
    return number ? std::to_string(*number) : "-";
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Said& said)
{
    return out << said.reason << " confidence=" << said.confidence
               << " trigger=" << shown(said.trigger) << " repeat_of=" << shown(said.repeat_of)
               << " retransmissions=" << shown(said.retransmissions) << " origin=" << said.origin
               << " path=" << said.path;
}

Verdicts one_pass(const Capture& capture)
{
    std::vector<std::string> arguments = {"-n", "-r", capture.path, "-Y", "rstcause", "-T", "json",
                                          "-e", "frame.number"};
    for (const char* field : kFields)
        arguments.insert(arguments.end(), {"-e", field});
    const TsharkRun run = tshark(arguments);
    if (run.status != 0)
        throw std::runtime_error(capture.name + ": tshark failed: " + run.err);

    Verdicts found;
    for (const json& packet : json::parse(run.out)) {
        const json& layers = packet.at("_source").at("layers");
        const auto first = [&](const char* field) {
            return layers.contains(field) ? layers.at(field).at(0).get<std::string>() : "";
        };
        std::array<std::string, kFields.size()> texts;
        std::transform(kFields.begin(), kFields.end(), texts.begin(), first);
        found[number(first("frame.number")).value()] = said(texts);
    }
    return found;
}

namespace {

// sharkd keeps some 11 MB of each file that it has loaded, with a plugin or without: a new one takes over now and then.
constexpr std::size_t kByOneProcess = 100;

std::map<std::string, Verdicts> two_passes_by_one_process(const std::vector<Capture>& captures)
{
    const TsharkRun run = sharkd(requests_for(captures));
    std::map<std::string, Verdicts> found;
    std::istringstream lines(run.out);
    for (std::string line; std::getline(lines, line);) {
        const json answer = json::parse(line);
        const std::size_t id = answer.at("id").get<std::size_t>() - 1;
        const std::string& name = captures.at(id / 2).name;
        if (!answer.contains("result"))
            throw std::runtime_error(name + ": sharkd says " + line);
        if (id % 2 == 1)
            found[name] = read_frames(answer.at("result"));
    }
    if (run.status != 0 || found.size() != captures.size())
        throw std::runtime_error("sharkd failed: " + run.err);
    return found;
}

}  // namespace

std::map<std::string, Verdicts> two_passes(const std::vector<Capture>& captures)
{
    std::map<std::string, Verdicts> found;
    for (auto begin = captures.begin(); begin != captures.end();) {
        const auto left = static_cast<std::size_t>(captures.end() - begin);
        const auto end = begin + static_cast<std::ptrdiff_t>(std::min(left, kByOneProcess));
        found.merge(two_passes_by_one_process({begin, end}));
        begin = end;
    }
    return found;
}

const std::map<std::string, Verdicts>& final_verdicts()
{
    static const auto said = two_passes(captures());
    return said;
}

}  // namespace rstcause::test
