// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

/// An IPv6 kernel reply without a socket carries a flow label (tcp_v6_send_response with
/// net.ipv6.auto_flowlabels); netfilter's reject and forgeries leave it at zero.
bool kernel_labelled_flow(const Reset& r) { return r.rst.flow_label.value_or(0) != 0; }

}  // namespace

/// The SYN reached a host on which nothing listens at that address and port.
///
/// Wire: RST,ACK that acknowledges exactly the SYN, from an endpoint not seen accepting before.
/// Mistaken for: a firewall that rejects with a reset (the same packet on IPv4); a service that
/// has stopped (it accepted earlier); one that refuses some (it accepts others).
/// Sure: likely on IPv4, where a reject rule sends the same packet; certain on IPv6 when the reset
/// carries a kernel's flow label.
/// Next: Start the service, or correct the address and port (`ss -ltn` shows what listens).
/// Source: RFC 9293 §3.10.7.1; Linux tcp_v4_rcv, no_tcp_socket.
std::optional<Finding> not_listening(const Reset& r)
{
    if (!answers_a_syn(r) || r.service_then.first_accept)
        return std::nullopt;

    const bool kernel = kernel_labelled_flow(r);
    Finding finding{
        .confidence = kernel ? Confidence::certain : Confidence::likely,
        .explanation = fmt::format("Nothing listens on {}: the connection was refused {} after "
                                   "the SYN.",
                                   sender(r),
                                   text(response_time(r).value_or(Time::zero()))),
        .advice = fmt::format("Start the service that belongs on {}, or correct the client's "
                              "target; ss -ltn (or netstat -an) on {} shows what listens, and at "
                              "which addresses.",
                              r.own_endpoint().text(), r.own_endpoint().address.text()),
        .evidence = trigger_evidence(r),
    };
    if (kernel)
        finding.evidence.push_back({r.rst.frame, "non-zero IPv6 flow label: sent by the kernel, "
                                                 "not by a reject rule"});
    else
        finding.alternatives.push_back(Cause::firewall_reject);

    const auto& accepted_later = r.now.service.first_accept;
    if (accepted_later && accepted_later->frame > r.rst.frame) {
        finding.explanation += fmt::format(" It accepts {} later: it had not started yet.",
                                           text(accepted_later->time - r.rst.time));
        finding.evidence.push_back({accepted_later->frame, "SYN-ACK: the service accepts now"});
        if (r.now.service.outages > 0)
            finding.alternatives.push_back(Cause::refused_while_listening);
    }
    return finding;
}

}  // namespace rstcause
