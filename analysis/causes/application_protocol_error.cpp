// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/exchange.h"
#include "facts/form_facts.h"
#include "facts/words.h"

namespace rstcause {

namespace {

void weigh(const Case& c, Bearings& b)
{
    b.needs(either(error_was_said(c), speak_different_protocols(c)),
            "one side had said, as its last word, that the protocol failed, or they spoke two",
            "neither side had said that the protocol failed");
    b.needs(sent_by_a_living_socket(c), "a living socket sent it",
            "no living socket sent it: it only answers what came later");
    b.excluded_by(known(c.own().rst || c.peer().rst), "the connection had been reset before");
    b.supports(error_was_said(c), Weight::proof, "the error, {span} before the reset");
    b.supports(speak_different_protocols(c), Weight::proof,
               "the first words of another protocol than the peer's");
    for (Cause rival : {Cause::application_abort, Cause::fast_close, Cause::half_open, Cause::unread_data}) {
        b.rules_out(rival, said_an_error_itself(c), "its sender had just said that the protocol failed");
        // Who does not understand may well close without a word, and leave unread what he did not understand.
        if (rival != Cause::unread_data)
            b.rules_out(rival, speak_different_protocols(c), "the two sides spoke different protocols");
    }
}

Story of_two_protocols(const Case& c)
{
    return {.headline = fmt::format("{} spoke {}, {} {}", c.peer_endpoint().text(), name(c.peer().speech),
                                    c.own_endpoint().text(), name(c.own().speech)),
            .details = "neither understood the other, and the connection was given up",
            .advice = fmt::format("Check which service listens on {}, and the port and scheme that its "
                                  "client was given.",
                                  service_endpoint(c).text())};
}

Story tell(const Case& c)
{
    if (!error_was_said(c).yes())
        return of_two_protocols(c);
    const SignMark& error = said_error(c);
    const bool own = said_an_error_itself(c).yes();
    return {.headline = fmt::format("{} had sent {}",
                                    (own ? c.own_endpoint() : c.peer_endpoint()).text(),
                                    text(error.sign)),
            .details = fmt::format("in frame {}, {} before: the protocols did not agree, and what came "
                                   "after was not read",
                                   error.mark.frame, text(c.rst.time - error.mark.time)),
            .advice = fmt::format("Solve {} first; the reset only follows from it.", text(error.sign))};
}

}  // namespace

/// The application protocol failed, and one side said so before the reset.
///
/// Wire: an abort directly after a fatal TLS alert of either side, or an HTTP 4xx/5xx or mail error reply of
/// the resetting side, as the last thing it said; or after first words of two protocols (HTTP to an SSH server).
/// Mistaken for: `unread_data` (it usually follows: what the peer still sends is not read), a
/// close after a normal answer.
/// Next: Solve the error that was stated; the reset only follows from it.
/// Source: RFC 8446 §6.2, RFC 9112 §9.6, RFC 5321 §4.2.
const CauseRule application_protocol_error{weigh, tell};

}  // namespace rstcause
