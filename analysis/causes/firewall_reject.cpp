// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/clues.h"
#include "facts/closing.h"
#include "facts/form_facts.h"
#include "facts/port.h"
#include "facts/timers.h"
#include "facts/stack.h"
#include "facts/translation.h"
#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

std::vector<Evidence> device_signs(const Case& c)
{
    std::vector<Evidence> signs;
    const auto note = [&](Clue::Kind kind) {
        if (const Clue* clue = clue_of(c, kind))
            signs.push_back({clue->frame, clue->shows});
    };
    note(Clue::Kind::missing_flow_label);
    if (c.second && !made_between(c))
        return signs;  // it was sent by its host, and that can only be a rule there
    if (made_between(c))
        signs.push_back({c.rst.frame, "it never passed the capture point on its sender's side, nor did "
                                      "the segment that it answers"});
    // Fewer hops: a device on the way. More: a host behind a NAT that answers for itself.
    if (hops_nearer(c) > 0)
        note(Clue::Kind::other_hop_count);
    note(Clue::Kind::answer_faster_than_the_host);
    if (c.aftermath.sender_went_on)
        signs.push_back({*c.aftermath.sender_went_on,
                         fmt::format("{} goes on as if the answered segment had not come",
                                     c.own_endpoint().text())});
    return signs;
}

Fact a_filters_sign(const Case& c)
{
    const auto signs = device_signs(c);
    if (!signs.empty())
        return yes(signs.front().frame);
    return labelled_by_a_kernel(c).yes() ? no(c.rst.frame) : not_known();
}

Fact comes_where_filters_answer(const Case& c)
{
    if (refuses_a_syn(c).yes())
        return yes(c.trigger ? c.trigger->frame : 0);
    const bool open = !start_captured(c) || handshake_completed(c);
    return known(open && !closed_before(c).yes(), answered_frame(c));
}

void weigh(const Case& c, Bearings& b)
{
    b.needs(known(is_a_filters_answer(c), answered_frame(c)),
            "the reset is the one answer to one segment, in the form of a host without socket",
            "the reset is no single answer to one segment");
    b.needs(comes_where_filters_answer(c), "it answers a SYN, or a segment of an open connection",
            "the connection was closed, or not yet open");
    b.needs(a_filters_sign(c), "something shows that the host's TCP did not make it",
            "a kernel's flow label shows that the host's TCP made it");
    b.excluded_by(unusual_silence(c), "it follows a silence of {span}: a state was dropped as idle");
    b.supports(known(made_between(c), c.rst.frame), Weight::proof,
               "neither it nor what it answers passed the capture point on its sender's side");
    b.supports(known(hops_nearer(c) > 0, c.rst.frame), Weight::sign,
               "it crossed fewer hops than its host's packets");
    b.supports(!labelled_by_a_kernel(c), Weight::proof,
               "IPv6 flow label 0, where this host's kernel labels its packets");
    b.supports(sender_goes_on_after_it(c), Weight::proof,
               "the host goes on as if the answered segment had not come");
    b.supports(answered_faster_than_the_host(c), Weight::sign,
               "it came sooner than this host answers");
    b.doubts(goes_on_though_its_kernel_answered(c), Weight::sign,
             "its sender's kernel may have sent it, in answer to a segment that came past a NAT");
    for (Cause host : {Cause::not_listening, Cause::half_open, Cause::service_stopped,
                       Cause::refused_while_listening})
        b.rules_out(host, known(made_between(c), c.rst.frame), "its host never got what it answers");
}

Story tell(const Case& c)
{
    const auto signs = device_signs(c);
    const Frame answered = answered_frame(c);
    Story story{
        .headline = fmt::format("A packet filter answered frame {} in the name of {}", answered,
                                sender(c)),
        .details = signs.empty() ? "" : signs.front().shows,
        .advice = fmt::format("Look for a reject rule for port {} in the firewalls on the way to "
                              "{} and on the host itself ({}).",
                              service_endpoint(c).port, c.own_endpoint().address.text(),
                              on_its_system(c, "nft list ruleset, iptables -S", "Get-NetFirewallRule")),
        .evidence = trigger_evidence(c),
        .trigger = answered != 0 ? std::optional(answered) : std::nullopt};
    if (hops_nearer(c) > 0 || made_between(c))
        story.origin = Origin::network;
    story.evidence.insert(story.evidence.end(), signs.begin(), signs.end());
    return story;
}

}  // namespace

/// A packet filter answered in the host's name: a reject rule, on the way or on the host itself.
///
/// Wire: exactly one reset in the form of a host without socket, in answer to one segment, with a
/// sign that the host's TCP did not make it: fewer hops than the host's packets, an IPv6 flow label
/// of zero where the host sets one, an answer faster than the path, a host that goes on without the
/// segment. Some devices answer with a RST,ACK that copies the segment's numbers.
/// Mistaken for: `not_listening` and `half_open`, the same packet without such a sign;
/// `injected`, which comes unasked, in series or to both ends.
/// Next: Look for a reject rule in the firewalls on the way and on the host (`nft list ruleset`,
/// `iptables -S`).
/// Source: Linux nf_send_reset, nf_send_reset6; OpenBSD pf_send_tcp.
const CauseRule firewall_reject{weigh, tell};

}  // namespace rstcause
