// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "../words.h"
#include "causes.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

/// A reset this soon after data is hardly the result of having worked on it.
constexpr Time kJustReceived = 1s;

}  // namespace

/// The application closed its socket before it had read all that had arrived.
///
/// Wire: RST,ACK directly after data of the peer that its receiver never answered, or while the
/// peer is still sending and the sender has already answered.
/// Mistaken for: `application_abort`, which differs only by what the application had read; the
/// window tells when it shrinks by the unread bytes and never recovers.
/// Sure: possible: what the application had read is not on the wire.
/// Next: Let the application read until the end of the peer's data before it closes.
/// Source: RFC 2525 §2.17, RFC 1122 §4.2.2.13; Linux tcp_close, TCP_ABORT_ON_CLOSE.
std::optional<Finding> unread_data(const Reset& r)
{
    const auto& data = r.peer().last_data;
    if (!active_form(r) || r.own().rst || !data || r.own().outstanding)
        return std::nullopt;
    const bool answered = r.own().last_data && r.own().last_data->frame > data->frame;
    const bool just_received = r.rst.time - data->time < kJustReceived;
    if (answered || !just_received)
        return std::nullopt;
    return Finding{
        .confidence = Confidence::possible,
        .explanation = fmt::format("{} closed its socket {} after the data of frame {} had "
                                   "arrived, without an answer: probably it had not read it.",
                                   r.own_endpoint().text(), text(r.rst.time - data->time),
                                   data->frame),
        .advice = "Let the application read until the end of the peer's data before it closes.",
        .evidence = {{data->frame, "data that was never answered"}},
        .alternatives = {Cause::application_abort},
    };
}

}  // namespace rstcause
