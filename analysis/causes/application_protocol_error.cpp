// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

/// What is said this long before the reset is no longer "directly before".
constexpr Time kDirectly = 5s;

/// The error that the sender itself, or its peer, said last before the reset.
const SignMark* last_error(const Reset& r)
{
    const SignMark* found = nullptr;
    for (const HalfConnection* half : {&r.own(), &r.peer()}) {
        const auto& said = half->sign;
        const bool is_error = said && said->sign.kind != Sign::Kind::farewell;
        const bool last_word = said && half->last_data
            && said->mark.frame == half->last_data->frame;
        // A status from the peer is its answer, not a failure of the protocol.
        const bool counts = half == &r.own() || (said && said->sign.kind == Sign::Kind::tls_alert);
        if (is_error && last_word && counts && r.rst.time - said->mark.time < kDirectly
            && (!found || said->mark.frame > found->mark.frame))
            found = &*said;
    }
    return found;
}

}  // namespace

/// The application protocol failed, and one side said so before the reset.
///
/// Wire: a fatal TLS alert of either side, or an HTTP 4xx/5xx or mail error reply of the resetting
/// side, as the last thing it said, directly before the reset.
/// Mistaken for: `unread_data` (it usually follows: what the peer still sends is not read), a
/// close after a normal answer.
/// Sure: likely.
/// Next: Solve the error that was stated; the reset only follows from it.
/// Source: RFC 8446 §6.2, RFC 9112 §9.6, RFC 5321 §4.2.
std::optional<Finding> application_protocol_error(const Reset& r)
{
    const SignMark* error = last_error(r);
    const bool ends = aborts(r) || (passive_form(r) && r.trigger);
    if (!error || !ends || r.own().rst || r.peer().rst)
        return std::nullopt;
    const bool own = r.own().sign && &*r.own().sign == error;
    return Finding{
        .confidence = Confidence::likely,
        .explanation = fmt::format("{} had sent {} in frame {}, {} before: the protocols did not "
                                   "agree, and what came after was not read.",
                                   (own ? r.own_endpoint() : r.peer_endpoint()).text(),
                                   text(error->sign), error->mark.frame,
                                   text(r.rst.time - error->mark.time)),
        .advice = fmt::format("Solve {} first; the reset only follows from it.",
                              text(error->sign)),
        .evidence = {{error->mark.frame, text(error->sign)}},
        .alternatives = {passive_form(r) ? Cause::data_after_close : Cause::unread_data},
    };
}

}  // namespace rstcause
