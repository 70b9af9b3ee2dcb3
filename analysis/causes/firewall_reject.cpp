// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/clue_rules.h"
#include "facts/clues.h"
#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

std::vector<Evidence> device_signs(const Reset& r)
{
    std::vector<Evidence> signs;
    const auto note = [&](Frame frame, std::string shows) {
        if (!shows.empty())
            signs.push_back({frame, std::move(shows)});
    };
    note(r.rst.frame, missing_flow_label(r));
    if (r.passage && !made_between(r))
        return signs;  // it was sent by its host, and that can only be a rule there
    if (made_between(r))
        note(r.rst.frame, "it never passed the capture point on its sender's side, nor did the "
                          "segment that it answers");
    // Fewer hops: a device on the way. More: a host behind a NAT that answers for itself.
    if (hops_nearer(r) > 0)
        note(r.rst.frame, other_hop_count(r));
    note(r.rst.frame, answer_faster_than_the_host(r));
    if (r.aftermath.sender_went_on)
        note(*r.aftermath.sender_went_on,
             fmt::format("{} goes on as if the answered segment had not come",
                         r.own_endpoint().text()));
    return signs;
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
/// Sure: likely; certain with captures on both sides of the device. A rule on the host itself looks
/// like the host on IPv4.
/// Next: Look for a reject rule in the firewalls on the way and on the host (`nft list ruleset`,
/// `iptables -S`).
/// Source: Linux nf_send_reset, nf_send_reset6; OpenBSD pf_send_tcp.
std::optional<Finding> firewall_reject(const Reset& r)
{
    const bool refuses = answers_a_syn(r);
    const bool mid_stream = !earlier_close(r) && (!start_captured(r) || handshake_completed(r));
    if (!is_a_filters_answer(r) || (!refuses && !mid_stream)
        || idle_before(r) >= r.settings.idle_threshold)
        return std::nullopt;
    const auto signs = device_signs(r);
    if (signs.empty())
        return std::nullopt;

    const Frame answered = answered_frame(r);
    Finding finding{
        .confidence = made_between(r) ? Confidence::certain : Confidence::likely,
        .explanation = fmt::format("A packet filter answered frame {} in the name of {}: {}.",
                                   answered, sender(r), signs.front().shows),
        .advice = fmt::format("Look for a reject rule for port {} in the firewalls on the way to "
                              "{} and on the host itself (nft list ruleset, iptables -S).",
                              service_endpoint(r).port, r.own_endpoint().address.text()),
        .evidence = trigger_evidence(r),
        .alternatives = {refuses ? Cause::not_listening : Cause::half_open, Cause::injected},
        .trigger = answered != 0 ? std::optional(answered) : std::nullopt,
    };
    if (hops_nearer(r) > 0 || made_between(r))
        finding.origin = Origin::network;
    if (made_between(r))
        finding.alternatives.clear();
    finding.evidence.insert(finding.evidence.end(), signs.begin(), signs.end());
    return finding;
}

}  // namespace rstcause
