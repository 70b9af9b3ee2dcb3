// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "tracking/capture_point.h"
#include "reset/reset.h"
#include "reset/second_point.h"
#include "facts/case.h"
#include "reset/settings.h"
#include "tracking/streams.h"
#include "diagnosis/verdict.h"
#include "diagnosis/weigh.h"

namespace rstcause {

/// Index of a reset in its session, in order of observation.
using ResetId = std::size_t;

using ServiceNames = std::function<std::string(std::uint16_t port)>;

/// What became of a packet.
struct Observation {
    std::optional<ResetId> reset;  ///< the packet is a reset
    bool wants_tracking = false;   ///< say by note_tracking() what Wireshark knows of it
    std::optional<Frame> contradicts;  ///< it shows that the host named in this reset lived on
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

    /// The packet itself. `id` below reset_count().
    const Segment& segment(ResetId id) const { return resets_.at(id).reset.rst; }

    /// The verdict as of the packets observed so far; final once the capture has been read.
    Verdict explain(ResetId id) const;

    /// How every cause stands for this reset by itself, whatever others it repeats: for those who
    /// write rules.
    Differential differential(ResetId id) const;

private:
    struct KeptReset {
        Reset reset;
        StreamId stream = 0;
        SentReset sent;  ///< itself, as it is remembered beside the others
        std::optional<ResetId> copies;   ///< the same packet, at another capture point
        std::optional<ResetId> follows_forged;  ///< the one before, which its sender contradicts
        std::optional<ResetId> repeats;  ///< the first reset of the same sender and stream
        std::optional<BurstId> burst;
    };
    struct PendingTracking {
        std::optional<StreamId> stream;
        Side sender = Side::a;
        bool repeats_oldest = false;
        std::optional<ResetId> reset;
    };

    CapturePoint& point_of(std::uint32_t interface);
    const CapturePoint& point_of(std::uint32_t interface) const;
    ResetId add_reset(StreamId stream, const ParsedSegment& parsed);
    void place(KeptReset& kept, ResetId id);
    void note_counter(ResetId id);
    std::optional<ResetId> seen_elsewhere(StreamId stream, const SentReset& sent) const;
    std::optional<Frame> note_aftermath(Stream& stream, const Segment& segment);

    std::optional<SecondPoint> second_point_of(const KeptReset& kept) const;
    Case case_of(const KeptReset& kept) const;
    Case full_case_of(const KeptReset& kept) const;
    std::optional<Frame> doubtful_close(const KeptReset& kept) const;
    std::optional<BurstId> note_end(const KeptReset& kept);
    Period captured_at(StreamId stream) const;
    std::optional<Side> opener_elsewhere(StreamId stream) const;
    const KeptReset& best_view(const KeptReset& kept) const;
    Frame first_seen(const KeptReset& kept) const;
    Verdict explain_in_its_place(const KeptReset& kept) const;
    Verdict explain_alone(const KeptReset& kept) const;
    Verdict explain_first(const KeptReset& kept, const KeptReset& best) const;
    Verdict explain_event(const KeptReset& kept, const KeptReset* forged) const;
    const KeptReset* original_of(const KeptReset& later, const KeptReset* forged) const;

    /// Captures have a few interfaces; a crafted one may claim thousands. The last one is shared.
    static constexpr std::size_t kPoints = 64;

    Settings settings_;
    ServiceNames service_name_;
    Streams streams_;
    std::deque<CapturePoint> points_;
    std::unordered_map<std::uint32_t, std::size_t> point_index_;  ///< by capture interface
    std::deque<KeptReset> resets_;
    PendingTracking pending_;
};

}  // namespace rstcause
