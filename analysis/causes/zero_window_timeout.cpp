// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/closing.h"
#include "facts/exchange.h"
#include "facts/form_facts.h"
#include "facts/timers.h"
#include "facts/words.h"
#include "wire/threshold.h"

namespace rstcause {

namespace {

Fact ends_or_is_found_gone(const Case& c)
{
    return either(sent_by_a_living_socket(c), both(sent_without_a_socket(c), answers_a_segment(c)));
}

// Window probes from which on the writer is seen to wait: stacks go on probing (RFC 9293 §3.8.6.1).
const Threshold<std::uint32_t> kProbes{"zero_window_timeout.probes", 2};

void weigh(const Case& c, Bearings& b)
{
    b.needs(peer_had_stopped_reading(c), "the reader had stopped reading (window 0)",
            "the reader's window was open, or had closed only just before");
    b.needs(ends_or_is_found_gone(c), "the writer gave up, or was found gone",
            "the reset neither aborts nor answers a segment");
    b.excluded_by(had_reset_before(c), "the writer had reset the connection before");
    b.excluded_by(peer_had_closed(c), "the reader had closed");
    b.excluded_by(both(sent_without_a_socket(c), closed_before(c)), "the connection had ended before");
    b.supports(peer_had_stopped_reading(c), Weight::proof, "window 0 for {span}: the reader's buffer is full");
    b.doubts(known(aborts(c) && c.own().probes.count < kProbes()), Weight::hint,
             "hardly a window probe: the writer may have had other reasons");
    b.supports(known(c.own().probes.count > 0, c.own().probes.last.frame), Weight::hint, "window probe");
    for (Cause rival : {Cause::application_abort, Cause::half_open, Cause::unread_data, Cause::fast_close})
        b.rules_out(rival, peer_had_stopped_reading(c), "the writer had waited {span} for the reader");
}

Story tell(const Case& c)
{
    const auto& closed = *c.peer().closed_window;
    return {.headline = fmt::format("{} had stopped reading", receiver(c)),
            .details = fmt::format("its window closed in frame {} and was still closed {} later, when {} "
                                   "{}",
                                   closed.since.frame, text(peer_had_stopped_reading(c).span), sender(c),
                                   aborts(c) ? "gave the connection up" : "no longer knew the connection"),
            .advice = fmt::format("Find out why the application on {} does not read: blocked, slow, or "
                                  "waiting for something else.",
                                  receiver(c))};
}

}  // namespace

/// The reader stopped reading, its window stayed closed, and the writer gave up.
///
/// Wire: the peer advertises a window of zero, the sender waits or probes, then resets; or it
/// ends in silence and answers the late window update with a reset.
/// Mistaken for: `keepalive_timeout`, whose probes look the same with an open window.
/// Next: Find out why the application at the reader's end does not read.
/// Source: RFC 9293 §3.8.6.1; Linux tcp_probe_timer.
const CauseRule zero_window_timeout{weigh, tell};

}  // namespace rstcause
