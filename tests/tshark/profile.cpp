// SPDX-License-Identifier: GPL-2.0-or-later
#include "profile.h"

#include <fstream>
#include <regex>
#include <stdexcept>

namespace rstcause::test {

namespace {

/// The parts of every line but comments.
std::vector<std::smatch> lines_of(const std::string& file, const std::regex& form,
                                  std::vector<std::string>& lines)
{
    std::ifstream in(SOURCE_DIR "/profile/Reset causes/" + file);
    for (std::string line; std::getline(in, line);)
        if (!line.starts_with("#"))
            lines.push_back(line);
    if (lines.empty())
        throw std::runtime_error("nothing in " + file);
    std::vector<std::smatch> result(lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (!std::regex_match(lines[i], result[i], form))
            throw std::runtime_error(file + ": not understood: " + lines[i]);
    return result;
}

Colour colour(const std::smatch& parts, std::size_t first)
{
    Colour result;
    for (std::size_t i = 0; i < 3; ++i)
        result[i] = std::stod(parts[first + i]) / 65535;
    return result;
}

}  // namespace

std::vector<ColourRule> colour_rules()
{
    static const std::regex form(
        R"(@([^@]+)@([^@]+)@\[(\d+),(\d+),(\d+)\]\[(\d+),(\d+),(\d+)\])");
    std::vector<std::string> lines;
    std::vector<ColourRule> rules;
    for (const std::smatch& parts : lines_of("colorfilters", form, lines))
        rules.push_back({parts[1], parts[2], colour(parts, 3), colour(parts, 6)});
    return rules;
}

std::vector<FilterButton> filter_buttons()
{
    static const std::regex form("\"TRUE\",\"([^\"]+)\",\"([^\"]+)\",\"([^\"]*)\"");
    static const std::regex quote(R"(\\x22)");
    std::vector<std::string> lines;
    std::vector<FilterButton> buttons;
    for (const std::smatch& parts : lines_of("dfilter_buttons", form, lines))
        buttons.push_back({parts[1], std::regex_replace(parts[2].str(), quote, "\"")});
    return buttons;
}

}  // namespace rstcause::test
