// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/report_blocks.h"

#include <algorithm>
#include <iterator>

#include <fmt/core.h>

#include "diagnosis/catalogue.h"
#include "facts/words.h"
#include "report/report_layout.h"
#include "report/report_rivals.h"

namespace rstcause {

namespace {

using Extent = ReportGroup::Extent;

constexpr std::size_t kMostFrames = 6;
constexpr std::size_t kMostNames = 5;

/// "192.0.2.1 (12), 192.0.2.7 (3) and 9 more"; no numbers where all are equal.
std::string names(const Counts& counts)
{
    const bool equal = counts.front().second == counts.back().second;
    std::string text;
    const std::size_t shown = std::min(counts.size(), kMostNames);
    for (std::size_t i = 0; i < shown; ++i) {
        text += (i == 0 ? "" : ", ") + counts[i].first;
        if (!equal)
            text += fmt::format(" ({})", counts[i].second);
    }
    if (shown < counts.size())
        text += fmt::format(" and {} more", counts.size() - shown);
    return text;
}

/// What the endpoints differ in: the ends of their names, their beginnings, or the whole of them.
Counts differing(const ReportGroup& group)
{
    Counts counts = group.endpoints;
    const bool ports = group.endpoint[0] != '*', addresses = group.endpoint.starts_with("*:");
    for (auto& [name, _] : counts)
        if (ports)
            name.erase(0, name.rfind(':') + 1);
        else if (addresses)
            name.erase(name.rfind(':'));
    return counts;
}

bool shows_all_frames(const ReportGroup& group) { return group.frames.size() <= kMostFrames; }

std::string affected(const ReportGroup& group)
{
    const std::string& address = group.affected.front().first;
    const std::string& endpoint = group.endpoint;
    const bool same_host = group.affected.size() == 1
        && (endpoint.starts_with(address + ":") || endpoint.starts_with("[" + address + "]:"));
    return same_host ? address + ", the same host" : names(group.affected);
}

constexpr Confidence kSurestFirst[]
    = {Confidence::certain, Confidence::likely, Confidence::possible};

std::size_t how_many_are(Confidence confidence, const ReportGroup& group)
{
    return group.by_confidence[static_cast<std::size_t>(confidence)];
}

/// "likely", or "1 certain, 3 likely" where its resets differ.
std::string confidence(const ReportGroup& group)
{
    std::string text;
    for (Confidence confidence : kSurestFirst)
        if (const std::size_t count = how_many_are(confidence, group); count == group.resets())
            return token(confidence);
        else if (count > 0)
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, token(confidence));
    return text;
}

/// What is true of all its resets.
const char* least_confidence(const ReportGroup& group)
{
    const auto least
        = std::find_if(std::rbegin(kSurestFirst), std::rend(kSurestFirst),
                       [&](Confidence confidence) { return how_many_are(confidence, group) > 0; });
    return token(*least);
}

std::string how_many(const ReportGroup& group, const Report& report)
{
    std::string text = counted(group.resets(), "reset");
    if (group.resets() > 1)
        text += " " + share(group.resets(), report.resets);
    if (group.repeats > 0)
        text += fmt::format(", {} of them repeat{} an earlier one", group.repeats,
                            group.repeats == 1 ? "s" : "");
    if (group.rate() > 0 && group.resets() > 2)
        text += ", " + rate_in_words(group.rate(), length(group.period));
    if (group.resets() > 1 && group.peak == group.resets())
        text += ", all within one second";
    else if (group.peak > 1)
        text += fmt::format(", at most {} within one second", group.peak);
    return text;
}

/// What was lost, of one reset or of all; empty where all of them repeat others.
std::string harm_in_words(const ReportGroup& group)
{
    if (group.resets() == 1)
        return group.shown.harm.says + ".";
    std::string text;
    for (const auto& [kind, count] : group.harm)
        text += fmt::format("{}{} ({}frame {})", text.empty() ? "" : ", ", harm_in_numbers(kind, count.resets),
                            count.resets == 1 ? "" : "first ", count.frame);
    return text.empty() ? "" : text + ".";
}

/// Why, of one reset or, for example, of the first one of the surest; and what else it could be.
std::string explanation(const ReportGroup& group)
{
    std::string text = group.shown.explanation + alternatives_in_words(group.shown);
    if (group.resets() > 1)
        text = fmt::format("For example frame {}: {}", group.example, text);
    if (group.extent == Extent::moment)
        text = fmt::format("{} reset {} connections within {}: one event, whatever each looks like by "
                           "itself. {}",
                           group.reset_by[0].first, group.resets() - group.repeats,
                           rstcause::text(length(group.period)), text);
    return text;
}

/// "idle_timeout", or "process_exit 2, idle_timeout 34" of several.
std::string reasons(const ReportGroup& group)
{
    if (group.reasons.size() < 2)
        return std::string(row(group.cause).token);
    std::string text;
    for (const auto& [cause, resets] : group.reasons)
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", row(cause).token, resets);
    return text;
}

/// The explanation, then on lines of their own what it is not and the first doubt.
std::string why(const ReportGroup& group)
{
    std::string text = paragraph("    Why:      ", explanation(group));
    for (const std::string& more : {ruled_out_in_words(group.shown), doubt_in_words(group.shown)})
        if (!more.empty())
            text += paragraph("              ", more);
    return text;
}

/// Whoever the title does not name: the clients that reset, or those who met the resets.
std::string who(const ReportGroup& group)
{
    if (group.extent == Extent::scan || (group.by_client && group.reset_by.size() == 1))
        return "";
    return group.by_client ? paragraph("    Reset by: ", names(group.reset_by))
                           : paragraph("    Affected: ", affected(group));
}

/// "192.0.2.1:443 (https)", "18 ports of 192.0.2.1", "port 443 (https) of 12 addresses", "12 endpoints".
std::string target_in_words(const ReportGroup& group)
{
    const std::string service
        = group.service.empty() ? "" : fmt::format(" ({})", group.service);
    if (group.endpoints.size() == 1)
        return group.endpoint + service;
    if (group.endpoint[0] != '*')
        return fmt::format("{} ports of {}", group.endpoints.size(), group.endpoint);
    if (group.endpoint.size() == 1)
        return fmt::format("{} endpoints", group.endpoints.size());
    return fmt::format("port {}{} of {} addresses", group.endpoint.substr(2), service, group.endpoints.size());
}

}  // namespace

