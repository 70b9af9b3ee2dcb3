// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/closing.h"
#include "facts/exchange.h"
#include "facts/form_facts.h"
#include "facts/harm.h"
#include "facts/windows.h"
#include "facts/words.h"

namespace rstcause {

namespace {

/// The reset itself broke off what the server was saying, by the server's own framing. (A server that had closed by
/// FIN had broken it off before.) What its framing does not tell is no reason to think so.
Fact broke_off_an_answer(const Case& c)
{
    const Fact cut = answer_cut_short(c);
    return cut.yes() && !c.before.half(other(client_side(c))).fin ? cut : no();
}

/// The server had the last word, and its framing says that this was all: body, last chunk, or none to come (frame).
Fact answer_came_whole(const Case& c)
{
    const HalfConnection& server = c.before.half(other(client_side(c)));
    const bool last_word = sent_by_client(c) ? peer_spoke_last(c) : !peer_spoke_last(c);
    if (!last_word || server.message.framing() != MessageReader::Framing::http || server.message.begun() == 0)
        return no();
    return both(!answer_cut_short(c), yes(server.message_begun));
}

void weigh(const Case& c, Bearings& b)
{
    b.needs(sent_by_a_living_socket(c), "a living socket sent it", "no living socket sent it");
    b.needs(all_acknowledged(c), "all that was sent was acknowledged",
            "something was not yet acknowledged");
    b.needs(either(exchange_was_over(c), client_had_its_answer(c)), "the exchange was over",
            "the exchange was not over");
    b.excluded_by(known(c.own().rst || c.own().fin), "its sender had closed before");
    b.excluded_by(known(c.peer().first && c.peer().window == 0), "the peer's window is closed");
    b.excluded_by(broke_off_an_answer(c), "the server's answer was cut in the middle, by its own framing");
    b.doubts(window_lacks_what_came(c), Weight::sign, "{count} bytes that had come lay unread");
    b.supports(both(exchange_was_over(c), all_acknowledged(c)), Weight::sign, "the last word of the exchange");
    b.supports(client_had_its_answer(c), Weight::hint, "the client had its answer");
    b.supports(answer_came_whole(c), Weight::hint, "the answer was complete, by its own framing");
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
/// sent was acknowledged and the exchange was over. An HTTP answer that lacks a byte of its
/// Content-Length or its last chunk, or a TLS record that lacks its end, was not.
/// Mistaken for: `application_abort` in mid-exchange; `unread_data`.
/// Next: Nothing to do if the application got all its data.
/// Source: RFC 9293 §3.10.5; SO_LINGER with time 0; RFC 9112 §8 (an incomplete message).
const CauseRule fast_close{weigh, tell};

}  // namespace rstcause
