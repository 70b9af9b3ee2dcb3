// SPDX-License-Identifier: GPL-2.0-or-later
//
// Perturbations that change which packets there are, and in what order.
#include "perturb.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "tracking/connection.h"

namespace rstcause::test {

namespace {

using namespace std::chrono_literals;

Trace renumbered(Trace trace)
{
    Frame frame = 0;
    for (Packet& packet : trace)
        packet.raw.frame = ++frame;
    return trace;
}

/// One connection of a trace: the places of its packets and what was seen of its start.
struct Passage {
    explicit Passage(const Segment& first) : connection(first) {}

    Connection connection;
    std::vector<std::size_t> handshake;
    bool has_data = false;
};

/// The client's bare ACK that ends the handshake: its first word after the SYN.
bool ends_handshake(const History& before, const Segment& s, Side sender)
{
    const HalfConnection& own = before.half(sender);
    const HalfConnection& peer = before.half(other(sender));
    return own.syn && peer.syn && !own.opened_passively && !own.spoke_after_syn
        && s.length() == 0 && !s.flags.rst()
        && s.seq == own.syn->seq + 1 && s.ack == peer.syn->seq + 1;
}

void follow(Passage& passage, const Segment& s, std::size_t place)
{
    const Side sender = passage.connection.side_of(s);
    if (s.flags.syn() || ends_handshake(passage.connection.history(), s, sender))
        passage.handshake.push_back(place);
    passage.has_data |= s.payload > 0 && !s.flags.rst();
    passage.connection.observe(s);
}

/// Who opened each connection, by the first packet that tells; else as the core guesses.
std::map<std::string, std::string> client_directions(const Trace& trace)
{
    std::map<std::string, std::string> clients;
    for (const Packet& packet : trace) {
        const Segment s = segment(packet);
        if (s.flags.syn())
            clients.try_emplace(ends(s), s.flags.ack() ? opposite(s) : direction(s));
    }
    for (const Packet& packet : trace) {
        const Segment s = segment(packet);
        const auto client = Connection(s).history().client().value_or(Side::a);
        clients.try_emplace(ends(s), client == Side::a ? direction(s) : opposite(s));
    }
    return clients;
}

}  // namespace

Trace without_handshakes(const Trace& trace)
{
    std::map<std::string, Passage> open;
    std::set<std::size_t> dropped;
    const auto close = [&](const Passage& passage) {
        if (passage.has_data)
            dropped.insert(passage.handshake.begin(), passage.handshake.end());
    };
    for (std::size_t i = 0; i < trace.size(); ++i) {
        const Segment s = segment(trace[i]);
        auto& passage = open.try_emplace(ends(s), s).first->second;
        if (passage.connection.is_reopened_by(s)) {
            close(passage);
            passage = Passage(s);
        }
        follow(passage, s, i);
    }
    for (const auto& [_, passage] : open)
        close(passage);

    Trace rest;
    for (std::size_t i = 0; i < trace.size(); ++i)
        if (!dropped.count(i) || segment(trace[i]).flags.rst())
            rest.push_back(trace[i]);
    return rest;
}

Trace doubled(const Trace& trace)
{
    Trace twice;
    for (const Packet& packet : trace) {
        twice.push_back(packet);
        twice.push_back(packet);
        twice.back().raw.time += 2us;
    }
    return renumbered(std::move(twice));
}

Trace slightly_reordered(Trace trace)
{
    for (std::size_t i = 1; i < trace.size(); ++i) {
        Packet& first = trace[i - 1];
        Packet& second = trace[i];
        if (direction(segment(first)) != opposite(segment(second))
            || second.raw.time - first.raw.time >= 100us)
            continue;
        std::swap(first, second);
        std::swap(first.raw.time, second.raw.time);
        ++i;  // a packet moves once
    }
    return renumbered(std::move(trace));
}

Trace one_sided(const Trace& trace, Role sender)
{
    const auto clients = client_directions(trace);
    Trace side;
    for (const Packet& packet : trace) {
        const Segment s = segment(packet);
        if ((clients.at(ends(s)) == direction(s)) == (sender == Role::client))
            side.push_back(packet);
    }
    return side;
}

Trace cut_after(const Trace& trace, Frame last)
{
    Trace start;
    for (const Packet& packet : trace)
        if (packet.kept <= last)
            start.push_back(packet);
    return start;
}

Trace started_late(const Trace& trace, std::uint32_t interface, Frame first)
{
    Trace rest;
    for (const Packet& packet : trace)
        if (packet.raw.interface != interface || packet.kept >= first)
            rest.push_back(packet);
    return rest;
}

Trace skewed(Trace trace, std::uint32_t interface, Time skew)
{
    for (Packet& packet : trace)
        if (packet.raw.interface == interface)
            packet.raw.time += skew;
    std::stable_sort(trace.begin(), trace.end(), [](const Packet& a, const Packet& b) {
        return a.raw.time < b.raw.time;
    });
    return renumbered(std::move(trace));
}

}  // namespace rstcause::test
