// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "facts/case.h"
#include "reset/terms.h"

namespace rstcause {

/// What somebody lost by a reset, or did not.
struct Harm {
    enum class Kind : std::uint8_t {
        not_told,            ///< the capture does not tell
        no_effect,           ///< the connection goes on
        ended_before,        ///< the connection had ended before
        nothing,             ///< both sides were done
        lost_touch,          ///< nothing was outstanding, but neither side wanted an end
        refused,             ///< no connection came about
        served_later,        ///< one did in the end
        turned_away,         ///< one came about and was ended before a word
        failed,              ///< the conversation ended by an error that one side had said
        request_unanswered,
        answer_cut,
        data_lost,           ///< words of one side that never reached the other
        held_back,           ///< words of one side that the other had no room for
        may_have_arrived,    ///< words that were on the way when their own sender reset
        given_up,            ///< by the client itself, before it had been answered or while it was
        not_read,            ///< by a server that had answered, while the client talked on
    };
    Kind kind = Kind::not_told;
    Impact impact = Impact::notice;
    std::string says;  ///< a clause: "the request of frame 12 was never answered"
    Frame frame = 0;   ///< that shows it; 0: the reset itself
};

/// What was lost by this reset, as of now.
///
/// `problem`: somebody lost something that he had not given up himself, or could not connect. `notice`: somebody may
/// have, or gave it up himself, or got it in the end. `normal`: nothing was outstanding.
/// What is not known is never `problem`, and never `normal`. On a subflow of Multipath TCP nothing is a `problem`.
Harm harm_of(const Case& c);

/// "request_unanswered": stable, public.
std::string_view token(Harm::Kind kind);

/// "3 requests were never answered": the same of several resets.
std::string harm_in_numbers(Harm::Kind kind, std::size_t count);

}  // namespace rstcause
