// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "captures.h"

namespace rstcause::test {

/// What is said of one reset.
struct Said {
    std::string reason;
    int confidence = 0;  ///< 1 to 3, as `rstcause.confidence`
    std::optional<std::uint32_t> trigger, repeat_of, retransmissions;
    std::string origin;
    std::string path;

    bool operator==(const Said&) const = default;
};

/// For the messages of failed tests.
std::ostream& operator<<(std::ostream& out, const Said& said);

/// Of the resets of one capture, by frame.
using Verdicts = std::map<std::uint32_t, Said>;

// All of these throw when a capture cannot be read.

/// What the plugin says in tshark at each reset, while later frames are unknown. A process for each
/// capture, so not for hundreds.
Verdicts one_pass(const Capture& capture);

/// The plugin's final verdicts, by the captures' names. One process reads all.
std::map<std::string, Verdicts> two_passes(const std::vector<Capture>& captures);

/// The same for all kept captures; asked once.
const std::map<std::string, Verdicts>& final_verdicts();

enum class Passes { one, two };

/// What the core says without Wireshark, by name of those kept captures that can be read so
/// (judge/kept.h): in one pass at each reset, in two once all packets are known.
std::map<std::string, Verdicts> in_the_core(Passes passes);

}  // namespace rstcause::test
