// SPDX-License-Identifier: GPL-2.0-or-later
//
// The report as people read it: what is wrong first, what can be left alone in a line each.
#include <algorithm>
#include <ctime>
#include <string_view>

#include <fmt/core.h>

#include "catalogue.h"
#include "report.h"
#include "words.h"

namespace rstcause {

namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kMostBlocks = 10;  ///< groups shown at length in a section
constexpr std::size_t kMostLines = 20;   ///< groups shown in a line each
constexpr std::size_t kMostFrames = 6;
constexpr std::size_t kMostHosts = 4;

using Groups = std::vector<const ReportGroup*>;

std::string local_time(Time time, const char* format)
{
    const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).count();
    std::tm parts{};
    char text[32] = "?";
    if (localtime_r(&seconds, &parts))
        std::strftime(text, sizeof text, format, &parts);
    return text;
}

/// "2026-11-20 10:00:00 to 10:10:00 UTC"; the day again where it is another one.
std::string from_to(const Period& period)
{
    const bool one_day
        = local_time(period.first, "%F") == local_time(period.last, "%F");
    const std::string first = local_time(period.first, "%F %T");
    const std::string last = local_time(period.last, one_day ? "%T" : "%F %T");
    const std::string zone = local_time(period.last, "%Z");
    return first == local_time(period.last, "%F %T") ? fmt::format("{} {}", first, zone)
                                                     : fmt::format("{} to {} {}", first, last, zone);
}

/// Characters, not bytes: what a terminal gives a column each.
std::size_t width(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// `text` in lines of at most kColumns, the first one after `start`, the others below its text.
std::string paragraph(std::string_view start, std::string_view text)
{
    const std::string indent(width(start), ' ');
    std::string all(start), line;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!line.empty() && width(start) + width(line) + 1 + width(word) > kColumns) {
            all += line + "\n" + indent;
            line.clear();
        }
        line += (line.empty() ? "" : " ") + std::string(word);
    }
    return all + line + "\n";
}

