// SPDX-License-Identifier: GPL-2.0-or-later
//
// Resets in the names of several hosts that one machine has numbered.
#include "session/session.h"
#include "wire/threshold.h"

namespace rstcause {

namespace {

// Resets of one event, as in clues_series.cpp: within the first timeout of a retransmission (RFC 6298 §2).
const Threshold<Time> kOneEvent{"session.one_event", std::chrono::seconds(1)};

// Packets that a device sends between two resets of one event. Of two counters at random one in 16,000 is so near.
const Threshold<int> kNext{"session.next_of_a_counter", 4};

constexpr std::size_t kRemembered = 32;  ///< resets, at one capture point

bool of_one_counter(const Segment& one, const Segment& two)
{
    const auto step = static_cast<std::uint16_t>(*two.ip_id - *one.ip_id);
    return one.from.address != two.from.address && one.hop_limit == two.hop_limit && step > 0 && step <= kNext()
        && two.time - one.time <= kOneEvent();
}

}  // namespace

/// Notes, on both, that this reset and an earlier one in another address's name are of one counter.
void Session::note_counter(ResetId id)
{
    Reset& reset = resets_[id].reset;
    if (reset.defect != Defect::none || reset.rst.ip_id.value_or(0) == 0)
        return;
    auto& latest = point_of(streams_[resets_[id].stream].interface).numbered_resets;
    for (ResetId each : latest) {
        Reset& other = resets_[each].reset;
        if (!of_one_counter(other.rst, reset.rst))
            continue;
        reset.one_counter_with = mark(other.rst);
        other.one_counter_with = mark(reset.rst);
    }
    latest.push_back(id);
    if (latest.size() > kRemembered)
        latest.pop_front();
}

}  // namespace rstcause
