// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

/// Windows answers data after its close with RST,ACK and a window of zero.
bool answers_late_data_with_ack(const Reset& r)
{
    const auto& fin = r.own().fin;
    const auto& data = r.peer().last_data;
    return r.rst.ack && r.rst.window == 0 && fin && data && data->frame > fin->frame;
}

std::string how_closed(const Reset& r, const Mark& close)
{
    if (r.own().rst)
        return fmt::format("{} had aborted the connection in frame {}", sender(r), close.frame);
    if (r.peer().rst)
        return fmt::format("The reset in frame {} had ended the connection", close.frame);
    return fmt::format("{} had closed the connection in frame {}", sender(r), close.frame);
}

/// Then only TIME_WAIT is left, and there are other ways to meet it.
bool both_have_closed(const Reset& r)
{
    return r.own().fin && r.peer().fin && !r.own().rst && !r.peer().rst;
}

/// The sender said nothing after its FIN, so its socket need not have been alive any more.
bool silent_since(const Reset& r, const Mark& close)
{
    return r.own().rst || (r.own().last && r.own().last->frame == close.frame);
}

}  // namespace

/// A segment reached a socket that its owner had closed already.
///
/// Wire: the sender of the reset had sent FIN, or either side a reset, before; then a reset in
/// answer to the peer's data, FIN, ACK or keep-alive (Windows: RST,ACK with window 0).
/// Mistaken for: `half_open`, where no close was seen; a half-closed connection, on which data
/// still flows and nothing is reset; a close with unread data (RST with ACK flag and a window).
/// Sure: certain when the close and the segment are in the capture and TIME_WAIT is not over.
/// Next: Usually harmless; if data was lost, let the closing side read to the end first.
/// Source: RFC 9293 §3.10.7.1, RFC 2525 §2.17; Linux tcp_rcv_state_process, TCP_ABORT_ON_DATA.
std::optional<Finding> data_after_close(const Reset& r)
{
    const auto close = earlier_close(r);
    if (!close
        || (!passive_form(r) && !answers_late_data_with_ack(r) && !answers_a_reset(r)))
        return std::nullopt;

    const Time since = r.rst.time - close->time;
    const bool forgotten = since > r.settings.time_wait;
    const bool complained = r.own().sign && r.own().sign->sign.kind != Sign::Kind::farewell;
    const bool sure = r.trigger && silent_since(r, *close) && !forgotten && !complained
        && !both_have_closed(r);
    Finding finding{
        .confidence = sure ? Confidence::certain : Confidence::likely,
        .explanation = fmt::format("{}, {} earlier; what came later met a closed socket{}.",
                                   how_closed(r, *close), text(since),
                                   forgotten ? ", even TIME_WAIT was over" : ""),
        .advice = fmt::format("Usually harmless. If data was lost, let {} read until the peer's "
                              "FIN before it closes (shutdown, then read to the end).",
                              sender(r)),
        .evidence = {{close->frame, r.own().rst || r.peer().rst ? "the reset that ended the "
                                                                  "connection"
                                                                : "FIN: the sender closed"}},
    };
    if (r.trigger)
        finding.evidence.push_back(trigger_evidence(r).front());
    if (!sure)
        finding.alternatives = {Cause::half_open};
    return finding;
}

}  // namespace rstcause
