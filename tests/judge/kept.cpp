// SPDX-License-Identifier: GPL-2.0-or-later
#include "kept.h"

#include <algorithm>
#include <stdexcept>

#include "capture_file.h"

namespace rstcause::test {

namespace {

/// Why this capture cannot be used; empty when it can.
std::string obstacle(const Kept& kept)
{
    const auto holds = [&](Frame frame) {
        return std::any_of(kept.trace.begin(), kept.trace.end(),
                           [&](const Packet& packet) { return packet.kept == frame; });
    };
    for (const Label& label : kept.labels)
        if (!holds(label.frame))
            return "wrapped in what the decoder does not know";
    return kept.trace.empty() ? "no plain TCP" : "";
}

Library read_library()
{
    Library found;
    for (const LabelFile& file : read_labels()) {
        Kept kept{.name = file.name, .labels = file.labels, .trace = {}};
        std::string problem;
        try {
            kept.trace = read_trace(file.capture);
            problem = obstacle(kept);
        } catch (const std::exception& error) {
            problem = error.what();
        }
        if (problem.empty())
            found.captures.push_back(std::move(kept));
        else
            found.skipped[kept.name] = problem;
    }
    return found;
}

}  // namespace

const Library& library()
{
    static const Library read = read_library();
    return read;
}

}  // namespace rstcause::test