std::string counted(std::size_t count, std::string_view what)
{
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string frames(const ReportGroup& group)
{
    std::string text = group.resets() == 1 ? "Frame" : "Frames";
    const std::size_t shown = std::min(group.frames.size(), kMostFrames);
    for (std::size_t i = 0; i < shown; ++i)
        text += fmt::format("{} {}", i == 0 ? "" : ",", group.frames[i]);
    if (shown < group.frames.size())
        text += fmt::format(" and {} more ({})", group.frames.size() - shown, group.filter());
    return text + ".";
}

std::string affected(const ReportGroup& group)
{
    std::string text = "Affected:";
    const std::size_t shown = std::min(group.affected.size(), kMostHosts);
    for (std::size_t i = 0; i < shown; ++i) {
        text += fmt::format("{} {}", i == 0 ? "" : ",", group.affected[i].first);
        if (group.affected.size() > 1)
            text += fmt::format(" ({})", group.affected[i].second);
    }
    if (shown < group.affected.size())
        text += fmt::format(" and {} more", group.affected.size() - shown);
    return text + ".";
}

/// "likely", or "possible to certain" where its resets differ.
std::string confidence(const ReportGroup& group)
{
    static constexpr const char* kNames[] = {"", "possible", "likely", "certain"};
    std::string text;
    for (std::size_t i = 1; i < group.by_confidence.size(); ++i)
        if (group.by_confidence[i] == group.resets())
            return kNames[i];
        else if (group.by_confidence[i] > 0)
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", group.by_confidence[i], kNames[i]);
    return text;
}

std::string how_many(const ReportGroup& group, const Report& report)
{
    std::string text = counted(group.resets(), "reset");
    if (group.resets() > 1)
        text += fmt::format(" ({:.0f} %)", 100.0 * static_cast<double>(group.resets())
                                               / static_cast<double>(report.resets));
    if (group.repeats > 0)
        text += fmt::format(", {} of them repeat{} an earlier one", group.repeats,
                            group.repeats == 1 ? "s" : "");
    if (group.resets() > 2 && group.rate() >= 0.01)
        text += fmt::format(", {:.2g} a second, at most {} within one second", group.rate(),
                            group.peak);
    return text;
}

std::string named_endpoint(const ReportGroup& group)
{
    if (group.ports > 1)
        return fmt::format("{}, {} ports", group.endpoint, group.ports);
    return group.service.empty() ? group.endpoint
                                 : fmt::format("{} ({})", group.endpoint, group.service);
}

std::string block(std::size_t number, const ReportGroup& group, const Report& report)
{
    const CatalogueRow& cause = row(group.cause);
    const std::string indent(4, ' ');
    std::string text = paragraph(fmt::format("{:>2}. ", number),
                                 fmt::format("{}: {}", cause.title, named_endpoint(group)));
    text += paragraph(indent, fmt::format("{} ({}): {}; {}. {} {}", cause.token, confidence(group),
                                          how_many(group, report), from_to(group.period),
                                          frames(group), affected(group)));
    text += paragraph(indent, group.resets() == 1 ? group.shown.explanation
                                                  : fmt::format("For example frame {}: {}",
                                                                group.example,
                                                                group.shown.explanation));
    return text + paragraph(indent, "Next: " + group.shown.advice) + "\n";
}

std::string line(const ReportGroup& group)
{
    const CatalogueRow& cause = row(group.cause);
    return paragraph(fmt::format("{:>7}  ", group.resets()),
                     fmt::format("{}, {}: {}", cause.token, named_endpoint(group), cause.title));
}

/// What was missing to tell, and the capture that would settle it.
std::string unknown(const ReportGroup& group)
{
    return paragraph(fmt::format("{:>7}  ", group.resets()),
                     fmt::format("{}. {} {} {}", named_endpoint(group), frames(group),
                                 group.shown.explanation, group.shown.advice));
}

std::string rest(const Groups& groups, std::size_t shown)
{
    if (groups.size() <= shown)
        return "";
    std::size_t resets = 0;
    for (std::size_t i = shown; i < groups.size(); ++i)
        resets += groups[i]->resets();
    return fmt::format("    And {} more like these, with {} (-z rstcause,json lists them all).\n\n",
                       groups.size() - shown, counted(resets, "reset"));
}

Groups those(const Report& report, auto wanted)
{
    Groups found;
    for (const ReportGroup& group : report.groups)
        if (wanted(group))
            found.push_back(&group);
    return found;
}

std::string section_of_blocks(std::string_view title, const Groups& groups, const Report& report)
{
    if (groups.empty())
        return "";
    std::string text = fmt::format("{}\n\n", title);
    for (std::size_t i = 0; i < std::min(groups.size(), kMostBlocks); ++i)
        text += block(i + 1, *groups[i], report);
    return text + rest(groups, kMostBlocks);
}

std::string section_of_lines(std::string_view title, const Groups& groups,
                             std::string (*one)(const ReportGroup&))
{
    if (groups.empty())
        return "";
    std::string text = fmt::format("{}\n\n", title);
    for (std::size_t i = 0; i < std::min(groups.size(), kMostLines); ++i)
        text += one(*groups[i]);
    return text + "\n" + rest(groups, kMostLines);
}

std::string heading(const Report& report)
{
    const Time span = report.period->last - report.period->first;
    std::string text = counted(report.resets, "reset");
    if (span > Time::zero())
        text += " in " + rstcause::text(span);
    text += fmt::format(", {}.", from_to(*report.period));
    if (report.copies > 0)
        text += fmt::format(" Of them {} seen at a second capture point too.",
                            report.copies == 1 ? "one was" : fmt::format("{} were", report.copies));
    return paragraph("", text) + "\n";
}

}  // namespace

std::string as_text(const Report& report)
{
    if (report.resets == 0)
        return "No TCP resets.\n";
    const auto known = [](Impact impact) {
        return [impact](const ReportGroup& g) {
            return g.cause != Cause::unknown && g.impact == impact;
        };
    };
    return heading(report)
        + section_of_blocks("PROBLEMS", those(report, known(Impact::problem)), report)
        + section_of_blocks("WORTH A LOOK", those(report, known(Impact::notice)), report)
        + section_of_lines("HARMLESS", those(report, known(Impact::normal)), line)
        + section_of_lines("UNKNOWN", those(report, [](const ReportGroup& g) {
                               return g.cause == Cause::unknown;
                           }), unknown);
}

}  // namespace rstcause
