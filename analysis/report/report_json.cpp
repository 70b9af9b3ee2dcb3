// SPDX-License-Identifier: GPL-2.0-or-later
//
// The report for programs; docs/report.schema.json describes every member.
#include <ctime>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "diagnosis/catalogue.h"
#include "report/report.h"
#include "report/report_groups.h"

namespace rstcause {

namespace {

using Json = nlohmann::ordered_json;

/// RFC 3339, in UTC, to the microsecond.
std::string utc(Time time)
{
    const auto whole = std::chrono::floor<std::chrono::seconds>(time);
    const std::time_t seconds = whole.count();
    std::tm parts{};
    char text[32] = "";
    if (gmtime_r(&seconds, &parts))
        std::strftime(text, sizeof text, "%FT%T", &parts);
    return fmt::format("{}.{:06}Z", text,
                       std::chrono::duration_cast<std::chrono::microseconds>(time - whole).count());
}

/// [{"address": …, "resets": …}, …]
Json counts(const char* name, const Counts& counts)
{
    Json all = Json::array();
    for (const auto& [value, resets] : counts)
        all.push_back({{name, value}, {"resets", resets}});
    return all;
}

/// [{"reason": …, "frame": …, "why": …}, …]; what the reset itself shows has its frame.
Json ruled_out(const ReportGroup& group)
{
    Json all = Json::array();
    for (const RuledOut& rival : group.shown.ruled_out)
        all.push_back({{"reason", row(rival.cause).token},
                       {"frame", rival.frame == 0 ? group.example : rival.frame},
                       {"why", rival.why}});
    return all;
}

/// [{"kind": …, "resets": …, "frame": …}, …]
Json harm(const ReportGroup& group)
{
    Json all = Json::array();
    for (const auto& [kind, count] : group.harm)
        all.push_back({{"kind", token(kind)}, {"resets", count.resets}, {"frame", count.frame}});
    return all;
}

Json example(const ReportGroup& group)
{
    Json evidence = Json::array(), alternatives = Json::array();
    for (const Evidence& e : group.shown.evidence)
        evidence.push_back({{"frame", e.frame}, {"shows", e.shows}});
    for (Cause cause : group.shown.alternatives)
        alternatives.push_back(row(cause).token);
    return {{"frame", group.example},
            {"explanation", group.shown.explanation},
            {"harm", group.shown.harm.says},
            {"evidence", evidence},
            {"alternatives", alternatives},
            {"ruled_out", ruled_out(group)},
            {"doubts", group.shown.doubts}};
}

/// [{"reason": …, "resets": …}, …]
Json reasons(const ReportGroup& group)
{
    Json all = Json::array();
    for (const auto& [cause, resets] : group.reasons)
        all.push_back({{"reason", row(cause).token}, {"resets", resets}});
    return all;
}

const char* kind(const ReportGroup& group)
{
    switch (group.extent) {
    case ReportGroup::Extent::endpoint: return "endpoint";
    case ReportGroup::Extent::ports: return "ports";
    case ReportGroup::Extent::addresses: return "addresses";
    case ReportGroup::Extent::client: return "client";
    case ReportGroup::Extent::moment: return "moment";
    case ReportGroup::Extent::scan: return "scan";
    }
    return "";
}

Json of(const ReportGroup& group)
{
    const CatalogueRow& cause = row(group.cause);
    return {{"reason", cause.token},
            {"title", group.title},
            {"category", cause.category},
            {"impact", token(group.impact)},
            {"harm", harm(group)},
            {"kind", kind(group)},
            {"reasons", reasons(group)},
            {"endpoint", group.endpoint},
            {"service", group.service},
            {"resets", group.resets()},
            {"repeats", group.repeats},
            {"confidence", {{"possible", group.by_confidence[1]},
                            {"likely", group.by_confidence[2]},
                            {"certain", group.by_confidence[3]}}},
            {"first", utc(group.period.first)},
            {"last", utc(group.period.last)},
            {"per_second", group.rate()},
            {"peak_per_second", group.peak},
            {"endpoints", counts("endpoint", group.endpoints)},
            {"affected", counts("address", group.affected)},
            {"reset_by", counts("address", group.reset_by)},
            {"frames", group.frames},
            {"filter", group.filter},
            {"example", example(group)},
            {"advice", group.advice}};
}

}  // namespace

std::string as_json(const Report& report)
{
    const auto time = [&](Time Period::*end) {
        return report.period ? Json(utc((*report.period).*end)) : Json();
    };
    Json json = {{"version", 1},
                 {"resets", report.resets},
                 {"copies", report.copies},
                 {"first", time(&Period::first)},
                 {"last", time(&Period::last)}};
    json["groups"] = Json::array();
    for (const ReportGroup& group : report.groups)
        json["groups"].push_back(of(group));
    // What a reset states may be any bytes.
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace rstcause
