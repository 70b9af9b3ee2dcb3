// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "wire/segment.h"

namespace rstcause {

/// A frame of the capture and what it shows.
struct Evidence {
    Frame frame = 0;
    std::string shows;
};

}  // namespace rstcause
