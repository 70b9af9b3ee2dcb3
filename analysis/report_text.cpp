// SPDX-License-Identifier: GPL-2.0-or-later
//
// The report as people read it: what is wrong first, what can be left alone in a line each.
#include <algorithm>
#include <string_view>

#include <fmt/core.h>

#include "report.h"
#include "report_blocks.h"
#include "report_layout.h"

namespace rstcause {

namespace {

constexpr std::size_t kMostProblems = 10;  ///< shown at length
constexpr std::size_t kMostNotices = 5;
constexpr std::size_t kMostLines = 20;     ///< groups shown in a line each

using Groups = std::vector<const ReportGroup*>;

std::string lines(const Groups& groups)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(groups.size(), kMostLines); ++i)
        text += line(*groups[i]);
    if (groups.size() <= kMostLines)
        return text + "\n";
    std::size_t resets = 0;
    for (std::size_t i = kMostLines; i < groups.size(); ++i)
        resets += groups[i]->resets();
    return text
        + fmt::format("         and {} more like these, with {}; the report in JSON has them all\n\n",
                      groups.size() - kMostLines, counted(resets, "reset"));
}

/// Those for which the same capture was missing, together.
std::string unknown(Groups groups)
{
    const auto told = [](const ReportGroup* g) { return g->shown.explanation + " " + g->advice; };
    std::string text;
    while (!groups.empty()) {
        const std::string words = told(groups.front());
        const auto others = std::stable_partition(
            groups.begin(), groups.end(), [&](const ReportGroup* g) { return told(g) == words; });
        std::size_t resets = 0;
        for (auto it = groups.begin(); it != others; ++it)
            resets += (*it)->resets();
        text += paragraph(fmt::format("{:>7}  ", resets), words);
        for (auto it = groups.begin(); it != others; ++it)
            text += paragraph("         ",
                              fmt::format("{}, {} {}", place_in_words(**it),
                                          (*it)->resets() == 1 ? "frame" : "frames", frames_in_words(**it)));
        groups.erase(groups.begin(), others);
    }
    return text + "\n";
}

struct Section {
    const char* title;
    const char* in_heading;
    std::size_t most_blocks;
    Groups groups;
};

/// Those with the same impact; those of unknown cause last.
std::vector<Section> sections(const Report& report)
{
    std::vector<Section> all = {
        {"PROBLEMS", "problems", kMostProblems, {}},
        {"WORTH A LOOK", "worth a look", kMostNotices, {}},
        {"HARMLESS", "harmless", 0, {}},
        {"UNKNOWN", "unknown", 0, {}}};
    for (const ReportGroup& group : report.groups)
        all[group.cause == Cause::unknown ? 3 : 2 - static_cast<std::size_t>(group.impact)]
            .groups.push_back(&group);
    return all;
}

std::string body(const Section& section, const Report& report)
{
    const Groups& groups = section.groups;
    if (groups.front()->cause == Cause::unknown)
        return unknown(groups);
    const std::size_t blocks = std::min(groups.size(), section.most_blocks);
    std::string text;
    for (std::size_t i = 0; i < blocks; ++i)
        text += block(i + 1, *groups[i], report);
    if (blocks == groups.size())
        return text;
    return text + lines({groups.begin() + static_cast<std::ptrdiff_t>(blocks), groups.end()});
}

std::string heading(const Report& report, const std::vector<Section>& all)
{
    std::string text = counted(report.resets, "reset");
    if (report.period->last > report.period->first)
        text += " in " + span_in_words(*report.period);
    text += fmt::format(", {}", from_to(*report.period));
    const char* before = ": ";  // "problems 3, harmless 12"
    for (const Section& section : all) {
        std::size_t resets = 0;
        for (const ReportGroup* group : section.groups)
            resets += group->resets();
        if (resets > 0) {
            text += fmt::format("{}{} {}", before, section.in_heading, resets);
            before = ", ";
        }
    }
    text += ".";
    if (report.copies > 0)
        text += fmt::format(" {} seen at a second capture point too, and not counted again.",
                            report.copies == 1 ? "One was" : fmt::format("{} were", report.copies));
    return paragraph("", text) + "\n";
}

}  // namespace

std::string as_text(const Report& report)
{
    if (report.resets == 0)
        return "No TCP resets.\n";
    const std::vector<Section> all = sections(report);
    std::string text = heading(report, all);
    for (const Section& section : all)
        if (!section.groups.empty())
            text += fmt::format("{}\n\n{}", section.title, body(section, report));
    return text;
}

}  // namespace rstcause
