// SPDX-License-Identifier: GPL-2.0-or-later
//
// The report as people read it: what is wrong first, what can be left alone in a line each.
#include <algorithm>
#include <map>
#include <numeric>

#include <fmt/core.h>

#include "report/report.h"
#include "report/report_blocks.h"
#include "report/report_layout.h"
#include "facts/words.h"

namespace rstcause {

namespace {

constexpr std::size_t kMostProblems = 10;  ///< shown at length
constexpr std::size_t kMostNotices = 5;
constexpr std::size_t kMostUnknown = 10;   ///< explanations
constexpr std::size_t kMostLines = 20;     ///< groups shown in a line each

using Groups = std::vector<const ReportGroup*>;

using Position = Groups::const_iterator;

std::size_t resets_in(Position from, Position to)
{
    return std::accumulate(from, to, std::size_t{0}, [](std::size_t all, const ReportGroup* group) {
        return all + group->resets();
    });
}

std::string and_more(Position from, Position to)
{
    return fmt::format("         and {} more like these, with {}; the report in JSON has them all\n",
                       to - from, counted(resets_in(from, to), "reset"));
}

std::string lines(const Groups& groups)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(groups.size(), kMostLines); ++i)
        text += line(*groups[i]);
    if (groups.size() > kMostLines)
        text += and_more(groups.begin() + kMostLines, groups.end());
    return text + "\n";
}

/// The groups of which the same is to be said, in the order of the first ones.
std::vector<std::pair<std::string, Groups>> by_words(const Groups& groups)
{
    std::vector<std::pair<std::string, Groups>> all;
    std::map<std::string, std::size_t> index;
    for (const ReportGroup* group : groups) {
        const std::string words = group->shown.explanation + " " + group->advice;
        const auto [found, added] = index.emplace(words, all.size());
        if (added)
            all.push_back({words, {}});
        all[found->second].second.push_back(group);
    }
    return all;
}

/// What was missing and which capture would settle it, once for all to which it applies.
std::string unknown(const Groups& groups)
{
    const auto all = by_words(groups);
    std::string text;
    for (std::size_t i = 0; i < std::min(all.size(), kMostUnknown); ++i) {
        const auto& [words, those] = all[i];
        text += paragraph(fmt::format("{:>7}  ", resets_in(those.begin(), those.end())), words);
        for (std::size_t k = 0; k < std::min(those.size(), kMostLines); ++k)
            text += paragraph("         ", fmt::format("{}, {} {}", place_in_words(*those[k]),
                                                       those[k]->resets() == 1 ? "frame" : "frames",
                                                       frames_in_words(*those[k])));
        if (those.size() > kMostLines)
            text += and_more(those.begin() + kMostLines, those.end());
    }
    if (all.size() > kMostUnknown)
        text += fmt::format("         and {} other explanations; the report in JSON has them all\n",
                            all.size() - kMostUnknown);
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
        text += " in " + rstcause::text(length(*report.period));
    text += fmt::format(", {}", from_to(*report.period));
    const char* before = ": ";  // "problems 3, harmless 12"
    for (const Section& section : all) {
        const std::size_t resets = resets_in(section.groups.begin(), section.groups.end());
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
