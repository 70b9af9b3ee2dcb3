// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>

#include "tracking/history.h"
#include "tracking/recent.h"
#include "wire/segment.h"

namespace rstcause {

/// What a segment did to its connection.
struct Effect {
    bool copy = false;            ///< the capture holds this packet a second time
    bool may_be_repeat = false;   ///< occupies sequence space that was sent before
    bool repeats_oldest = false;  ///< sent the oldest unacknowledged segment again
};

/// One connection, fed segment by segment.
class Connection {
public:
    explicit Connection(const Segment& first);
    /// A connection on the addresses and ports of an earlier one.
    Connection(const Segment& first, const History& earlier);

    const History& history() const { return history_; }
    const RecentSegments& recent(Side sender) const { return recent_[index(sender)]; }
    Side side_of(const Segment& segment) const;

    /// True when this SYN opens another connection on the same addresses and ports:
    /// its initial sequence number differs from the one known (as Wireshark splits streams).
    bool is_reopened_by(const Segment& segment) const;

    Effect observe(const Segment& segment);

    /// Reads the payload of a segment that was observed and is no copy. `payload`: its first captured bytes.
    void read_payload(const Segment& segment, Bytes payload);

    /// Takes back a reset that was observed: by what followed it carried data like any segment.
    void take_for_data(const Segment& reset);

    /// What Wireshark's tracking says of the segment observed last.
    void confirm_retransmission(Side sender, bool retransmission, bool repeats_oldest);

private:
    std::optional<Time> age_of_copy(Side sender, const Segment& segment) const;
    void note_acknowledgement(Side sender, const Segment& segment);
    void note_answer_time(Side sender, Seq acknowledged, Time now);
    void note_pause(Time silence, const Segment& segment);
    void note_turn(Side sender, const Segment& segment);
    void note_words(Side sender, const Segment& segment);
    void note_unheeded(HalfConnection& half, const Segment& segment);
    void note_acceptance(Side server);
    void note_landmarks(Side sender, const Segment& segment, bool brings_news, bool probe);
    Effect note_sent(Side sender, const Segment& segment);
    void note_probe(Side sender, const Segment& segment, Time silence);
    void note_reset(Side sender, const Segment& segment);

    History history_;
    std::array<RecentSegments, 2> recent_;
};

}  // namespace rstcause
