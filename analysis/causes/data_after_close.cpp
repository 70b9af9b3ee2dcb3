// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/closing.h"
#include "facts/exchange.h"
#include "facts/form_facts.h"
#include "facts/words.h"

namespace rstcause {

namespace {

std::string how_closed(const Case& c, Frame close)
{
    switch (closed_by(c)) {
    case Closer::own_reset:
        return fmt::format("{} had aborted the connection in frame {}", sender(c), close);
    case Closer::peers_reset:
        return fmt::format("the reset in frame {} had ended the connection", close);
    case Closer::own_fin:
        return fmt::format("{} had closed the connection in frame {}", sender(c), close);
    case Closer::nobody:
        break;
    }
    return "the capture does not show when the connection was closed";
}

const char* what_closed(const Case& c)
{
    return closed_by(c) == Closer::own_fin ? "FIN: the sender closed" : "the reset that ended the "
                                                                        "connection";
}

void weigh(const Case& c, Bearings& b)
{
    b.needs(sent_without_a_socket(c), "its sender had no socket any more", "a living socket sent it");
    b.needs(closed_before(c), "the connection had been closed before",
            "nobody had closed the connection");
    b.excluded_by(known(refuses_a_wrong_ack(c), c.rst.frame), "it refuses an acknowledgement in the handshake");
    b.supports(closed_before(c), Weight::proof, "the close, {span} before");
    b.supports(answers_a_segment(c), Weight::hint, "what met the closed socket");
    b.supports(both(said_an_error_itself(c), answers_mid_stream(c)), Weight::sign,
               "its sender had said an error, and has no socket any more");
    b.doubts(answers_nothing_here(c), Weight::sign,
             "nothing had been said to it for {span}: no segment met the socket");
    b.doubts(!silent_since_it_closed(c), Weight::hint, "its sender still spoke after its FIN");
    b.doubts(closed_by_a_doubtful_reset(c), Weight::hint,
             "the reset that ended the connection may not have been its host's");
    b.doubts(both_sides_closed(c), Weight::hint, "both sides had closed: only TIME_WAIT was left");
    b.doubts(closed_long_ago(c), Weight::hint, "TIME_WAIT was over: another state may have been lost");
    b.rules_out(Cause::half_open, closed_before(c), "it was closed before, not lost");
}

Story tell(const Case& c)
{
    const Fact closed = closed_before(c);
    Story story{
        .headline = fmt::format("{} met a closed socket of {}",
                                c.trigger ? fmt::format("Frame {}", c.trigger->frame) : "A segment",
                                sender(c)),
        .details = how_closed(c, closed.frame),
        .advice = fmt::format("If data was lost, let {} read until the peer's "
                              "FIN before it closes (shutdown, then read to the end).",
                              sender(c))};
    if (closed.yes()) {
        const Fact error = error_was_said(c);
        if (error.yes())
            story.details += fmt::format(", after {} (frame {})", text(said_error(c).sign), error.frame);
        story.details += fmt::format(", {} before the reset{}", text(closed.span),
                                     closed_long_ago(c).yes() ? "; even TIME_WAIT was over" : "");
        story.evidence.push_back({closed.frame, what_closed(c)});
    }
    if (c.trigger)
        story.evidence.push_back(trigger_evidence(c).front());
    return story;
}

}  // namespace

/// A segment reached a socket that its owner had closed already.
///
/// Wire: the sender of the reset had sent FIN, or either side a reset, before; then a reset in
/// answer to the peer's data, FIN, ACK or keep-alive (Windows: RST,ACK with window 0).
/// Mistaken for: `half_open`, where no close was seen; a half-closed connection, on which data
/// still flows and nothing is reset; a close with unread data (RST with ACK flag and a window).
/// Next: Usually harmless; if data was lost, let the closing side read to the end first.
/// Source: RFC 9293 §3.10.7.1, RFC 2525 §2.17; Linux tcp_rcv_state_process, TCP_ABORT_ON_DATA.
const CauseRule data_after_close{weigh, tell};

}  // namespace rstcause
