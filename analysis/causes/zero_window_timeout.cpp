// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

/// The peer's window is closed, or was until the segment that this reset answers.
bool reader_had_stopped(const Reset& r, const ClosedWindow& closed)
{
    if (!closed.until)
        return true;
    return passive_form(r) && r.trigger && r.trigger->frame <= closed.until->frame;
}

}  // namespace

/// The reader stopped reading, its window stayed closed, and the writer gave up.
///
/// Wire: the peer advertises a window of zero, the sender waits or probes, then resets; or it
/// ends in silence and answers the late window update with a reset.
/// Mistaken for: `keepalive_timeout`, whose probes look the same with an open window.
/// Sure: likely.
/// Next: Find out why the application at the reader's end does not read.
/// Source: RFC 9293 §3.8.6.1; Linux tcp_probe_timer.
std::optional<Finding> zero_window_timeout(const Reset& r)
{
    const auto& closed = r.peer().closed_window;
    if (!closed || r.own().rst || r.peer().fin || !reader_had_stopped(r, *closed))
        return std::nullopt;
    if (!aborts(r) && !(passive_form(r) && r.trigger && !earlier_close(r)))
        return std::nullopt;
    const std::uint32_t probes = r.own().probes.count;
    Finding finding{
        .confidence = Confidence::likely,
        .explanation = fmt::format("{} stopped reading in frame {} (window 0) and had not read on "
                                   "{} later, when {} {}.",
                                   receiver(r), closed->since.frame,
                                   text((closed->until ? closed->until->time : r.rst.time)
                                        - closed->since.time),
                                   sender(r),
                                   aborts(r) ? "gave the connection up" : "no longer knew the "
                                                                       "connection"),
        .advice = fmt::format("Find out why the application on {} does not read: blocked, slow, or "
                              "waiting for something else.",
                              receiver(r)),
        .evidence = {{closed->since.frame, "window 0: the reader's buffer is full"}},
        .alternatives = {aborts(r) ? Cause::application_abort : Cause::half_open},
    };
    if (probes > 0)
        finding.evidence.push_back({r.own().probes.last.frame, "unanswered window probe"});
    return finding;
}

}  // namespace rstcause
