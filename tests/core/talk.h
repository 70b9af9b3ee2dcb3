// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "session/session.h"

namespace rstcause::test {

using namespace std::chrono_literals;

/// One segment to be put on the wire; what is not said has a plain default.
struct Packet {
    std::string_view flags = "A";  ///< letters out of F S R P A
    std::uint32_t seq = 0;
    std::uint32_t ack = 0;
    std::uint32_t payload = 0;
    std::uint16_t window = 500;
    std::optional<std::uint32_t> timestamp = std::nullopt;
    std::uint16_t ip_id = 0;
    std::uint32_t interface = 0;
    std::uint8_t data_offset = 0;  ///< 0: the right one
    std::uint8_t hop_limit = 64;
    std::string_view data = {};    ///< what the payload says; then `payload` may be left out
    std::uint64_t link = 0;        ///< the link-layer source; 0: not known
    std::string_view options = {}; ///< TCP options beside the timestamp, padded to four bytes
};

/// The bytes of a TCP header, payload not included.
std::vector<std::uint8_t> tcp_header(std::uint16_t source, std::uint16_t destination,
                                     const Packet& packet);

/// A conversation of a client at 10.0.0.1:40000 with a server at 10.0.0.2:80, unless told
/// otherwise, handed to a session segment by segment. Sequence numbers start at 1000 (client) and 5000 (server).
class Talk {
public:
    static constexpr std::uint32_t kClientIsn = 1000;
    static constexpr std::uint32_t kServerIsn = 5000;

    explicit Talk(const Settings& settings = {}) : session(settings)
    {
        between("10.0.0.1", "10.0.0.2").from_port(40000);
    }

    Talk& client(const Packet& packet) { return send(true, packet); }
    Talk& server(const Packet& packet) { return send(false, packet); }
    Talk& wait(Time span)
    {
        now_ += span;
        return *this;
    }
    Talk& from_port(std::uint16_t port)
    {
        client_.port = port;
        return *this;
    }
    /// From here on between these hosts, given by IP address.
    Talk& between(std::string_view client, std::string_view server, std::uint16_t port = 80);
    /// From here on at this time since 1970.
    Talk& at(Time time)
    {
        now_ = time;
        return *this;
    }
    /// SYN, SYN-ACK, ACK.
    Talk& handshake();
    /// `count` transmissions of the client's first data segment on a doubling timer.
    Talk& client_repeats_first_data(int count, Time first_interval = 200ms);
    /// What Wireshark's tracking says of the packet sent last, if it was asked.
    Talk& tracked(bool retransmission, bool not_new = true);

    Frame frame() const { return frame_; }
    bool asked_for_tracking() const { return last_.wants_tracking; }
    /// The verdict on the latest reset.
    Verdict verdict() const { return session.explain(session.reset_count() - 1); }
    std::string reason() const;

    Session session;

private:
    Talk& send(bool from_client, const Packet& packet);

    Time now_ = 1700000000s;
    Frame frame_ = 0;
    Endpoint client_, server_;
    Observation last_;
};

}  // namespace rstcause::test
