// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/sender_view.h"

#include <algorithm>

#include "wire/threshold.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// Round trips vary: what took less than this share of the fastest one seen cannot have been there
// and back. By drawn traffic.
const Threshold<double> kShare{"sender_view.share", 0.8};

// Packets queue: what has had this many times the fastest round trip, and kQueue besides, has
// arrived unless it was lost: room for a queue as long as the path, and for a short one on a fast path. By
// drawn traffic.
const Threshold<int> kAmple{"sender_view.ample", 2};
const Threshold<Time> kQueue{"sender_view.queue", 20ms};

/// The fastest way from here to the reset's sender and back that the capture shows.
std::optional<Time> round_trip(const Case& c)
{
    const auto& here = c.own().least_answer;
    const auto& opening = c.now.own_host.fastest_answer;
    if (here && opening)
        return std::min(*here, *opening);
    return here ? here : opening;
}

}  // namespace

Fact time_to_know(const Case& c, const Mark& passed)
{
    const Time ago = c.rst.time - passed.time;
    const auto fastest = round_trip(c);
    if (!fastest)
        return not_known(Gap::on_the_way).lasting(ago);
    if (static_cast<double>(ago.count()) < kShare() * static_cast<double>(fastest->count()))
        return no(passed.frame).lasting(ago);
    return ago >= kAmple() * *fastest + kQueue() ? yes(passed.frame).lasting(ago)
                                             : not_known(Gap::on_the_way).lasting(ago);
}

Fact had_reached_sender(const Case& c, const Heard& segment)
{
    const auto& acknowledged = c.peer().una;  // by what the sender said before
    if (segment.occupies && acknowledged && !before(*acknowledged, segment.end))
        return yes(segment.frame);
    const auto& held = c.peer().sacked;  // beyond a gap, as its SACK said (RFC 2018)
    if (segment.occupies && held && before(held->left, segment.end) && !before(held->right, segment.end))
        return yes(segment.frame);
    if (segment.occupies && c.rst.ack && aborts(c))
        return before(*c.rst.ack, segment.end) ? no(c.rst.frame) : yes(c.rst.frame);
    const Fact by_time = time_to_know(c, {segment.frame, segment.end, segment.time});
    return by_time.no() ? by_time : not_known(Gap::on_the_way);
}

}  // namespace rstcause
