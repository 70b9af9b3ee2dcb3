// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/opening.h"
#include "facts/words.h"

namespace rstcause {

namespace {

void weigh(const Case& c, Bearings& b)
{
    b.needs(never_used_by_the_client(c), "the client never used the connection",
            "the connection was used, or the client did not end it");
    b.needs(another_attempt_won(c), "another attempt of the race won",
            "no other attempt won");
    b.excluded_by(bare_syn(c), "a SYN without the options of an ordinary stack");
    b.supports(another_attempt_won(c), Weight::proof, "SYN of the attempt that won");
    b.doubts(race_within_one_family(c), Weight::sign,
             "both addresses are of one family: they may belong to different services");
    for (Cause rival : {Cause::connect_cancelled, Cause::health_check, Cause::syn_scan,
                        Cause::application_abort, Cause::fast_close})
        b.rules_out(rival, both(another_attempt_won(c), !race_within_one_family(c)),
                    "the client uses another address of the service");
}

Story tell(const Case& c)
{
    return {.headline = fmt::format("The attempt of {} at {} lost a race", c.own_endpoint().address.text(),
                                    receiver(c)),
            .details = c.now.rival ? fmt::format("it tried {} at the same time and uses that",
                                                 c.now.rival->service.text())
                                   : "",
            .advice = "Nothing to do; if this address loses each time, its path is slow or broken."};
}

}  // namespace

/// The client tried several addresses of one service at once and dropped the slower ones.
///
/// Wire: two attempts of one host (the same address or the same link-layer source) to the same
/// port of different addresses, begun within moments; one is used, this one is reset unused.
/// Mistaken for: `connect_cancelled`, when no winner is seen; `smb_dual_connect`, with two ports.
/// Next: Nothing to do; if the same address loses each time, its path is slow.
/// Source: RFC 8305 §5.
const CauseRule happy_eyeballs{weigh, tell};

}  // namespace rstcause
