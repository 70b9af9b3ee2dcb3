// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diagnosis/harm.h"
#include "facts/company.h"
#include "facts/evidence.h"
#include "reset/terms.h"
#include "wire/endpoint.h"
#include "wire/segment.h"

namespace rstcause {

/// A rival of the verdict, and what shows that it is not the cause.
struct RuledOut {
    Cause cause = Cause::unknown;
    Frame frame = 0;  ///< 0: the reset itself
    std::string why;
};

/// The answer for one reset.
struct Verdict {
    Cause cause = Cause::unknown;
    Confidence confidence = Confidence::possible;
    Harm harm;                ///< what it means for the people behind the connection
    Origin origin = Origin::unknown;
    std::string headline;     ///< what happened, for one line: "Nothing listens on 192.0.2.1:80"
    std::string explanation;  ///< the headline and this capture's own numbers
    std::string advice;       ///< the next thing to check or change

    Endpoint endpoint;     ///< that the verdict is about
    std::string service;   ///< what that port is called ("https"), or empty
    bool is_copy = false;  ///< the same packet as an earlier one, at another capture point
    std::vector<Evidence> evidence;
    std::vector<Cause> alternatives;  ///< rivals that stand, the most probable first
    std::vector<RuledOut> ruled_out;  ///< rivals that do not, and why
    std::vector<std::string> doubts;  ///< what keeps the verdict from being surer
    std::string stated;  ///< what the reset itself says
    std::optional<Frame> trigger;
    std::optional<Frame> repeat_of;
    std::optional<Frame> contradicted_by;
    std::string stage;               ///< how far the connection had come, see stage()
    std::optional<std::uint8_t> hops;  ///< to where it was made, when a device on the way made it
    std::string path;                ///< between two capture points: see SecondPoint::Path; else empty
    std::optional<std::uint32_t> retransmissions;         ///< of the oldest unacknowledged segment
    std::optional<std::uint32_t> stream_retransmissions;  ///< Wireshark's count, sender's direction
    std::optional<Frame> together;  ///< names what its host ended in the same moment: ended_together()
    std::optional<Scan> scan;       ///< that it is part of
    std::optional<Time> idle;  ///< silence before the reset or before what elicited it
};

}  // namespace rstcause
