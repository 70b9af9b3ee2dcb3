// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <string>
#include <vector>

namespace rstcause::test {

/// Red, green and blue, each from 0 to 1.
using Colour = std::array<double, 3>;

/// One line of the profile's `colorfilters`.
struct ColourRule {
    std::string name, filter;
    Colour background{}, text{};
};

/// One line of the profile's `dfilter_buttons`.
struct FilterButton {
    std::string label, filter;
};

/// Both throw when there is a line that Wireshark would not understand.
std::vector<ColourRule> colour_rules();
std::vector<FilterButton> filter_buttons();

}  // namespace rstcause::test
