// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/closing.h"
#include "facts/exchange.h"
#include "facts/form_facts.h"
#include "facts/words.h"

namespace rstcause {

namespace {

/// An abort; or, where no close came between, an answer to what the peer still sent.
Fact ends_after_it(const Case& c)
{
    const Fact answer = both(both(sent_without_a_socket(c), answers_a_segment(c)), !closed_before(c));
    return either(sent_by_a_living_socket(c), answer);
}

Fact own_error(const Case& c)
{
    const Fact said = error_was_said(c);
    const bool own = said.yes() && c.own().sign && &*c.own().sign == &said_error(c);
    return known(own, said.frame).lasting(said.span);
}

void weigh(const Case& c, Bearings& b)
{
    b.needs(error_was_said(c), "one side had said, as its last word, that the protocol failed",
            "neither side had said that the protocol failed");
    b.needs(ends_after_it(c), "the reset follows from it",
            "the connection had been closed before, or the reset answers nothing");
    b.excluded_by(known(c.own().rst || c.peer().rst), "the connection had been reset before");
    b.supports(error_was_said(c), Weight::proof, "the error, {span} before the reset");
    b.doubts(sent_without_a_socket(c), Weight::hint, "the close that came between is not in the capture");
    for (Cause rival : {Cause::application_abort, Cause::fast_close, Cause::half_open, Cause::unread_data})
        b.rules_out(rival, own_error(c), "its sender had just said that the protocol failed");
}

Story tell(const Case& c)
{
    const SignMark& error = said_error(c);
    const bool own = own_error(c).yes();
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
/// Wire: a fatal TLS alert of either side, or an HTTP 4xx/5xx or mail error reply of the resetting
/// side, as the last thing it said, directly before the reset.
/// Mistaken for: `unread_data` (it usually follows: what the peer still sends is not read), a
/// close after a normal answer.
/// Next: Solve the error that was stated; the reset only follows from it.
/// Source: RFC 8446 §6.2, RFC 9112 §9.6, RFC 5321 §4.2.
const CauseRule application_protocol_error{weigh, tell};

}  // namespace rstcause