std::string place_in_words(const ReportGroup& group)
{
    if (group.extent == Extent::scan)
        return fmt::format("by {}, of {}", group.scanner, target_in_words(group));
    if (!group.by_client)
        return target_in_words(group);
    const auto& by = group.reset_by;
    const std::string clients = by.size() == 1 ? by[0].first : fmt::format("{} clients", by.size());
    return fmt::format("by {}, to {}", clients, target_in_words(group));
}

std::string frames_in_words(const ReportGroup& group)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(group.frames.size(), kMostFrames); ++i)
        text += fmt::format("{}{}", i == 0 ? "" : ", ", group.frames[i]);
    if (!shows_all_frames(group))
        text += fmt::format(" and {} more", group.frames.size() - kMostFrames);
    return text;
}

std::string block(std::size_t number, const ReportGroup& group, const Report& report)
{
    std::string text = paragraph(fmt::format("{:>2}. ", number),
                                 fmt::format("{}: {}", group.title, place_in_words(group)));
    text += paragraph("    ", fmt::format("{} ({}): {}; {}.", reasons(group), confidence(group),
                                          how_many(group, report), from_to(group.period)));
    if (group.endpoints.size() > 1)
        text += paragraph(group.endpoint[0] != '*' ? "    Ports:    " : "    At:       ",
                          names(differing(group)));
    text += who(group);
    text += paragraph(group.resets() == 1 ? "    Frame:    " : "    Frames:   ",
                      frames_in_words(group));
    if (!shows_all_frames(group))
        text += paragraph("    Filter:   ", group.filter);
    if (const std::string harm = harm_in_words(group); !harm.empty())
        text += paragraph("    Harm:     ", harm);
    text += why(group);
    return text + paragraph("    Next:     ", group.advice) + "\n";
}

std::string line(const ReportGroup& group)
{
    const bool ignored = group.shown.harm.kind == Harm::Kind::no_effect;
    return paragraph(fmt::format("{:>7}  ", group.resets()),
                     fmt::format("{} ({}), {}: {}{}", reasons(group), least_confidence(group),
                                 place_in_words(group), group.title,
                                 ignored ? ", but without effect" : ""));
}

}  // namespace rstcause
