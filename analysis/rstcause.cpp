// SPDX-License-Identifier: GPL-2.0-or-later
#include "rstcause.h"

#include <algorithm>
#include <exception>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "diagnosis/catalogue.h"
#include "report/report.h"
#include "session/session.h"
#include "wire/services.h"

using namespace rstcause;

/// The opaque handle: a session and the verdict that was asked for last.
struct rstcause_session {
    rstcause_session(const Settings& settings, ServiceNames names)
        : session(settings, std::move(names))
    {
    }

    Session session;
    Verdict verdict;
    std::string headline, endpoint;
    std::vector<rstcause_evidence> evidence;
    std::vector<const char*> alternatives;
    std::vector<rstcause_ruled_out> ruled_out;
    std::vector<const char*> doubts;
    rstcause_verdict view{};
    std::string report;
};

namespace {

struct Range {
    std::uint32_t rstcause_settings::*value;
    std::uint32_t low, high;
    const char* problem;
};

constexpr Range kRanges[] = {
    {&rstcause_settings::data_retransmissions, 1, 255,
     "Data retransmissions before a timeout must be 1 to 255 (Linux tcp_retries2 ends at 255)."},
    {&rstcause_settings::syn_retransmissions, 1, 127,
     "SYN retransmissions before a timeout must be 1 to 127 (Linux tcp_syn_retries ends at 127)."},
    {&rstcause_settings::idle_seconds, 1, 604800,
     "The idle threshold must be 1 to 604800 seconds (a week)."},
    {&rstcause_settings::time_wait_seconds, 1, 3600,
     "The TIME_WAIT length must be 1 to 3600 seconds."},
    {&rstcause_settings::minimum_confidence, 1, 3,
     "The minimum confidence must be 1 (possible), 2 (likely) or 3 (certain)."},
};

Settings from_c(const rstcause_settings& s)
{
    return {.data_retransmissions = s.data_retransmissions,
            .syn_retransmissions = s.syn_retransmissions,
            .idle_threshold = std::chrono::seconds(s.idle_seconds),
            .time_wait = std::chrono::seconds(s.time_wait_seconds),
            .minimum_confidence = static_cast<Confidence>(s.minimum_confidence)};
}

ServiceNames names_from_c(rstcause_service_name service_name)
{
    if (!service_name)
        return {};
    return [service_name](std::uint16_t port) {
        const char* name = service_name(port);
        return std::string(name ? name : "");
    };
}

std::uint64_t link_from_c(const uint8_t (&bytes)[6])
{
    std::uint64_t link = 0;
    for (uint8_t byte : bytes)
        link = link << 8 | byte;
    return link;
}

RawPacket from_c(const rstcause_packet& p)
{
    const bool v4 = p.ip_version == 4;
    RawPacket packet{.frame = p.frame,
                     .time = Time(p.time_ns),
                     .interface = p.interface_id,
                     .source = v4 ? address_from_ipv4(p.source) : address_from_ipv6(p.source),
                     .destination = v4 ? address_from_ipv4(p.destination)
                                       : address_from_ipv6(p.destination),
                     .hop_limit = p.hop_limit,
                     .link_source = link_from_c(p.link_source),
                     .bytes = {p.bytes, p.captured},
                     .length = p.length};
    if (v4)
        packet.ip_id = p.ip_id;
    else
        packet.flow_label = p.flow_label;
    return packet;
}

template <typename T>
std::int64_t or_unknown(const std::optional<T>& count)
{
    return count ? static_cast<std::int64_t>(*count) : -1;
}

/// Fills the lists that the C view points at, from the verdict that the handle holds.
void list_parts(rstcause_session& s)
{
    s.evidence.clear();
    for (const Evidence& e : s.verdict.evidence)
        s.evidence.push_back({e.frame, e.shows.c_str()});
    s.alternatives.clear();
    for (Cause alternative : s.verdict.alternatives)
        s.alternatives.push_back(row(alternative).token.data());
    s.ruled_out.clear();
    for (const RuledOut& rival : s.verdict.ruled_out)
        s.ruled_out.push_back({row(rival.cause).token.data(), rival.frame, rival.why.c_str()});
    s.doubts.clear();
    for (const std::string& doubt : s.verdict.doubts)
        s.doubts.push_back(doubt.c_str());
}

/// Points the C view at the verdict that the handle holds.
void show_verdict(rstcause_session& s)
{
    const Verdict& v = s.verdict;
    const CatalogueRow& cause = row(v.cause);
    s.headline = v.headline;
    s.endpoint = v.endpoint.text();
    list_parts(s);
    s.view = {.reason = cause.token.data(),
              .title = cause.title.data(),
              .category = cause.category.data(),
              .confidence = static_cast<std::uint32_t>(v.confidence),
              .confidence_text = token(v.confidence),
              .impact = token(v.harm.impact),
              .harm = v.harm.says.c_str(),
              .harm_frame = v.harm.frame,
              .origin = token(v.origin),
              .headline = s.headline.c_str(),
              .explanation = v.explanation.c_str(),
              .advice = v.advice.c_str(),
              .endpoint = s.endpoint.c_str(),
              .stated = v.stated.c_str(),
              .trigger = v.trigger.value_or(0),
              .repeat_of = v.repeat_of.value_or(0),
              .copy = v.is_copy,
              .contradicted_by = v.contradicted_by.value_or(0),
              .stage = v.stage.c_str(),
              .path = v.path.c_str(),
              .hops = v.hops ? *v.hops : -1,
              .retransmissions = or_unknown(v.retransmissions),
              .stream_retransmissions = or_unknown(v.stream_retransmissions),
              .idle_ns = v.idle ? v.idle->count() : -1,
              .evidence = s.evidence.data(),
              .evidence_count = s.evidence.size(),
              .alternatives = s.alternatives.data(),
              .alternative_count = s.alternatives.size(),
              .ruled_out = s.ruled_out.data(),
              .ruled_out_count = s.ruled_out.size(),
              .doubts = s.doubts.data(),
              .doubt_count = s.doubts.size()};
}

}  // namespace

