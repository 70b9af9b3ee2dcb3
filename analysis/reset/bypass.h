// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>

#include "reset/reset.h"
#include "tracking/streams.h"

namespace rstcause {

/// What shows that a NAT had let the segment that `reset`, of this stream, answers through as it was.
/// Empty: nothing does.
std::optional<Bypass> find_bypass(const Reset& reset, StreamId stream, const Streams& streams);

}  // namespace rstcause
