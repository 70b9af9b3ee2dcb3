// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "tracking/bounded_map.h"
#include "tracking/connection.h"
#include "tracking/end_index.h"
#include "tracking/sent_resets.h"

namespace rstcause {

using StreamId = std::size_t;

/// One connection as one capture point saw it.
struct Stream {
    Connection connection;
    std::uint32_t interface = 0;
    /// A tap with one network card for each direction is one point with two interfaces: the second,
    /// and whose segments it carries.
    struct Leg {
        std::uint32_t interface;
        Side sender;
    };
    std::optional<Leg> other_leg;
    bool mixed = false;  ///< it holds segments of a point that turned out to be none of its legs
    SentResets resets;
    std::array<std::optional<std::size_t>, 2> first_reset{};  ///< ResetId, by side
    std::optional<std::size_t> crossing;
    /// By side: an end's reset of the other one under another address, to which a NAT had let a segment
    /// through as it was.
    std::array<std::optional<Mark>, 2> reset_as_a_stranger{};

    bool is_seen_on(std::uint32_t on) const
    {
        return interface == on || (other_leg && other_leg->interface == on);
    }
};

/// Which connection, at which capture point, a segment belongs to. Two captures merged into one
/// file keep their interfaces apart, so each point is followed by itself, however their clocks
/// differ and whatever is lost or forged between them.
class Streams {
public:
    /// The segment's stream, opened if need be.
    StreamId find(const Segment& segment);

    Stream& operator[](StreamId id) { return streams_[id]; }
    const Stream& operator[](StreamId id) const { return streams_[id]; }

    /// Some connection is seen at several points.
    bool has_crossings() const { return !crossings_.empty(); }

    /// Another connection between the same two hosts that this stream's point and another one saw;
    /// empty when there is none.
    std::optional<StreamId> sibling(StreamId id) const;

    /// The same connection at the other points, also behind a NAT: a SYN keeps its sequence
    /// number and its timestamp there.
    std::vector<StreamId> elsewhere(StreamId id) const;

    /// Other connections of this endpoint that this stream's point saw, the newest first; of an endpoint
    /// with thousands not all.
    std::vector<StreamId> others_of(const Endpoint& end, StreamId id) const;

private:
    struct FlowKey {
        Endpoint low, high;
        friend bool operator==(const FlowKey&, const FlowKey&) = default;
    };
    struct FlowHash {
        std::size_t operator()(const FlowKey& key) const;
    };
    /// The addresses and ports of a connection, at each point that sees them.
    struct Flow {
        StreamId first = 0;
        std::vector<StreamId> more;
    };
    /// What a NAT leaves of a SYN.
    struct Opening {
        std::uint32_t seq = 0, timestamp = 0;
        friend bool operator==(const Opening&, const Opening&) = default;
    };
    struct OpeningHash {
        std::size_t operator()(const Opening& opening) const;
    };

    static FlowKey key_of(const Endpoint& one, const Endpoint& two);
    static FlowKey hosts_of(const Stream& stream);
    StreamId* slot_of(Flow& flow, const Segment& segment);
    static bool may_be_leg(const Stream& stream, const Segment& segment);
    static void unlearn_leg(Stream& stream, const Segment& segment);
    StreamId place(const Segment& segment);
    StreamId open(const Segment& segment);
    void link(StreamId first, StreamId second);
    void link_by_opening(StreamId id, const Segment& segment);

    /// A connection passes few capture points; a crafted file may claim thousands.
    static constexpr std::size_t kMostPoints = 8;
    static constexpr std::size_t kOpenings = 65536;
    static constexpr std::size_t kSiblings = 4096;

    std::deque<Stream> streams_;
    std::unordered_map<FlowKey, Flow, FlowHash> flows_;
    std::deque<std::vector<StreamId>> crossings_;  ///< one connection at several points
    BoundedMap<FlowKey, std::vector<StreamId>, FlowHash> siblings_{kSiblings};  ///< ports 0
    EndIndex by_end_;
    BoundedMap<Opening, std::optional<StreamId>, OpeningHash> openings_{kOpenings};
};

}  // namespace rstcause
