// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "reset/statement.h"
#include "tracking/connection.h"
#include "tracking/hosts.h"
#include "wire/threshold.h"

namespace rstcause {

/// The segment that elicited a reset.
struct Trigger {
    Frame frame = 0;
    Time time{};
    Time silence{};  ///< nothing but keep-alives for this long before it
    Seq seq;
    std::uint32_t length = 0;
    Flags flags;
    std::optional<std::uint32_t> echo;  ///< TSecr
    bool again = false;  ///< of a bare one: the same had come before, number for number
    Time came_by_last{};     ///< the same packet: on its way it may be captured more than once
    bool passed_on = false;  ///< captured where it was routed: it came by twice, a hop apart
};

/// What the headers of a reset share with the packets just before it.
struct HeaderMatch {
    Frame id_of = 0;            ///< a segment of the other side with the same non-zero IP-ID
    /// An unacknowledged segment whose acknowledgement and end are the numbers of this RST,ACK.
    Frame numbers_of = 0;
    bool nobodys_number = false;  ///< no segment of the peer, remembered or forgotten, acknowledges it
    bool off_its_row = false;   ///< its sender counts its IP-IDs, and this one is off the count
    bool off_its_link = false;  ///< its sender's segments come from another link-layer address
    /// Since when its sender can have known what this reset answers or acknowledges last.
    std::optional<Time> informed_at;
};

/// What came after the reset. Known in full only once the capture has been read.
struct Aftermath {
    /// A later segment that the reset's sender could not have sent after aborting.
    std::optional<Frame> sender_went_on;
    /// That segment acknowledges the one that the reset answers: it had reached the sender.
    bool knew_trigger = false;
    /// The receiver acknowledges what the sender sent later: the reset ended nothing.
    std::optional<Frame> ignored;
    /// The receiver's answer to a reset off the expected number (RFC 5961 §3.2).
    std::optional<Frame> challenged;
    /// The receiver acknowledges bytes that nothing but this packet carried: it took it for data.
    std::optional<Frame> taken_for_data;
    /// Some of its bytes came in a segment of its sender's, too.
    bool bytes_came_again = false;
    /// A later SYN-ACK to the SYN of the same connection attempt: it succeeded after all.
    std::optional<Frame> healed;
};

/// A segment that a NAT let through untranslated, as the capture shows it.
struct Bypass {
    /// The reset's sender takes part in the connection that the segment belongs to by its numbers, under
    /// another address of the other end. False: this point sees both sides of the NAT, and the segment came
    /// on one of them only.
    bool to_a_stranger = false;
    Trigger segment;      ///< what went past; of several on their way the reset's form alone does not tell which
    std::size_t connection = 0;  ///< StreamId of the other side
    Endpoint end;         ///< the one of its ends that is another one there
    Mark last;            ///< its last segment there
    Time silence{};       ///< between that and the one that is reset
    bool by_the_nat = false;  ///< the reset speaks for the NAT's own address
    bool closed = false;  ///< both ends had sent FIN there, or one a reset
};

/// A reset, the connection before it, and what later segments said of it: what is kept of each.
struct Reset {
    Segment rst;
    Defect defect = Defect::none;
    Side sender = Side::a;
    History before;
    std::optional<Trigger> trigger;
    Statement statement;          ///< what the reset itself says
    bool tracking_known = false;  ///< Wireshark's sequence analysis was on
    HeaderMatch headers;
    std::optional<Bypass> bypass;
    Service service_then;         ///< the sender's endpoint, before this reset
    /// A reset in another address's name, at about the same time, whose IP-ID the same counter gave.
    std::optional<Mark> one_counter_with;
    Aftermath aftermath;

    const HalfConnection& own() const { return before.half(sender); }
    const HalfConnection& peer() const { return before.half(other(sender)); }
    const Endpoint& own_endpoint() const { return rst.from; }
    const Endpoint& peer_endpoint() const { return rst.to; }
};

/// What the headers of `rst` share with the packets just before it.
HeaderMatch match_headers(const Segment& rst, const History& before, const RecentSegments& sent,
                          const RecentSegments& received);

/// A host without socket answers at once: what comes later than the slowest paths take was not elicited by
/// the segment (RFC 6298 §2.1, §5.5: the first timeout, and the second).
extern const Threshold<Time> kAnswersWithin;

/// A segment as what a reset answers. `again`: of a bare one, it had come before.
Trigger as_trigger(const RecentSegment& segment, bool again);

/// The trigger of `rst`, looked up among its receiver's recent segments.
std::optional<Trigger> find_trigger(const Segment& rst, const History& before,
                                    const RecentSegments& received);

}  // namespace rstcause
