// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "wire/message.h"
#include "wire/segment.h"

namespace rstcause {

/// The two ends of a connection, named by who was seen to speak first.
enum class Side : std::uint8_t { a, b };

constexpr Side other(Side side) { return side == Side::a ? Side::b : Side::a; }
constexpr std::size_t index(Side side) { return static_cast<std::size_t>(side); }

/// A landmark: where in the capture, and where in the stream.
struct Mark {
    Frame frame = 0;
    Seq seq;
    Time time{};
};

constexpr Mark mark(const Segment& segment) { return {segment.frame, segment.seq, segment.time}; }

/// The oldest segment that its receiver has not acknowledged, sent at least once.
/// Segments after it do not matter, not even acknowledged ones (SACK); an acknowledgement
/// that covers it ends it, however late.
struct Outstanding {
    Mark first;               ///< its first transmission in the capture
    Frame last_frame = 0;
    Time last_time{};
    Time interval{};          ///< between the last two transmissions
    std::uint32_t sent = 1;   ///< transmissions, copies made by the capture excluded
    std::uint32_t tracked = 0;   ///< of those, repeats that Wireshark's tracking confirms
    bool opens = false;       ///< a SYN or SYN-ACK
    bool original_seen = true;   ///< false: its first transmission is not among `sent`

    std::uint32_t repeats() const { return sent - 1; }
};

/// A segment that was sent more than once, and the frame that acknowledged it after all.
struct LateAcknowledgement {
    Outstanding segment;
    Frame frame = 0;
};

/// Keep-alive or zero-window probes without an answer that has reached their sender.
struct Probes {
    std::uint32_t count = 0;
    /// The answer to the latest one passed here; whether it arrived, the next probe's echo tells.
    std::optional<Mark> answer;
    std::optional<std::uint32_t> echo;  ///< TSecr of the latest
    Time idle{};                        ///< silence before the first
    std::uint32_t answers_lost = 0;     ///< answers that passed here and that no echo confirms
    Mark first;
    Mark last;
    Time interval{};  ///< between the last two
};

/// A silence of a connection, keep-alives aside.
struct Pause {
    Time length{};
    Frame ended_by = 0;
};

/// A payload that says something about the end of the conversation, and where.
struct SignMark {
    Sign sign;
    Mark mark;
};

/// A span during which a side advertised no receive window.
struct ClosedWindow {
    Mark since;
    std::optional<Mark> until;  ///< the segment that opened it again
};

/// The connection that used the same addresses and ports before.
struct Predecessor {
    Mark last;                        ///< its last segment
    std::optional<Mark> first_close;  ///< its first FIN or RST
    std::array<std::optional<Seq>, 2> next;  ///< by side of the new connection
};

/// Landmarks of what one side sent. Fixed size: nothing grows with the capture.
struct HalfConnection {
    std::optional<Mark> syn;    ///< first SYN or SYN-ACK
    std::optional<Mark> fin;    ///< first FIN; its seq is the FIN's own sequence number
    bool fin_again = false;     ///< its FIN was sent more than once
    Frame fin_acknowledged = 0; ///< where this side first acknowledged the other's FIN; 0: not yet
    std::optional<Mark> rst;    ///< first reset
    std::optional<Mark> fast_close;  ///< its latest MP_FASTCLOSE on an ACK (RFC 8684 §3.5), unless it sent data since
    std::array<std::uint32_t, 2> resets{};  ///< how many, without and with the ACK flag
    std::optional<Mark> first;  ///< first segment that is no reset
    std::optional<Mark> last;   ///< last segment that is no reset
    std::optional<Mark> delayed; ///< the latest copy that came late enough to have been on the way
    std::optional<Mark> first_data;
    std::optional<Mark> last_data;
    std::optional<Mark> turn;   ///< first data of what it says now, since the other side spoke
    std::optional<Mark> turn_before;  ///< of what it said the time before
    std::uint32_t turns = 0;    ///< how often it has taken its turn
    bool turn_is_new = false;   ///< when its turn began, it had got all that the other side had said
    MessageReader message;      ///< what it says, by its own framing
    Frame message_begun = 0;    ///< where its latest message of HTTP began; 0: none seen
    /// Least time from a segment to this side, seen here, to its acknowledgement, seen here: there
    /// and back again, and what the host took.
    std::optional<Time> least_answer;
    std::optional<Seq> next;    ///< SND.NXT: the end of everything seen sent
    std::optional<Seq> una;     ///< SND.UNA: the highest acknowledgement the peer sent
    std::optional<Mark> una_since;  ///< the peer's segment that acknowledged so much first
    bool opened_passively = false;     ///< its SYN carried ACK
    bool spoke_after_syn = false;      ///< sent anything but SYN or SYN-ACK and resets
    std::uint16_t window = 0;          ///< last advertised, raw
    std::uint16_t syn_window = 0;      ///< of its first SYN or SYN-ACK, raw
    std::uint16_t window_before_turn = 0;  ///< usual_window(), when the other side's present turn began
    std::uint8_t window_shift = 0;     ///< of its SYN (RFC 7323 §2)
    std::uint8_t hop_limit = 0;        ///< TTL or hop limit of the last segment that is no reset
    std::uint64_t link_source = 0;     ///< MAC address of that segment, 0: not known
    std::optional<std::uint32_t> timestamp;  ///< TSval of its latest segment that has one
    std::uint32_t tracked_retransmissions = 0;  ///< Wireshark's, copies excluded
    bool sends_id_zero = false; ///< some packet of its had IP-ID 0: its SYN-ACK, on Linux
    bool labels_flows = false;  ///< sent a non-zero IPv6 flow label
    bool odd_syn = false;       ///< its first SYN had flags that no TCP sets there
    bool bare_syn = false;      ///< its SYN offered no options but MSS
    std::optional<std::uint32_t> first_syn_timestamp, last_syn_timestamp;  ///< TSval
    std::uint32_t syns = 0;     ///< SYNs or SYN-ACKs sent, repeats included
    std::optional<SignMark> sign;
    Speech speech = Speech::unknown;  ///< the protocol of its first words
    std::optional<Seq> heard;         ///< of the other side, acknowledged when this side last said something
    std::optional<ClosedWindow> closed_window;  ///< the latest
    std::optional<Outstanding> outstanding;
    std::optional<LateAcknowledgement> acknowledged_late;  ///< the latest one
    /// A segment that it sends again although its acknowledgement has passed here: that was lost.
    std::optional<Outstanding> unheeded;
    std::optional<SackBlock> sacked;  ///< bytes of its that the other side said it holds, the latest
    Probes probes;

