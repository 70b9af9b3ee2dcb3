// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/closing.h"
#include "facts/form_facts.h"
#include "facts/timers.h"
#include "facts/words.h"

namespace rstcause {

namespace {

void weigh(const Case& c, Bearings& b)
{
    b.needs(sent_by_a_living_socket(c), "a living socket sent it", "no living socket sent it");
    b.excluded_by(had_reset_before(c), "its sender had reset the connection before");
    b.excluded_by(known(c.statement.only_stray), "the reset says that it found no connection");
    b.supports(both(sent_by_a_living_socket(c), took_part(c)), Weight::sign,
               "its sender took part until here");
}

Story tell(const Case& c)
{
    Story story{
        .headline = fmt::format("{} aborted the connection from its own side", sender(c)),
        .details = "the reset carries its next sequence number, as a living socket sends it, and nothing "
                   "tells more",
        .advice = fmt::format("Look in the application's logs on {} at this time for an abort, a "
                              "kill or a close with SO_LINGER 0.",
                              c.own_endpoint().address.text())};
    const Outstanding* resent = resent_segment(c);
    if (resent && resent->repeats() > 0)
        story.details += fmt::format(". It had sent frame {} again {} without an acknowledgement",
                                     resent->first.frame, times(resent->repeats()));
    return story;
}

}  // namespace

/// The application, or the kernel on its behalf, aborted a living connection.
///
/// Wire: RST,ACK with the sender's own next sequence number, and nothing more telling. Found by
/// elimination, so never `certain`: SO_LINGER with time 0, ss -K, a killed process look alike.
/// Mistaken for: every cause in which a living socket resets.
/// Next: Look in the application's log for an abort, a kill, or a close with SO_LINGER 0.
/// Source: RFC 9293 §3.10.5; Linux tcp_send_active_reset.
const CauseRule application_abort{weigh, tell};

}  // namespace rstcause
