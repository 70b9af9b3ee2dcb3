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
    for (const LabelFile& file : read_labels())
        try {
            found.captures.push_back(read_kept(file));
        } catch (const std::exception& error) {
            found.skipped[file.name] = error.what();
        }
    return found;
}

}  // namespace

Kept read_kept(const LabelFile& file)
{
    Kept kept{.name = file.name, .twins = file.twins, .labels = file.labels, .trace = read_trace(file.capture)};
    if (const std::string problem = obstacle(kept); !problem.empty())
        throw std::runtime_error(problem);
    return kept;
}

const Library& library()
{
    static const Library read = read_library();
    return read;
}

}  // namespace rstcause::test
