// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "../words.h"
#include "causes.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

/// A device answers clearly faster than its host when it takes less than a quarter of the host's
/// time; a first handshake alone is easily twice as slow (address resolution on both sides).
bool faster_than_the_path(const Reset& r)
{
    const auto& usual = r.now.own_host.fastest_answer;
    const auto took = response_time(r);
    return usual && took && r.trigger->flags.syn() && *usual > 2ms && 4 * *took < *usual;
}

/// A kernel that labels flows labels its resets too (tcp_v6_send_response); netfilter's
/// nf_send_reset6 and most devices leave the label at zero.
bool lacks_the_flow_label(const Reset& r)
{
    return r.rst.flow_label == 0u && (r.own().labels_flows || r.now.own_host.labels_flows);
}

std::vector<Evidence> device_signs(const Reset& r)
{
    std::vector<Evidence> signs;
    if (hops_nearer(r) > 0)
        signs.push_back({r.rst.frame, fmt::format("TTL {}, but the host's other packets arrive "
                                                  "with {}",
                                                  r.rst.hop_limit, *usual_hop_limit(r))});
    if (lacks_the_flow_label(r))
        signs.push_back({r.rst.frame, "IPv6 flow label 0, but the host labels its packets"});
    if (faster_than_the_path(r))
        signs.push_back({r.rst.frame, fmt::format("answered within {}, the host itself takes {}",
                                                  text(*response_time(r)),
                                                  text(*r.now.own_host.fastest_answer))});
    return signs;
}

}  // namespace

/// A packet filter answered in the host's name: a reject rule, on the way or on the host itself.
///
/// Wire: exactly one reset in the form of a host without socket, in answer to one segment, with a
/// sign that the host's TCP did not make it: fewer hops than the host's packets, an IPv6 flow label of zero
/// where the host sets one, an answer faster than the path.
/// Mistaken for: `not_listening` and `half_open`, the same packet without such a sign;
/// `injected`, which comes unasked, in series or to both ends.
/// Sure: likely. A rule on the host itself looks like the host on IPv4.
/// Next: Look for a reject rule in the firewalls on the way and on the host (`nft list ruleset`,
/// `iptables -S`).
/// Source: Linux nf_send_reset, nf_send_reset6.
std::optional<Finding> firewall_reject(const Reset& r)
{
    const bool refuses = answers_a_syn(r);
    const bool mid_stream = passive_form(r) && r.trigger && !earlier_close(r)
        && (!start_captured(r) || handshake_completed(r));
    if ((!refuses && !mid_stream) || idle_before(r) >= r.settings.idle_threshold)
        return std::nullopt;
    const auto signs = device_signs(r);
    if (signs.empty())
        return std::nullopt;

    Finding finding{
        .confidence = Confidence::likely,
        .explanation = fmt::format("A packet filter answered frame {} in the name of {}: {}.",
                                   r.trigger ? r.trigger->frame : r.rst.frame,
                                   sender(r), signs.front().shows),
        .advice = fmt::format("Look for a reject rule for port {} in the firewalls on the way to "
                              "{} and on the host itself (nft list ruleset, iptables -S).",
                              service_endpoint(r).port, r.own_endpoint().address.text()),
        .evidence = trigger_evidence(r),
        .alternatives = {refuses ? Cause::not_listening : Cause::half_open, Cause::injected},
    };
    if (hops_nearer(r) > 0)
        finding.origin = Origin::network;
    finding.evidence.insert(finding.evidence.end(), signs.begin(), signs.end());
    return finding;
}

}  // namespace rstcause
