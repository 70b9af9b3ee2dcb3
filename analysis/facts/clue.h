// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "wire/segment.h"

namespace rstcause {

/// A sign that the host named in a reset did not send it.
struct Clue {
    enum class Weight {
        weak,    ///< also seen with genuine resets; two of them make a suspicion
        strong,  ///< no host sends or receives this so, as far as we know
    };
    Weight weight = Weight::weak;
    bool another_stack = false;  ///< of weak ones: not explained by another machine of the host's
    Frame frame = 0;
    std::string shows;
};

}  // namespace rstcause
