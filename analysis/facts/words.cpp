// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/words.h"

#include <fmt/core.h>

namespace rstcause {

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
        return fmt::format("{:.3g} min", seconds / 60);
    if (seconds < 48 * 3600)
        return fmt::format("{:.3g} h", seconds / 3600);
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

std::string named(const Reset& r, const Endpoint& endpoint)
{
    if (r.now.service_name.empty() || endpoint != service_endpoint(r))
        return endpoint.text();
    return fmt::format("{} ({})", endpoint.text(), r.now.service_name);
}

}  // namespace

std::string sender(const Reset& r) { return named(r, r.own_endpoint()); }
std::string receiver(const Reset& r) { return named(r, r.peer_endpoint()); }

namespace {

/// How far it fits its sender's stack.
std::string fit(const Reset& r)
{
    const auto usual = usual_hop_limit(r);
    if (!usual)
        return "";
    return hops_nearer(r) == 0 ? ", TTL like its sender's other packets"
                               : fmt::format(", TTL {} unlike its sender's others ({})",
                                             r.rst.hop_limit, *usual);
}

}  // namespace

std::string form_in_words(const Reset& r)
{
    if (r.defect != Defect::none)
        return "";
    if (aborts(r))
        return "has the form of a living socket's reset (its own next sequence number)" + fit(r);
    if (r.trigger)
        return fmt::format("has the form of an answer to frame {}: by the host's TCP or a device, "
                           "not by an application",
                           r.trigger->frame)
            + fit(r);
    if (!r.rst.ack)
        return "has the form of an answer to a segment that is not in the capture" + fit(r);
    return "";
}

Evidence says(const Reset& r)
{
    return {r.rst.frame, fmt::format("its {} says: {}", r.statement.by_code ? "window" : "payload",
                                     r.statement.text)};
}

std::vector<Evidence> trigger_evidence(const Reset& r)
{
    if (!r.trigger)
        return {};
    return {{r.trigger->frame, fmt::format("{} from {}: this reset answers it",
                                           describe(r.trigger->flags, r.trigger->length),
                                           r.peer_endpoint().text())}};
}

}  // namespace rstcause
