// SPDX-License-Identifier: GPL-2.0-or-later
#include "stated.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include <fmt/core.h>

namespace rstcause {

namespace {

/// A statement shorter than this, or one with bytes that are not printable ASCII, is data.
constexpr std::size_t kShortestText = 5;

struct Wording {
    std::string_view part;  ///< in lower case
    Cause cause;
};

// F5 BIG-IP appends "BIG-IP: [0x…:…] {peer} TCP retransmit timeout" and the like when db variable
// tm.rstcause.pkt is set (F5 K13223); "No listener" is Solaris and HP-UX. Texts that only say that
// no connection was found leave the cause to the rules.
constexpr Wording kWordings[] = {
    {"no listener", Cause::not_listening},
    {"no local listener", Cause::not_listening},
    {"retransmit timeout", Cause::retransmission_timeout},
    {"keepalive timeout", Cause::keepalive_timeout},
    {"keep-alive timeout", Cause::keepalive_timeout},
    {"zero window timeout", Cause::zero_window_timeout},
    {"idle timeout", Cause::idle_timeout},
    {"flow expired", Cause::idle_timeout},
    {"policy", Cause::firewall_reject},
};

/// The payload of draft-ietf-tcpm-rst-diagnostic-payload §4.1: a magic number, a code, and a
/// private enterprise number; any other length is to be ignored.
std::optional<std::uint16_t> diagnostic_code(Bytes payload)
{
    constexpr std::size_t kLength = 8;
    if (payload.size() != kLength || payload[0] != 0x33 || payload[1] != 0xaa)
        return std::nullopt;
    return static_cast<std::uint16_t>(payload[2] << 8 | payload[3]);
}

bool is_text(std::string_view payload)
{
    return payload.size() >= kShortestText && payload.find('<') == std::string_view::npos
        && !payload.starts_with("HTTP/")
        && std::all_of(payload.begin(), payload.end(), [](unsigned char c) {
               return c >= 0x20 && c < 0x7f;
           });
}

}  // namespace

Statement read_statement(Bytes payload)
{
    if (const auto code = diagnostic_code(payload))
        return {.text = fmt::format("diagnostic code {}", *code), .cause = std::nullopt};

    std::string_view text{reinterpret_cast<const char*>(payload.data()), payload.size()};
    while (!text.empty() && (text.back() == '\0' || text.back() == '\n' || text.back() == '\r'))
        text.remove_suffix(1);
    if (!is_text(text))
        return {};

    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    Statement statement{.text = std::string(text), .cause = std::nullopt};
    for (const Wording& wording : kWordings)
        if (!statement.cause && lower.find(wording.part) != std::string::npos)
            statement.cause = wording.cause;
    return statement;
}

}  // namespace rstcause
