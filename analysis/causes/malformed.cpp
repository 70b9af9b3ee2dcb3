// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/words.h"

namespace rstcause {

namespace {

const char* meaning(Defect defect)
{
    switch (defect) {
    case Defect::none:
        return "";
    case Defect::short_header:
        return "the packet ends inside the TCP header";
    case Defect::bad_data_offset:
        return "its data offset points outside the packet";
    case Defect::syn_with_rst:
        return "it carries SYN and RST, which open and abort a connection at once";
    case Defect::fin_with_rst:
        return "it carries FIN and RST, which close and abort a connection at once";
    }
    return "";
}

/// Its receiver took its bytes for data: it has not seen the flag, or does not know it (frame).
Fact taken_for_data(const Case& c)
{
    if (c.rst.payload == 0)
        return no(c.rst.frame);
    return c.aftermath.taken_for_data ? yes(*c.aftermath.taken_for_data) : not_known(Gap::after);
}

void weigh(const Case& c, Bearings& b)
{
    const Fact taken = taken_for_data(c);
    b.needs(either(known(c.defect != Defect::none, c.rst.frame), taken), "no reset looks or ends so",
            "the packet is a well-formed reset");
    b.supports(taken, Weight::proof, "the receiver acknowledges its bytes as data, which nothing else carried");
    for (Cause rival : {Cause::injected, Cause::firewall_reject, Cause::device_stated})
        b.rules_out(rival, taken, "its receiver took it for data: it was no reset to anybody");
}

Story tell_of_data(const Case& c)
{
    return {.headline = "Not a reset: an ordinary segment with the RST flag set",
            .details = fmt::format("{} acknowledges its {} bytes in frame {}, as it would never do with a reset, "
                                   "and no other segment carried them",
                                   c.peer_endpoint().text(), c.rst.payload, *c.aftermath.taken_for_data),
            .advice = fmt::format("Look for what sets flags between {} and this capture point (a middlebox, a "
                                  "test tool, the capture itself): a capture at {} shows the segment as it was sent.",
                                  sender(c), c.own_endpoint().address.text())};
}

Story tell(const Case& c)
{
    if (c.defect == Defect::none)
        return tell_of_data(c);
    return {.headline = "Not a believable reset",
            .details = meaning(c.defect),
            .advice = "Look for a scanner, a fuzzer or a broken device near " + sender(c)
                + "; the packet says nothing of why a connection ended.",
            .evidence = {{c.rst.frame, meaning(c.defect)}}};
}

}  // namespace

/// A packet with the RST flag that no TCP sends, or that its receiver took for data.
///
/// Wire: SYN or FIN beside RST, a data offset below 5 or beyond the packet, an IP packet that
/// ends inside the TCP header. A header cut off by the capture's snap length is not this. Or a
/// payload in sequence that the receiver acknowledges, though no other segment carried it: who sees
/// a reset takes none of its bytes.
/// Mistaken for: a reset with payload, PSH or link-layer padding, which are all legal; a challenge
/// ACK, which acknowledges nothing of the reset's.
/// Next: Look for a scanner, a fuzzer or a broken device; the packet says nothing of why a
/// connection ended.
/// Source: RFC 9293 §3.1, §3.5.3, §3.10.7.4; RFC 5961 §3.2.
const CauseRule malformed{weigh, tell};

}  // namespace rstcause