extern "C" {

rstcause_settings rstcause_default_settings(void)
{
    const Settings s;
    const auto seconds = [](Time t) {
        return static_cast<std::uint32_t>(
            std::chrono::duration_cast<std::chrono::seconds>(t).count());
    };
    return {s.data_retransmissions, s.syn_retransmissions, seconds(s.idle_threshold),
            seconds(s.time_wait), static_cast<std::uint32_t>(s.minimum_confidence)};
}

const char* rstcause_settings_problem(const rstcause_settings* settings)
{
    for (const Range& range : kRanges)
        if (const auto value = settings->*range.value; value < range.low || value > range.high)
            return range.problem;
    return nullptr;
}

const char* rstcause_well_known_service(uint16_t port) { return well_known_service(port); }

rstcause_session* rstcause_session_new(const rstcause_settings* settings,
                                       rstcause_service_name service_name)
try {
    if (rstcause_settings_problem(settings))
        return nullptr;
    return new rstcause_session(from_c(*settings), names_from_c(service_name));
} catch (const std::exception&) {
    return nullptr;
}

void rstcause_session_free(rstcause_session* session) { delete session; }

rstcause_observation rstcause_observe(rstcause_session* session, const rstcause_packet* packet)
try {
    if (packet->ip_version != 4 && packet->ip_version != 6)
        return {0, false, 0};
    const Observation seen = session->session.observe(from_c(*packet));
    return {seen.reset ? static_cast<std::uint32_t>(*seen.reset + 1) : 0, seen.wants_tracking,
            seen.contradicts.value_or(0)};
} catch (const std::exception&) {
    return {0, false, 0};
}

void rstcause_note_tracking(rstcause_session* session, const rstcause_tracking* tracking)
try {
    session->session.note_tracking(
        {tracking->available, tracking->retransmission, tracking->not_new});
} catch (const std::exception&) {
}

const rstcause_verdict* rstcause_explain(rstcause_session* session, uint32_t reset)
try {
    if (reset == 0 || reset > session->session.reset_count())
        return nullptr;
    session->verdict = session->session.explain(reset - 1);
    show_verdict(*session);
    return &session->view;
} catch (const std::exception&) {
    return nullptr;
}

const char* rstcause_report(rstcause_session* session, const uint32_t* resets, size_t count,
                            rstcause_report_form form)
try {
    std::vector<ResetId> ids;
    for (std::size_t i = 0; i < count; ++i)
        if (resets[i] != 0 && resets[i] <= session->session.reset_count())
            ids.push_back(resets[i] - 1);
    const Report report = rstcause::report(session->session, ids);
    session->report = form == RSTCAUSE_REPORT_JSON ? as_json(report) : as_text(report);
    return session->report.c_str();
} catch (const std::exception&) {
    return nullptr;
}

size_t rstcause_cause_count(void) { return kCatalogue.size(); }

size_t rstcause_cause_index(const char* reason)
{
    const auto found = std::find_if(kCatalogue.begin(), kCatalogue.end(),
                                    [&](const CatalogueRow& r) { return r.token == reason; });
    return static_cast<size_t>(found - kCatalogue.begin());
}

rstcause_cause rstcause_cause_at(size_t index)
{
    if (index >= kCatalogue.size())
        return {"", "", "", "", false};
    const CatalogueRow& r = kCatalogue[index];
    return {r.token.data(), r.title.data(), r.category.data(), r.reference.data(),
            r.rule != nullptr};
}

}  // extern "C"
