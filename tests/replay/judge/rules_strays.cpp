// SPDX-License-Identifier: GPL-2.0-or-later
//
// A segment meets no socket. Why there is none, only earlier packets can tell.
#include <algorithm>
#include <cstdlib>

#include "indistinguishable.h"

namespace rstcause::test {

namespace {

/// As a kernel without a socket answers a segment of a connection.
bool answers_exactly(const Sight& s)
{
    return s.form == Form::bare && s.exact() && !s.trigger->flags.syn() && !s.closed_before();
}

/// And nothing shows that its host has one.
bool stray(const Sight& s) { return answers_exactly(s) && !s.lives_on(); }

/// The view begins after the last word of the resetter.
bool resetter_not_in_view(const Sight& s) { return stray(s) && !s.last_of(s.reset.from); }

/// Nothing of the connection but what the reset answers.
bool only_the_trigger(const Sight& s) { return stray(s) && s.before.size() == 1; }

/// Seen from hops away, a reset that ended the resetter's socket need not come by: one that a device
/// sent it from its other side, or its own that was lost.
bool seen_from_afar(const Sight& s)
{
    return stray(s) && !s.two_points && s.looks_like_its_host() && s.last_of(s.reset.from)
        && s.from_afar();
}

bool own_filter(const Sight& s) { return stray(s) && s.ipv4() && s.looks_like_its_host(); }

bool from_one_hop_nearer(const Sight& s)
{
    const auto usual = s.hop_limits();
    return answers_exactly(s) && s.ipv4() && !s.two_points && usual.size() == 1
        && *usual.begin() + 1 == s.reset.hop_limit;
}

bool one_hop_off(const Sight& s) { return stray(s) && from_one_hop_nearer(s); }

bool silent_before(const Sight& s)
{
    return stray(s) && s.after_long_silence() && s.looks_like_its_host();
}

bool silent_filter(const Sight& s)
{
    return stray(s) && s.after_long_silence() && s.ipv4() && !s.two_points;
}

/// A segment out of the blue, and no other of its sender's.
bool lone_segment(const Sight& s)
{
    return only_the_trigger(s) && s.trigger->option_bytes == 0
        && std::none_of(s.seen.begin(), s.seen.end(), [&](const Segment& other) {
               return other.from.address == s.reset.to.address && !same_ends(other, s.reset);
           });
}

/// lwIP has one form for all resets, with its constant window (tcp_rst()). On IPv4 its counted IDs begin
/// anew when the host does; on its own link one sees it look for its neighbours.
bool one_form_for_all(const Sight& s)
{
    const auto last = s.last_of(s.reset.from);
    return s.form == Form::active && s.reset.payload == 0 && s.reset.option_bytes == 0
        && s.window_is_none() && s.reset.window > 0 && !s.ipv4() && !s.lives_on() && !s.closed_before()
        && !s.two_points && s.from_afar() && s.unanswered()
        && last->ack && rstcause::before(*last->ack, *s.reset.ack);  // nothing acknowledged the data first
}

/// Near enough in sequence space to be of one connection.
bool is_near(Seq a, Seq b) { return std::abs(distance(a, b)) < 1 << 20; }

/// A NAT's other side is in the view: what shares one end with the reset, and its numbers.
bool other_side_in_view(const Sight& s)
{
    return std::any_of(s.seen.begin(), s.seen.end(), [&](const Segment& other) {
        const bool shares_an_end = (other.from == s.reset.to) != (other.to == s.reset.from);
        return shares_an_end && other.ack && is_near(*other.ack, s.reset.seq)
            && is_near(other.seq, s.trigger->seq);
    });
}

/// It speaks later than what was under way, and had been overtaken, can come.
bool lives_on_for_sure(const Sight& s)
{
    return std::any_of(s.after.begin(), s.after.end(), [&](const Segment& later) {
        return later.from == s.reset.from && !later.flags.rst()
            && later.time - s.reset.time > std::chrono::milliseconds(10);
    });
}

/// A NAT may be between, and nothing of its other side is seen. (At a host that has the connection itself
/// there is none.)
bool other_side_not_in_view(const Sight& s)
{
    return answers_exactly(s) && !s.two_points && !other_side_in_view(s) && !lives_on_for_sure(s)
        && (s.from_afar() || !s.last_of(s.reset.from));
}

/// The exact answer of the named host's kernel, and yet the host goes on: it has the connection.
bool answered_and_alive(const Sight& s)
{
    return answers_exactly(s) && s.lives_on() && !s.two_points && s.looks_like_its_host()
        && s.from_afar() && !other_side_in_view(s);
}

bool alive_or_filtered(const Sight& s) { return answered_and_alive(s) && s.ipv4(); }

/// On IPv6 a kernel without socket draws a label of its own, and a forger may.
bool alive_or_forged(const Sight& s) { return answered_and_alive(s) && s.reset.flow_label.value_or(0) != 0; }

}  // namespace

std::vector<Rule> stray_rules()
{
    return {
        {"close_before_the_view",
         "The view begins after the resetter's last word: it had closed, or it had lost the connection.",
         {"data_after_close", "half_open"},
         resetter_not_in_view},
        {"silence_before_the_view",
         "The view holds nothing of the connection but the segment that is reset: it may have come after "
         "a long silence.",
         {"half_open", "idle_timeout"},
         only_the_trigger},
        {"death_seen_from_afar",
         "Seen some hops away, a host whose socket was reset from its other side looks like one that lost "
         "the connection.",
         {"data_after_close", "half_open"},
         seen_from_afar},
        {"own_filter_mid_stream",
         "On IPv4 a host's own filter rejects a segment of a connection as its kernel does that has lost "
         "it.",
         {"half_open", "firewall_reject"},
         own_filter},
        {"other_machine_answers",
         "On IPv4 a plain reset from one hop nearer than the host's other packets: the address moved to "
         "a machine without the connection, or a filter rejects there.",
         {"half_open", "firewall_reject"},
         one_hop_off},
        {"lost_after_silence",
         "A segment is reset after a silence of 5 s or more, by far the connection's longest: dropped as "
         "idle, or lost otherwise in the meantime.",
         {"half_open", "idle_timeout"},
         silent_before},
        {"rejected_after_silence",
         "On IPv4 the same with a filter in play: a state that was dropped as idle, or a rule that came "
         "in the meantime.",
         {"firewall_reject", "idle_timeout"},
         silent_filter},
        {"one_segment_out_of_the_blue",
         "One segment without options (an ACK, data or a FIN) is reset, and the view holds nothing else of "
         "its sender: a probe, or the rest of a lost connection.",
         {"half_open", "protocol_violation"},
         lone_segment},
        {"lost_or_unread",
         "On IPv6, from some hops away, data are reset at once with an acknowledgement and no window of a "
         "socket's (lwIP's only form): the host has lost the connection, or its program did not read them.",
         {"half_open", "unread_data"},
         one_form_for_all},
        {"other_side_not_in_view",
         "Seen some hops away or by a stranger, and without a NAT's other side: the resetter has lost the "
         "connection, or a NAT has let the segment through untranslated.",
         {"nat_bypassed", "half_open"},
         other_side_not_in_view},
        {"nat_or_its_filter",
         "On IPv4 a plain reset from one hop nearer than the host's other packets: a NAT's own kernel, which "
         "the segment reached untranslated, or a rule of the NAT's.",
         {"nat_bypassed", "firewall_reject"},
         from_one_hop_nearer},
        {"alive_or_filtered",
         "Seen some hops away, on IPv4, a host answers a segment exactly as its kernel answers a stranger's, and goes "
         "on: the segment came to it past a NAT, or its own filter or a device rejected it.",
         {"nat_bypassed", "firewall_reject", "injected"},
         alive_or_filtered},
        {"alive_or_forged",
         "The same on IPv6, with a flow label: past a NAT, or by a device that plays the host's kernel and kept the "
         "segment back.",
         {"nat_bypassed", "injected"},
         alive_or_forged},
    };
}

}  // namespace rstcause::test
