// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "trace.h"

namespace rstcause::test {

/// The form of a reset, by its numbers alone (RFC 9293 §3.5.2, §3.10.7.1).
enum class Form {
    active,   ///< RST,ACK at the sender's own next number: a living socket
    bare,     ///< RST at the acknowledgement number of a segment: no socket
    refusal,  ///< RST,ACK from number 0 that acknowledges a segment without ACK
    other,
};

/// What a view shows around one reset. It reads packets and nothing else: no part of the plugin's
/// analysis but the parser of TCP headers, so that the judge does not share its mistakes.
class Sight {
public:
    /// `reset`: the frame in the kept capture. Throws std::out_of_range when the view lacks it.
    Sight(View view, Frame reset);

    Segment reset;
    Form form = Form::other;
    std::vector<Segment> seen;           ///< all that the reset's own capture point saw, in order
    std::vector<Segment> before, after;  ///< the connection: since its SYN; until the next SYN
    std::optional<Segment> trigger;      ///< the last segment before it that its form answers
    std::optional<Endpoint> opener;      ///< who opened, where the handshake is in the view
    bool two_points = false;             ///< other capture points saw the connection as well

    // The host that the reset names.
    bool ipv4() const { return reset.ip_id.has_value(); }
    /// Its hop counts in packets that are no resets.
    std::set<std::uint8_t> hop_limits() const;
    /// No packet of the host has another hop count than the reset.
    bool looks_like_its_host() const;
    /// Its packets have come some hops: none has a hop count that stacks start with.
    bool from_afar() const;
    /// A reset as a kernel makes it without a socket: no window, options, payload or IPv4 ID.
    bool exact() const;
    bool lives_on() const;  ///< it speaks again in this connection
    bool is_server() const { return opener && *opener == reset.to; }
    bool is_client() const { return opener && *opener == reset.from; }

    // What it had said and heard.
    std::optional<Segment> last_of(const Endpoint& sender) const;
    std::optional<Segment> last_payload() const;
    /// A FIN of its own, or a reset from or to it; a series of bare resets is one event, and a copy of the same
    /// packet is none.
    bool closed_before() const;
    bool all_acknowledged() const;
    /// The peer's data came last, of all that the reset acknowledges: no word of the resetter's followed.
    bool unanswered() const;
    /// To within a segment the last window advertised was the largest ever, and the reset's is no smaller: a
    /// kernel frees what a closing program leaves unread, and of what a program has read it need not announce
    /// less than a segment (RFC 9293 §3.8.6.2.2). Either way the reset is the first to tell.
    bool window_as_if_read() const;
    /// The reset's window is no socket's: 0 though the one advertised before was open and cannot have been
    /// filled (no receiver takes a window back, RFC 9293 §3.8.6.2.1), or so much more than that one that all the
    /// data that ever came would not make room for it.
    bool window_is_none() const;
    /// Since the peer's last data began it has advertised one window: by acknowledgements that left as the
    /// data came, whether or not they were then read.
    bool one_window_since() const;
    /// Silence of 5 s at least before what ended it (the reset, or the segment that it answers), and
    /// five times any pause before. Keep-alive probes and their answers break no silence.
    bool after_long_silence() const;

private:
    bool has_heard(const Segment& s) const;
    void find_connection(View view);
    void find_form();
};

/// Is `segment` of the same connection as `other`, whoever speaks?
bool same_ends(const Segment& segment, const Segment& other);

}  // namespace rstcause::test
