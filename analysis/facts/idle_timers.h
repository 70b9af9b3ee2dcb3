// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>

#include "wire/segment.h"

namespace rstcause {

/// A device's idle timer as it comes from the factory.
struct IdleTimer {
    Time length{};
    const char* owner;  ///< "AWS network load balancers and NAT gateways"
};

/// The timer that ends a silence of just this length, give or take 1 %.
const IdleTimer* idle_timer_of(Time silence);

/// The longest timer that has run out within this silence, unless the silence is more than twice
/// as long: then it hints at nothing.
const IdleTimer* idle_timer_before(Time silence);

}  // namespace rstcause
