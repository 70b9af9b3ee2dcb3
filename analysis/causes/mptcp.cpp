// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

/// Multipath TCP ended this subflow or the whole connection, and says so.
///
/// Wire: the reset carries MP_FASTCLOSE, which aborts the connection on all paths, or MP_TCPRST
/// with a reason other than "unspecified".
/// Mistaken for: the ordinary causes; an MPTCP host answers a reset with a reset.
/// Sure: certain: the option says it.
/// Next: MP_FASTCLOSE: look for an abort in the application. MP_TCPRST: look at the other
/// subflows.
/// Source: RFC 8684 §3.5, §3.6.
std::optional<Finding> mptcp(const Reset& r)
{
    if (!r.rst.mptcp || (!r.rst.mptcp->fast_close && r.rst.mptcp->code == 0))
        return std::nullopt;
    const MptcpSign& option = *r.rst.mptcp;
    Finding finding{
        .confidence = Confidence::certain,
        .explanation = option.fast_close
            ? fmt::format("{} aborted the whole Multipath TCP connection: the reset carries "
                          "MP_FASTCLOSE.",
                          sender(r))
            : fmt::format("{} ended this Multipath TCP subflow: {} (MP_TCPRST reason {}).",
                          sender(r), mptcp_reason(option.code), option.code),
        .advice = option.fast_close
            ? "Look in the application's logs for an abort; the other paths end with this one."
            : "Look at the other subflows of the connection: data may go on there.",
        .evidence = {{r.rst.frame, option.fast_close ? "MP_FASTCLOSE option"
                                                     : "MP_TCPRST option"}},
    };
    if (option.fast_close)
        finding.alternatives = {Cause::application_abort};
    return finding;
}

}  // namespace rstcause
