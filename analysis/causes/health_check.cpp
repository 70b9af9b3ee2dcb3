// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

/// Unused connections of one client to one port from which on they are a habit.
constexpr std::uint32_t kHabit = 3;

}  // namespace

/// A monitor or balancer looks whether the port answers.
///
/// Wire: the client connects and resets without having sent any data, again and again, to the
/// same port.
/// Mistaken for: a single abort or cancelled connection; `syn_scan`, over many ports.
/// Sure: likely from three times on, possible for two.
/// Next: Nothing to do if a balancer or monitor runs there.
/// Source: HAProxy, tcp-check; the reset spares both ends TIME_WAIT.
std::optional<Finding> health_check(const Reset& r)
{
    if (!client_left_it_unused(r) || !r.peer().syn || r.now.visits.unused < 2)
        return std::nullopt;
    const Visits& visits = r.now.visits;
    return Finding{
        .confidence = visits.unused < kHabit ? Confidence::possible : Confidence::likely,
        .explanation = fmt::format("{} connected to {} {} within {} and reset each time without "
                                   "sending anything: it only looks whether the port answers.",
                                   r.own_endpoint().address.text(), receiver(r),
                                   times(visits.unused),
                                   text(visits.last->time - visits.first->time)),
        .advice = "Nothing to do if a balancer or monitor runs there; its checks can be told to "
                  "close properly.",
        .evidence = {{visits.first->frame, "first such reset"},
                     {visits.last->frame, "latest such reset"}},
        .alternatives = {Cause::connect_cancelled, Cause::application_abort},
    };
}

}  // namespace rstcause
