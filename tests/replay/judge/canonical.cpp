// SPDX-License-Identifier: GPL-2.0-or-later
#include "canonical.h"

#include <map>
#include <optional>

#include <fmt/format.h>

namespace rstcause::test {

namespace {

/// Names things 0, 1, 2 … as they appear.
class Names {
public:
    std::size_t of(const std::string& thing) { return names_.try_emplace(thing, names_.size()).first->second; }

private:
    std::map<std::string, std::size_t> names_;
};

/// The kinds of the options (RFC 9293 §3.2), in order.
std::string option_kinds(const Packet& packet, const Segment& s)
{
    std::string kinds;
    const std::size_t end = std::min<std::size_t>(kOptions + s.option_bytes, packet.bytes.size());
    for (std::size_t at = kOptions; at < end && packet.bytes[at] != 0;) {
        const auto kind = packet.bytes[at];
        kinds += fmt::format("{},", kind);
        const std::size_t length = kind == 1 || at + 1 >= end ? 1 : packet.bytes[at + 1];
        at += std::max<std::size_t>(length, 1);
    }
    return kinds;
}

std::string words(const Packet& packet, const Segment& s)
{
    const std::size_t start = std::min<std::size_t>(kOptions + s.option_bytes, packet.bytes.size());
    return {packet.bytes.begin() + static_cast<std::ptrdiff_t>(start), packet.bytes.end()};
}

std::string window(const Segment& s, const Segment* last)
{
    if (s.window == 0 || !last || last->flags.syn())
        return s.window == 0 ? "0" : "some";
    return s.window == last->window ? "same" : s.window > last->window ? "more" : "less";
}

std::string ip_id(const Segment& s, const Segment* last)
{
    if (!s.ip_id)
        return "none";
    if (*s.ip_id == 0)
        return "0";
    const bool next = last && static_cast<std::uint16_t>(*s.ip_id - last->ip_id.value_or(0)) == 1;
    return next ? "next" : "other";
}

std::string flow_label(const Segment& s, const Segment* last)
{
    if (s.flow_label.value_or(0) == 0)
        return s.flow_label ? "0" : "none";
    return last && last->flow_label == s.flow_label ? "same" : "other";
}

class Canonical {
public:
    std::string line(const Packet& packet)
    {
        const Segment s = segment(packet);
        const Segment* last = find(last_, direction(s));
        const Segment* host = find(of_host_, s.from.address.text());
        const std::string pause = silence(s);
        const std::string line = fmt::format(
            "{}{}>{} {:02x} seq {} ack {} hops {} id {} window {} label {} options {} {} {}", pause,
            end(s.from), end(s.to), s.flags.bits, relative(s.seq, direction(s), s.flags.rst()),
            s.ack ? relative(*s.ack, opposite(s), true) : "-",
            host ? s.hop_limit - host->hop_limit : 0, ip_id(s, last), window(s, last),
            flow_label(s, last), option_kinds(packet, s), s.payload, words(packet, s));
        last_[direction(s)] = s;
        if (!s.flags.rst())
            of_host_[s.from.address.text()] = s;
        return line;
    }

private:
    static const Segment* find(const std::map<std::string, Segment>& segments, const std::string& key)
    {
        const auto found = segments.find(key);
        return found == segments.end() ? nullptr : &found->second;
    }

    std::string end(const Endpoint& endpoint)
    {
        return fmt::format("{}:{}", hosts_.of(endpoint.address.text()), ports_.of(endpoint.text()));
    }

    /// Relative to the first number of that direction, which an acknowledgement may be the first to tell.
    std::string relative(Seq number, const std::string& of, bool may_be_none)
    {
        if (may_be_none && number == Seq(0))
            return "0!";
        const Seq first = first_.try_emplace(of, number).first->second;
        return std::to_string(distance(first, number));
    }

    /// Pauses of less are a matter of the machine.
    std::string silence(const Segment& s)
    {
        const bool long_pause = time_ && s.time - *time_ >= std::chrono::seconds(5);
        time_ = s.time;
        return long_pause ? "silence, " : "";
    }

    Names hosts_, ports_;
    std::map<std::string, Segment> last_, of_host_;
    std::map<std::string, Seq> first_;
    std::optional<Time> time_;
};

}  // namespace

std::vector<std::string> canonical(const Trace& view)
{
    Canonical form;
    std::vector<std::string> lines;
    for (const Packet& packet : view)
        lines.push_back(form.line(packet));
    return lines;
}

}  // namespace rstcause::test
