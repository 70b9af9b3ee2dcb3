// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/words.h"

#include <fmt/core.h>

namespace rstcause {

namespace {

/// "8 min 19 s": a large unit and what is left over in a smaller one, of which the larger has 60 (or a day has 24).
std::string in_two_units(double span, int per_unit, const char* unit, const char* smaller)
{
    const auto whole = static_cast<long long>(span + 0.5);
    const long long rest = whole % per_unit;
    return rest == 0 ? fmt::format("{} {}", whole / per_unit, unit)
                     : fmt::format("{} {} {} {}", whole / per_unit, unit, rest, smaller);
}

}  // namespace

std::string text(Time span)
{
    const double seconds = std::chrono::duration<double>(span).count();
    if (seconds < 0.001)
        return fmt::format("{:.0f} µs", seconds * 1e6);
    if (seconds < 0.9995) // or it would read 1e+03 ms
        return fmt::format("{:.3g} ms", seconds * 1e3);
    if (seconds < 180)
        return fmt::format("{:.3g} s", seconds);
    if (seconds < 3 * 3600)
        return in_two_units(seconds, 60, "min", "s");
    if (seconds < 48 * 3600)
        return in_two_units(seconds / 60, 60, "h", "min");
    return fmt::format("{:.0f} days", seconds / 86400);
}

std::string times(std::uint32_t count)
{
    return count == 1 ? "once" : fmt::format("{} times", count);
}

std::string describe(Flags flags, std::uint32_t length)
{
    if (flags.syn())
        return flags.ack() ? "SYN-ACK" : "SYN";
    const std::uint32_t payload = length - flags.fin();
    if (payload == 0)
        return flags.fin() ? "FIN" : "ACK";
    return fmt::format("{} byte{} of data{}", payload, payload == 1 ? "" : "s",
                       flags.fin() ? " with FIN" : "");
}

namespace {

std::string named(const Case& c, const Endpoint& endpoint)
{
    if (c.now.service_name.empty() || endpoint != service_endpoint(c))
        return endpoint.text();
    return fmt::format("{} ({})", endpoint.text(), c.now.service_name);
}

}  // namespace

std::string sender(const Case& c) { return named(c, c.own_endpoint()); }
std::string receiver(const Case& c) { return named(c, c.peer_endpoint()); }

namespace {

/// How far it fits its sender's stack.
std::string fit(const Case& c)
{
    const auto usual = usual_hop_limit(c);
    if (!usual)
        return "";
    return hops_nearer(c) == 0 ? ", TTL like its sender's other packets"
                               : fmt::format(", TTL {} unlike its sender's others ({})",
                                             c.rst.hop_limit, *usual);
}

}  // namespace

std::string form_in_words(const Case& c)
{
    if (c.defect != Defect::none)
        return "";
    if (aborts(c))
        return "has the form of a living socket's reset (its own next sequence number)" + fit(c);
    if (c.trigger)
        return fmt::format("has the form of an answer to frame {}: by the host's TCP or a device, "
                           "not by an application",
                           c.trigger->frame)
            + fit(c);
    if (!c.rst.ack)
        return "has the form of an answer to a segment that is not in the capture" + fit(c);
    return "";
}

Evidence says(const Case& c)
{
    return {c.rst.frame, fmt::format("its {} says: {}", c.statement.by_code ? "window" : "payload",
                                     c.statement.text)};
}

std::vector<Evidence> trigger_evidence(const Case& c)
{
    if (!c.trigger)
        return {};
    return {{c.trigger->frame, fmt::format("{} from {}: this reset answers it",
                                           describe(c.trigger->flags, c.trigger->length),
                                           c.peer_endpoint().text())}};
}

}  // namespace rstcause
