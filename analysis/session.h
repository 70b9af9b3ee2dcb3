// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <array>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "connection.h"
#include "hosts.h"
#include "reset.h"
#include "settings.h"
#include "verdict.h"

namespace rstcause {

/// Index of a reset in its session, in order of observation.
using ResetId = std::size_t;

using ServiceNames = std::function<std::string(std::uint16_t port)>;

/// What became of a packet.
struct Observation {
    std::optional<ResetId> reset;  ///< the packet is a reset
    bool wants_tracking = false;   ///< say by note_tracking() what Wireshark knows of it
};

/// What Wireshark's sequence analysis says of the packet observed last.
struct Tracking {
    bool available = false;       ///< the analysis is on and knows the conversation
    bool retransmission = false;  ///< any kind of it
    /// Not new data in Wireshark's eyes, whatever it calls it: also out of order and keep-alive,
    /// which is how it sees one-byte segments sent again.
    bool not_new = false;
};

/// One pass over one capture: packets in, resets out, verdicts on request.
class Session {
public:
    /// `service_name`: what a TCP port is called, empty when it has no name. May be empty itself.
    explicit Session(const Settings& settings, ServiceNames service_name = {})
        : settings_(settings), service_name_(std::move(service_name))
    {
    }

    /// Takes the packets in capture order, each once.
    Observation observe(const RawPacket& packet);
    void note_tracking(const Tracking& tracking);

    std::size_t reset_count() const { return resets_.size(); }

    /// The verdict as of the packets observed so far; final once the capture has been read.
    Verdict explain(ResetId id) const;

private:
    struct FlowKey {
        Endpoint low, high;
        friend bool operator==(const FlowKey&, const FlowKey&) = default;
    };
    struct FlowHash {
        std::size_t operator()(const FlowKey& key) const;
    };
    /// A connection and the first resets that its two sides sent.
    struct Stream {
        explicit Stream(const Segment& first) : connection(first) {}
        Stream(const Segment& first, const History& earlier) : connection(first, earlier) {}
        Connection connection;
        std::array<std::optional<ResetId>, 2> first_reset;
    };
    struct KeptReset {
        Reset reset;
        std::optional<ResetId> repeats;  ///< the first reset of the same sender and stream
        std::optional<std::size_t> burst;
    };
    /// The latest burst of an endpoint; kept for good once it holds a reset.
    struct LatestBurst {
        Burst burst;
        std::optional<std::size_t> kept;
    };
    struct PendingTracking {
        Stream* stream = nullptr;
        Side sender = Side::a;
        bool repeats_oldest = false;
        std::optional<ResetId> reset;
    };

    Stream& stream_of(const Segment& segment);
    ResetId add_reset(Stream& stream, const ParsedSegment& parsed);
    void note_hosts(const Stream& stream, const Segment& segment, const Effect& effect);
    void note_end(const KeptReset& kept);
    std::optional<std::size_t> join_burst(const Endpoint& endpoint, const Mark& when, bool reset);
    void note_aftermath(Stream& stream, const Segment& segment);
    Verdict explain_alone(const KeptReset& kept) const;

    Settings settings_;
    ServiceNames service_name_;
    std::unordered_map<FlowKey, Stream, FlowHash> streams_;
    Hosts hosts_;
    std::deque<KeptReset> resets_;
    std::deque<Burst> bursts_;
    BoundedMap<Endpoint, LatestBurst, EndpointHash> latest_burst_{Hosts::kCapacity};
    PendingTracking pending_;
};

}  // namespace rstcause
