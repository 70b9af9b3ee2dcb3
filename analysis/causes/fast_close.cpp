// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/closing.h"
#include "facts/exchange.h"
#include "facts/form_facts.h"
#include "facts/windows.h"
#include "facts/words.h"

namespace rstcause {

namespace {

void weigh(const Case& c, Bearings& b)
{
    b.needs(sent_by_a_living_socket(c), "a living socket sent it", "no living socket sent it");
    b.needs(all_acknowledged(c), "all that was sent was acknowledged",
            "something was not yet acknowledged");
    b.needs(either(exchange_was_over(c), client_had_its_answer(c)), "the exchange was over",
            "the exchange was not over");
    b.excluded_by(known(c.own().rst || c.own().fin), "its sender had closed before");
    b.excluded_by(known(c.peer().first && c.peer().window == 0), "the peer's window is closed");
    b.doubts(window_lacks_what_came(c), Weight::sign, "{count} bytes that had come lay unread");
    b.supports(both(exchange_was_over(c), all_acknowledged(c)), Weight::sign, "the last word of the exchange");
    b.supports(client_had_its_answer(c), Weight::hint, "the client had its answer");
    b.supports(good_bye_was_said(c), Weight::sign, "a good-bye");
    b.supports(peer_had_just_closed(c), Weight::sign, "the peer had closed first");
}

Story tell(const Case& c)
{
    return {.headline = fmt::format("{} closed by reset instead of FIN", sender(c)),
            .details = "everything had been sent and acknowledged: a quick way to be rid of a finished "
                       "connection",
            .advice = "Nothing to do if the application got all its data. SO_LINGER with time 0 does this, "
                      "and spares the closing side TIME_WAIT.",
            .evidence = {{c.own().last ? c.own().last->frame : c.rst.frame,
                          "the sender's last segment before"}}};
}

}  // namespace

/// The application ended a finished conversation by reset on purpose, to spare itself TIME_WAIT.
///
/// Wire: RST,ACK in place of FIN, or after the peer's FIN, once everything that either side had
/// sent was acknowledged and the exchange was over.
/// Mistaken for: `application_abort` in mid-exchange; `unread_data`.
/// Next: Nothing to do if the application got all its data.
/// Source: RFC 9293 §3.10.5; SO_LINGER with time 0.
const CauseRule fast_close{weigh, tell};

}  // namespace rstcause
