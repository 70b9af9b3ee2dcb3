// SPDX-License-Identifier: GPL-2.0-or-later
//
// A SYN is refused, or its SYN-ACK comes to a socket that is gone.
#include <algorithm>
#include <set>

#include "indistinguishable.h"

namespace rstcause::test {

namespace {

bool refuses_syn(const Sight& s)
{
    return s.form == Form::refusal && s.trigger->flags.syn() && s.exact() && !s.lives_on();
}

bool accepts(const Segment& s, const Endpoint& service)
{
    return s.from == service && s.flags.syn() && s.flags.ack() && !s.flags.rst();
}

/// Linux's nf_send_reset() takes the host's own hop limit and, on IPv4, ID 0 as the kernel's
/// tcp_v4_send_reset() does. On IPv6 the rule leaves the flow label at 0, the kernel does not.
bool own_filter(const Sight& s)
{
    return refuses_syn(s) && s.ipv4() && s.looks_like_its_host();
}

/// A machine that took over the address, or a rule on the way, near either.
bool one_hop_off(const Sight& s)
{
    const auto usual = s.hop_limits();
    return refuses_syn(s) && s.ipv4() && usual.size() == 1
        && *usual.begin() + 1 == s.reset.hop_limit;
}

bool never_accepted(const Sight& s)
{
    return refuses_syn(s)
        && std::none_of(s.seen.begin(), s.seen.end(), [&](const Segment& other) {
               return other.frame < s.reset.frame && accepts(other, s.reset.from);
           });
}

/// Accepted, then only refused: not yet accepted again. The catalogue's border: one span of refusals
/// between acceptances is a restart, several are a service that lives and refuses.
bool refused_ever_since(const Sight& s)
{
    bool accepted = false, refused = false;
    for (const Segment& other : s.seen) {
        if (accepts(other, s.reset.from)) {
            if (refused)
                return false;
            accepted = true;
        }
        refused |= other.from == s.reset.from && other.flags.rst() && other.seq == Seq(0);
    }
    return accepted && refuses_syn(s);
}

/// Everything a SYN without options beyond the segment size tells is in its numbers.
bool bare_dial(const Sight& s)
{
    constexpr std::uint8_t kOnlySegmentSize = 4;
    if (s.form != Form::bare || !s.is_client() || !s.exact() || s.before.empty()
        || !s.trigger->flags.syn() || s.before.front().option_bytes != kOnlySegmentSize)
        return false;
    return std::none_of(s.seen.begin(), s.seen.end(), [&](const Segment& other) {
        return other.from.address == s.reset.from.address && !same_ends(other, s.reset);
    });
}

/// The SYN-ACK is reset hops away: what the client met before is not seen from here.
bool gone_when_accepted(const Sight& s)
{
    return s.form == Form::bare && s.is_client() && s.exact() && s.trigger->flags.syn()
        && !s.two_points && !s.closed_before() && !s.lives_on() && s.from_afar();
}

}  // namespace

std::vector<Rule> refusal_rules()
{
    return {
        {"own_filter_or_closed_port",
         "On IPv4 a host's own filter refuses a SYN as its kernel does where nobody listens: same hop "
         "count, no window, no ID.",
         {"not_listening", "firewall_reject"},
         own_filter},
        {"own_filter_or_stopped",
         "On IPv4 a filter that a host puts before its service refuses as the host does once the "
         "service has stopped.",
         {"service_stopped", "firewall_reject"},
         own_filter},
        {"own_filter_or_limit",
         "On IPv4 a host's filter that refuses now and then refuses as a service does that stops "
         "listening now and then.",
         {"refused_while_listening", "firewall_reject"},
         own_filter},
        {"other_machine_refuses",
         "On IPv4 a refusal from one hop nearer than the host's other packets: the address moved to a "
         "machine where nobody listens, or a filter answers there.",
         {"not_listening", "firewall_reject"},
         one_hop_off},
        {"no_acceptance_in_the_view",
         "The port accepts nobody in the view before the refusal: whether it ever did is not seen.",
         {"not_listening", "service_stopped"},
         never_accepted},
        {"refused_ever_since",
         "The port accepted, then only refused: until it accepts again, stopping for good and refusing "
         "for a while are one.",
         {"service_stopped", "refused_while_listening"},
         refused_ever_since},
        {"one_bare_dial",
         "A SYN with no option but the segment size, its SYN-ACK reset by a host of which the view holds "
         "nothing else: one cancelled attempt, or the first of a scan.",
         {"connect_cancelled", "syn_scan"},
         bare_dial},
        {"gone_when_accepted",
         "Seen some hops away, a client that cancels looks like one that was refused on its side in the "
         "server's name.",
         {"connect_cancelled", "data_after_close"},
         gone_when_accepted},
    };
}

}  // namespace rstcause::test
