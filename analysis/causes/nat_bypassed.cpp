// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/closing.h"
#include "facts/clues.h"
#include "facts/form_facts.h"
#include "facts/translation.h"
#include "facts/words.h"

namespace rstcause {

namespace {

void weigh(const Case& c, Bearings& b)
{
    const Fact stranger = known_under_another_address(c);
    const Fact one_side = seen_on_one_side_of_the_nat(c);
    const Fact lives_on = goes_on_though_its_kernel_answered(c);
    b.needs(answers_mid_stream(c), "it answers a segment of an open connection",
            "it answers no segment of an open connection");
    b.needs(either(either(stranger, one_side), lives_on),
            "what it answers belongs to a connection under another address",
            "its sender has this very connection: no NAT is between");
    b.excluded_by(both(!stranger, known(closed_before(c).yes(), closed_before(c).frame)),
                  "the connection had been closed before");
    b.excluded_by(known(labelled_by_a_kernel(c).no(), c.rst.frame),
                  "IPv6 flow label 0, which its host's kernel does not send");
    b.excluded_by(known(made_between(c) && !c.second->sender_rewritten, c.rst.frame),
                  "its host never sent it, nor did a NAT that stands for it");
    b.supports(stranger, Weight::proof,
               "its sender has a connection of the same port and sequence numbers with another address");
    b.supports(one_side, Weight::sign,
               "what it answers is on one side of the NAT only, both of which are captured");
    b.supports(lives_on, Weight::sign, "its sender goes on, and nothing else about it is not its kernel's");
    b.supports(both(lives_on, known(hops_nearer(c) == 0)), Weight::hint,
               "it came over as many hops as its sender's other packets");
    b.supports(passed_on_untranslated(c), Weight::proof, "the NAT passed on what it answers as it was");
    b.supports(answered_by_the_nat(c), Weight::hint, "it comes from the NAT's own address");
    b.doubts(silent_before_the_bypass(c), Weight::sign,
             "a silence of {span} came before: the NAT's mapping may have run out");
    b.rules_out(Cause::half_open, stranger, "its sender has the connection, under another address");
    b.rules_out(Cause::half_open, one_side, "the host behind the NAT never got what it answers");
    b.rules_out(Cause::firewall_reject, passed_on_untranslated(c), "what it answers was passed on, not rejected");
    b.rules_out(Cause::data_after_close, stranger,
                "what it answers belongs to a connection under another address");
}

/// To whom the segment came as it was.
Story to_a_stranger(const Case& c)
{
    const Bypass& bypass = *c.bypass;
    return {.headline = fmt::format("Frame {} came to {} untranslated, past a NAT",
                                    bypass.segment.frame, sender(c)),
            .details = fmt::format("by its numbers it belongs to the connection with {} (frame {}), but "
                                   "{} knows of none with {}: it reset a stranger, and {}",
                                   bypass.end.text(), bypass.last.frame,
                                   c.own_endpoint().address.text(), receiver(c),
                                   bypass.closed ? "what was left of a closed connection"
                                                 : "with it that connection"),
            .evidence = {{bypass.last.frame, "the same connection, as its receiver knows it: with "
                                                 + bypass.end.text()}}};
}

Story on_one_side_only(const Case& c)
{
    const Bypass& bypass = *c.bypass;
    return {.headline = fmt::format("A NAT did not translate frame {} of {}", bypass.segment.frame,
                                    receiver(c)),
            .details = fmt::format("the connection is captured on the NAT's other side as well, as one of "
                                   "{} (frame {}), and this segment is not there: whom it reached knew "
                                   "nothing of it",
                                   bypass.end.text(), bypass.last.frame),
            .evidence = {{bypass.last.frame, "the same connection on the other side of the NAT: "
                                                 + bypass.end.text()}}};
}

Evidence what_is_reset(const Case& c)
{
    const Trigger& segment = c.bypass ? c.bypass->segment : *c.trigger;
    return {segment.frame, fmt::format("{} from {}: this reset answers it",
                                       describe(segment.flags, segment.length), c.peer_endpoint().text())};
}

Story perhaps(const Case& c)
{
    return {.headline = fmt::format("A NAT may have let frame {} through untranslated", answered_frame(c)),
            .details = fmt::format("{} answered it as a stranger's, and the capture does not show the other "
                                   "side of the NAT",
                                   sender(c)),
            .advice = "",
            .origin = Origin::unknown};  // the host behind the NAT, or the NAT's own kernel
}

Story tell(const Case& c)
{
    Story story = !c.bypass ? perhaps(c) : c.bypass->to_a_stranger ? to_a_stranger(c) : on_one_side_only(c);
    if (c.bypass)
        story.trigger = c.bypass->segment.frame;
    if (c.bypass || c.trigger)
        story.evidence.push_back(what_is_reset(c));
    story.advice = "On the host that translates (a Kubernetes node, a Docker host, a router): drop what its "
                   "connection tracking calls invalid (nft: ct state invalid drop, in input and forward), or "
                   "set net.netfilter.nf_conntrack_tcp_be_liberal=1; kube-proxy drops it from 1.15 on. "
                   "conntrack -S counts it. If there is no NAT, replies take another way back than requests.";
    if (answered_by_the_nat(c).yes())
        story.origin = Origin::network;
    return story;
}

}  // namespace

/// A NAT's connection tracking did not recognise a segment (INVALID: out of the window it knows, or of a
/// connection that it has forgotten) and let it through untranslated. Whom it reached knew no such connection and
/// reset it; the reset killed the real one.
///
/// Wire: a reset without ACK flag in answer to a segment from an address that its sender has no connection with,
/// while a connection of the sender's with another address has the same port and sequence numbers. At the NAT
/// itself: the answered segment is on one of its sides only.
/// Mistaken for: `half_open`, where the sender had forgotten the connection; without the other address in the
/// capture the two look the same. `firewall_reject`, where a rule of the NAT host rejects the segment. Replies
/// that take a way around the NAT look as if it had let them through.
/// Next: Drop invalid packets on the NAT host (ct state invalid drop) or set nf_conntrack_tcp_be_liberal.
/// Source: Linux nf_conntrack_proto_tcp.c, tcp_in_window; nf_nat_core.c, nf_nat_inet_fn; Kubernetes issue 74839;
/// Docker libnetwork issue 1090.
const CauseRule nat_bypassed{weigh, tell};

}  // namespace rstcause
