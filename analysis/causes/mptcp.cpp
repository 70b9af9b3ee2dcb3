// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/words.h"

namespace rstcause {

namespace {

void weigh(const Case& c, Bearings& b)
{
    const auto& option = c.rst.mptcp;
    b.needs(known(option && (option->fast_close || option->code != 0), c.rst.frame),
            "the reset carries MP_FASTCLOSE, or MP_TCPRST with a reason",
            "no Multipath TCP option gives a reason");
    b.supports(known(option.has_value(), c.rst.frame), Weight::proof,
               "the option says what ended the subflow");
}

Story tell(const Case& c)
{
    const MptcpSign& option = *c.rst.mptcp;
    if (option.fast_close)
        return {.headline = sender(c) + " aborted the whole Multipath TCP connection",
                .details = "the reset carries MP_FASTCLOSE",
                .advice = "Look in the application's logs for an abort; the other paths end with "
                          "this one.",
                .evidence = {{c.rst.frame, "MP_FASTCLOSE option"}}};
    return {.headline = sender(c) + " ended this Multipath TCP subflow",
            .details = fmt::format("{} (MP_TCPRST reason {})", mptcp_reason(option.code), option.code),
            .advice = "Look at the other subflows of the connection: data may go on there.",
            .evidence = {{c.rst.frame, "MP_TCPRST option"}}};
}

}  // namespace

/// Multipath TCP ended this subflow or the whole connection, and says so.
///
/// Wire: the reset carries MP_FASTCLOSE, which aborts the connection on all paths, or MP_TCPRST
/// with a reason other than "unspecified".
/// Mistaken for: the ordinary causes; an MPTCP host answers a reset with a reset.
/// Next: MP_FASTCLOSE: look for an abort in the application. MP_TCPRST: look at the other
/// subflows.
/// Source: RFC 8684 §3.5, §3.6.
const CauseRule mptcp{weigh, tell};

}  // namespace rstcause
