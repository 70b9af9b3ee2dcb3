// SPDX-License-Identifier: GPL-2.0-or-later
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

void weigh(const Case& c, Bearings& b)
{
    b.needs(known(c.defect != Defect::none, c.rst.frame), "no TCP sends such a packet",
            "the packet is a well-formed reset");
}

Story tell(const Case& c)
{
    return {.headline = "Not a believable reset",
            .details = meaning(c.defect),
            .advice = "Look for a scanner, a fuzzer or a broken device near " + sender(c)
                + "; the packet says nothing of why a connection ended.",
            .evidence = {{c.rst.frame, meaning(c.defect)}}};
}

}  // namespace

/// A packet with the RST flag that no TCP sends.
///
/// Wire: SYN or FIN beside RST, a data offset below 5 or beyond the packet, an IP packet that
/// ends inside the TCP header. A header cut off by the capture's snap length is not this.
/// Mistaken for: a reset with payload, PSH or link-layer padding, which are all legal.
/// Next: Look for a scanner, a fuzzer or a broken device; the packet says nothing of why a
/// connection ended.
/// Source: RFC 9293 §3.1, §3.10.7.4.
const CauseRule malformed{weigh, tell};

}  // namespace rstcause
