// SPDX-License-Identifier: GPL-2.0-or-later
//
// A device forges a reset so well that only its aftermath, or a second capture point, could tell.
#include "indistinguishable.h"

namespace rstcause::test {

namespace {

bool same_label(const Sight& s, const Segment& last)
{
    return s.reset.flow_label == last.flow_label;
}

/// The next ID of the host's connection, as far as ten packets unseen; or 0, where it sends no other.
bool next_id(const Sight& s, const Segment& last)
{
    if (!s.ipv4() || (*s.reset.ip_id == 0 && last.ip_id == 0))
        return true;
    const auto step = static_cast<std::uint16_t>(*s.reset.ip_id - *last.ip_id);
    return step >= 1 && step <= 10;
}

/// An abort in which nothing differs from what the named host's socket would send.
bool flawless_abort(const Sight& s)
{
    const auto last = s.last_of(s.reset.from);
    return s.form == Form::active && !s.two_points && !s.lives_on() && !s.closed_before() && last
        && s.looks_like_its_host() && !last->flags.syn() && next_id(s, *last) && same_label(s, *last)
        && s.reset.window == last->window && s.reset.option_bytes == last->option_bytes
        && s.reset.link_source == last->link_source;
}

bool flawless_and_acknowledged(const Sight& s)
{
    return flawless_abort(s) && s.all_acknowledged() && !(s.is_server() && s.unanswered());
}

bool flawless_and_unanswered(const Sight& s) { return flawless_abort(s) && s.unanswered(); }

bool exact_refusal(const Sight& s)
{
    return s.form == Form::refusal && s.trigger->flags.syn() && s.exact() && !s.lives_on()
        && !s.two_points && s.reset.flow_label.value_or(0) == 0;
}

bool exact_refusal_by_host(const Sight& s)
{
    return exact_refusal(s) && s.ipv4() && s.looks_like_its_host();
}

/// On IPv6 a filter leaves the flow label at 0.
bool exact_reject(const Sight& s)
{
    return s.form == Form::bare && s.exact() && !s.trigger->flags.syn() && !s.lives_on()
        && !s.closed_before() && !s.two_points && s.reset.flow_label.value_or(0) == 0;
}

/// On IPv6 a kernel without socket draws a label of its own.
bool exact_stray(const Sight& s)
{
    return s.form == Form::bare && s.exact() && !s.trigger->flags.syn() && !s.lives_on()
        && !s.closed_before() && !s.two_points && s.looks_like_its_host()
        && (s.ipv4() || s.reset.flow_label != 0u);
}

}  // namespace

std::vector<Rule> forgery_rules()
{
    return {
        {"flawless_forgery_or_abort",
         "An abort with its host's hops, next ID, window, options and flow label, and no word of the host "
         "afterwards: the host's, or a device's that copied them.",
         {"injected", "application_abort"},
         flawless_abort},
        {"flawless_forgery_or_fast_close",
         "The same where everything was acknowledged and no question open.",
         {"injected", "fast_close"},
         flawless_and_acknowledged},
        {"flawless_forgery_or_unread",
         "The same where data were left unanswered.",
         {"injected", "unread_data"},
         flawless_and_unanswered},
        {"forged_refusal",
         "One exact refusal of a SYN, and no word of the host: a filter's, or a device's that lets the SYN "
         "go on.",
         {"injected", "firewall_reject"},
         exact_refusal},
        {"forged_refusal_or_closed_port",
         "On IPv4 the same with the host's hops: where nobody listens, or a device's that lets the SYN go "
         "on.",
         {"injected", "not_listening"},
         exact_refusal_by_host},
        {"forged_answer",
         "One exact answer to a segment, and no word of the host: a filter's, or a device's that lets the "
         "segment go on.",
         {"injected", "firewall_reject"},
         exact_reject},
        {"forged_stray",
         "One exact answer to a segment with the host's hops, and no word of the host: from a host that "
         "lost the connection, or from a device that plays it.",
         {"injected", "half_open"},
         exact_stray},
    };
}

}  // namespace rstcause::test
