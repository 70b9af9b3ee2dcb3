// SPDX-License-Identifier: GPL-2.0-or-later
//
// Citrix NetScaler tells its reason by the raw window of the reset: CTX200852, "Window size in
// resets". Codes of internal features are left out.
#include <algorithm>
#include <iterator>

#include <fmt/core.h>

#include "reset/form.h"
#include "reset/statement_window.h"

namespace rstcause {

namespace {

struct Code {
    std::uint16_t window;
    const char* meaning;
    std::optional<Cause> cause{};
    bool refuses = false;
    bool only_stray = false;
    bool idle = false;
};

constexpr Code kCodes[] = {
    {8196, "bad TLS record", Cause::application_protocol_error},
    {8201, "packet for a connection already closed", std::nullopt, false, true},
    {8202, "data without a connection, SYN cookie expired", std::nullopt, false, true},
    {8204, "SYN sent again with another sequence number"},
    {8205, "wrong acknowledgement at the end of the handshake", Cause::handshake_invalid_ack},
    {8206, "unacceptable packet while connecting", std::nullopt, false, true},
    {8207, "SYN on an established connection", Cause::syn_conflict},
    {8208, "too many duplicates received"},
    {8209, "out of memory"},
    {8210, "HTTP denial-of-service protection"},
    {8211, "idle, or its service went down", std::nullopt, false, false, true},
    {8212, "stray SYN: no service, or no matching cookie", std::nullopt, false, true},
    {9100, "orphaned HTTP connection"},
    {9205, "chunked body not well formed", Cause::application_protocol_error},
    {9206, "HTTP header not well formed", Cause::application_protocol_error},
    {9207, "HTTP header not well formed", Cause::application_protocol_error},
    {9208, "invalid HTTP request", Cause::application_protocol_error},
    {9209, "HTTP body longer than announced", Cause::application_protocol_error},
    {9212, "invalid HTTP request", Cause::application_protocol_error},
    {9300, "idle, or its service went down", std::nullopt, false, false, true},
    {9301, "idle, or its service went down", std::nullopt, false, false, true},
    {9302, "idle, or its service went down", std::nullopt, false, false, true},
    {9303, "idle, or its service went down", std::nullopt, false, false, true},
    {9304, "zero-window probes unanswered", Cause::zero_window_timeout},
    {9305, "the server's SYN-ACK acknowledges a wrong number", Cause::handshake_invalid_ack},
    {9310, "keep-alive probes unanswered", Cause::keepalive_timeout},
    {9400, "connections of the reuse pool were flushed"},
    {9401, "oldest connections were flushed"},
    {9600, "too many unacceptable segments"},
    {9601, "too many unacceptable segments"},
    {9700, "passed on from the other side"},
    {9701, "passed on from the other side"},
    {9702, "data after FIN"},
    {9800, "monitor connection", Cause::health_check},
    {9811, "after a fatal TLS alert", Cause::application_protocol_error},
    {9814, "a policy says reset", Cause::firewall_reject},
    {9816, "bad TLS record", Cause::application_protocol_error},
    {9818, "TLS error", Cause::application_protocol_error},
    {9830, "an access list denies it", Cause::firewall_reject},
    {9845, "an application firewall policy", Cause::firewall_reject},
    {9855, "surge queue full", Cause::refused_while_listening, true},
    {9952, "after a fatal TLS alert", Cause::application_protocol_error},
};

// Its TCP profile as it comes has a buffer of so many bytes, and its packets begin with TTL 255: measured on resets
// with its codes in public captures. Hosts that begin with 128 or less are others.
constexpr std::uint16_t kBuffer = 8190;
constexpr std::uint8_t kBelowItsTtl = 128;

/// Empty when the capture lacks its SYN or SYN-ACK.
std::optional<bool> opened_like_one(const Reset& reset)
{
    const HalfConnection& own = reset.own();
    if (!own.syn)
        return std::nullopt;
    return own.syn_window == kBuffer && own.hop_limit > kBelowItsTtl;
}

}  // namespace

Statement read_window_code(std::uint16_t window)
{
    const auto code = std::find_if(std::begin(kCodes), std::end(kCodes),
                                   [&](const Code& c) { return c.window == window; });
    if (code == std::end(kCodes))
        return {};
    return {.text = fmt::format("NetScaler reset code {}: {}", window, code->meaning),
            .cause = code->cause,
            .refuses = code->refuses,
            .only_stray = code->only_stray,
            .by_code = true,
            .idle = code->idle};
}

Statement read_window(const Reset& reset)
{
    const auto like_one = opened_like_one(reset);
    const bool may_be = like_one.value_or(reset.rst.hop_limit > kBelowItsTtl && window_is_not_a_window(reset));
    if (!may_be)
        return {};
    Statement statement = read_window_code(reset.rst.window);
    statement.of_a_known_maker = like_one.has_value();
    return statement;
}

}  // namespace rstcause
