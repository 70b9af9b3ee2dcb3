// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tracking/capture_point.h"
#include "session/session.h"

namespace rstcause {

/// From its first to its last; as long as Time can tell, when it is longer.
Time length(const Period& period);

/// What was seen and how often, most often first; equals in numerical order.
using Counts = std::vector<std::pair<std::string, std::size_t>>;

/// What some resets of a group did, and the frame that shows it of the first of them.
struct HarmCount {
    std::size_t resets = 0;
    Frame frame = 0;
};

/// The resets of one cause at one endpoint; or what would otherwise be many such groups and is one event,
/// or one and the same thing over and over.
struct ReportGroup {
    enum class Extent {
        endpoint,   ///< of one endpoint
        ports,      ///< of many ports of an address
        addresses,  ///< of many addresses with the same port
        client,     ///< what one client did to several endpoints, for the same cause
        moment,     ///< what one host ended in the same moment, whatever the causes
        scan,       ///< what came of one client's scan, whatever the causes
    };

    Cause cause = Cause::unknown;
    Impact impact = Impact::notice;
    Extent extent = Extent::endpoint;
    bool by_client = false;  ///< the clients of these endpoints reset
    std::string title;     ///< the cause's, or that of the event
    std::string endpoint;  ///< "address:port"; "address" of several ports; "*:port" of several addresses; "*"
    std::string service;   ///< the name of its port, or empty
    std::string scanner;   ///< the address of a scan's source; else empty
    Counts reset_by;       ///< in whose name the resets came, by address
    Counts endpoints;      ///< all those that the verdicts are about
    Counts affected;       ///< the other ends, by address
    std::vector<std::pair<Cause, std::size_t>> reasons;  ///< `cause` first, then the most frequent
    std::array<std::size_t, 4> by_confidence{};  ///< how many, by number of Confidence
    std::map<Harm::Kind, HarmCount> harm;  ///< of those that repeat no other
    std::size_t repeats = 0;  ///< of them, those that only repeat an earlier one
    std::vector<Frame> frames;
    Period period;
    std::size_t peak = 0;  ///< most within any one second
    Frame example = 0;     ///< the first one of the surest
    Verdict shown;         ///< its verdict
    std::string advice;
    std::string filter;    ///< the display filter that selects this group in Wireshark

    std::size_t resets() const { return frames.size(); }
    /// Resets a second from the first to the last; 0 when that is less than a second.
    double rate() const;
};

/// What a capture's resets come to. Copies of one packet at other capture points count once.
struct Report {
    std::size_t resets = 0;
    std::size_t copies = 0;
    std::optional<Period> period;
    /// By impact, problems first; within it what is more than possible first, then the largest.
    /// Those of unknown cause come last.
    std::vector<ReportGroup> groups;
};

/// Groups the verdicts, as of now, of `resets`.
Report report(const Session& session, const std::vector<ResetId>& resets);

/// For people: at most 100 columns, times in local time.
std::string as_text(const Report& report);

/// For programs: docs/report.schema.json. Times in UTC.
std::string as_json(const Report& report);

}  // namespace rstcause
