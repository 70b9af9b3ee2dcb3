// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "causes/bearings.h"
#include "facts/case.h"
#include "facts/evidence.h"

namespace rstcause {

/// What the winning cause tells people, in this capture's own numbers.
struct Story {
    std::string headline;  ///< what happened, for one line, without a full stop
    std::string details;   ///< what follows a colon after it; empty: nothing
    std::string advice;    ///< the next thing to check or change
    std::vector<Evidence> evidence{};    ///< beside what its supports show
    std::optional<Cause> stands_for{};   ///< the cause that this is only another name for
    std::optional<Origin> origin{};      ///< where it is not the host named in the packet
    std::optional<Frame> trigger{};      ///< where its form alone does not tell
};

/// One cause: what speaks for it and against it, and how it is told.
struct CauseRule {
    void (*weigh)(const Case&, Bearings&);
    Story (*tell)(const Case&);  ///< asked only of the winner: all its needs are met, or may be
};

}  // namespace rstcause