    /// The other side has acknowledged its FIN.
    bool fin_was_acknowledged() const { return fin && una && before(fin->seq, *una); }

    /// Bytes that it offered to take at last.
    std::uint32_t open_window() const { return std::uint32_t{window} << window_shift; }

    /// The window last advertised, in the unit of all segments but SYNs, which are not scaled (RFC 7323 §2.2).
    std::uint16_t usual_window() const
    {
        const bool unscaled = syn && last && last->frame == syn->frame;
        return static_cast<std::uint16_t>(unscaled ? window >> window_shift : window);
    }
};

/// Everything known of one connection at one moment. A value: a reset keeps a copy of it.
struct History {
    std::array<Endpoint, 2> endpoints;
    std::array<HalfConnection, 2> halves;
    std::optional<Mark> last_active;  ///< last segment of either side that is no keep-alive
    std::array<Pause, 2> pauses{};    ///< the two longest, the longest first
    std::optional<Predecessor> predecessor;
    std::optional<Side> opener;  ///< known from elsewhere, when the start is not in the capture

    const HalfConnection& half(Side side) const { return halves[index(side)]; }
    HalfConnection& half(Side side) { return halves[index(side)]; }
    const Endpoint& endpoint(Side side) const { return endpoints[index(side)]; }

    /// The side that opened the connection: by SYN, by SYN-ACK, else guessed by the ports.
    /// Empty when nothing tells.
    std::optional<Side> client() const;
    /// What a new connection on the same addresses and ports, opened by `client`, must know of this
    /// one. Empty when nobody had answered it but by resets.
    std::optional<Predecessor> as_predecessor(const Endpoint& client) const;
};

}  // namespace rstcause
