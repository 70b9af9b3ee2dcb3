// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/closing.h"
#include "facts/exchange.h"
#include "facts/form_facts.h"
#include "facts/timers.h"
#include "facts/windows.h"
#include "facts/words.h"

namespace rstcause {

namespace {

void weigh(const Case& c, Bearings& b)
{
    const Fact unread
        = either(window_grew_in_the_reset(c), either(window_had_shrunk(c), window_lacks_what_came(c)));
    b.needs(sent_by_a_living_socket(c), "a living socket sent it", "no living socket sent it");
    const Fact arrived = either(window_grew_in_the_reset(c), window_lacks_what_came(c));
    b.needs(either(left_unanswered(c), arrived),
            "data of the peer had arrived and were never answered", "all that had arrived was answered");
    b.needs(either(unread, just_received(c)), "they had come just before, or the window shows them",
            "the last data came {span} before: time enough to read them");
    b.excluded_by(had_reset_before(c), "its sender had reset the connection before");
    b.excluded_by(both(client_had_its_answer(c), !either(unread, data_was_on_the_way(c))),
                  "a client had its answer, and nothing shows that it was not read");
    b.excluded_by(both(good_bye_was_the_last_word(c), !unread), "the peer's last word was a good-bye");
    b.doubts(either(long_silence(c), unusual_silence(c)), Weight::sign, "it follows a silence of {span}");
    b.supports(window_grew_in_the_reset(c), Weight::sign,
               "the reset's window ({count}) is larger than the last one: data were read late, or discarded");
    b.supports(window_had_shrunk(c), Weight::sign, "the window had shrunk to {count} and not recovered");
    b.supports(window_lacks_what_came(c), Weight::sign,
               "the window still lacked the {count} bytes that had come");
    b.supports(both(left_unanswered(c), just_received(c)), Weight::hint, "data that were never answered");
    b.supports(peer_sent_on_after_the_answer(c), Weight::sign, "the peer sent on after the answer");
    b.supports(data_was_on_the_way(c), Weight::hint, "more data of the peer were on the way");
    b.doubts(both(client_had_its_answer(c), !data_was_on_the_way(c)), Weight::hint,
             "it is a client, and what it left is its answer");
    b.doubts(!unread, Weight::hint, "what its application had read is not on the wire");
}

Story tell(const Case& c)
{
    const auto& data = c.peer().last_data;
    return {.headline = fmt::format("{} closed with data unread", sender(c)),
            .details = data ? fmt::format("it closed its socket {} after the data of frame {} had arrived, "
                                          "without an answer to them",
                                          text(c.rst.time - data->time), data->frame)
                            : "",
            .advice = "Let the application read until the end of the peer's data before it closes."};
}

}  // namespace

/// The application closed its socket before it had read all that had arrived.
///
/// Wire: RST,ACK directly after data of the peer that its receiver never answered, or while the
/// peer is still sending and the sender has already answered.
/// Mistaken for: `application_abort`, which differs only by what the application had read; the
/// reset's window tells when it is larger than the last one advertised: closing frees the buffer.
/// Next: Let the application read until the end of the peer's data before it closes.
/// Source: RFC 2525 §2.17, RFC 1122 §4.2.2.13; Linux tcp_close, TCP_ABORT_ON_CLOSE.
const CauseRule unread_data{weigh, tell};

}  // namespace rstcause
