// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

/// A reset this soon after data is hardly the result of having worked on it.
constexpr Time kJustReceived = 1s;

/// Closing frees the buffer of what was not read, and the reset advertises that room
/// (Linux tcp_close before tcp_send_active_reset).
bool window_grew(const Reset& r) { return r.own().last && r.rst.window > r.own().window; }

}  // namespace

/// The application closed its socket before it had read all that had arrived.
///
/// Wire: RST,ACK directly after data of the peer that its receiver never answered, or while the
/// peer is still sending and the sender has already answered.
/// Mistaken for: `application_abort`, which differs only by what the application had read; the
/// reset's window tells when it is larger than the last one advertised: closing frees the buffer.
/// Sure: possible: what the application had read is not on the wire; likely when the window grew.
/// Next: Let the application read until the end of the peer's data before it closes.
/// Source: RFC 2525 §2.17, RFC 1122 §4.2.2.13; Linux tcp_close, TCP_ABORT_ON_CLOSE.
std::optional<Finding> unread_data(const Reset& r)
{
    const auto& data = r.peer().last_data;
    if (!active_form(r) || r.own().rst || !data || r.own().outstanding)
        return std::nullopt;
    const bool answered = r.own().last_data && r.own().last_data->frame > data->frame;
    const bool just_received = r.rst.time - data->time < kJustReceived;
    const bool grew = window_grew(r) && !r.statement.by_code;
    if (answered || (!just_received && !grew))
        return std::nullopt;
    Finding finding{
        .confidence = grew ? Confidence::likely : Confidence::possible,
        .explanation = fmt::format("{} closed its socket {} after the data of frame {} had "
                                   "arrived, without an answer: probably it had not read it.",
                                   sender(r), text(r.rst.time - data->time),
                                   data->frame),
        .advice = "Let the application read until the end of the peer's data before it closes.",
        .evidence = {{data->frame, "data that was never answered"}},
        .alternatives = {Cause::application_abort},
    };
    if (grew)
        finding.evidence.push_back({r.rst.frame, fmt::format("window {} after {}: unread data were "
                                                             "discarded",
                                                             r.rst.window, r.own().window)});
    return finding;
}

}  // namespace rstcause
