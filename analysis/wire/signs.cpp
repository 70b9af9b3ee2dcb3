// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/signs.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/core.h>

#include "wire/errors.h"
#include "wire/good_bye.h"

namespace rstcause {

namespace {

// RFC 8446 §5.1, §6: record of type alert, version 3.x, two bytes: level and description.
constexpr std::uint8_t kTlsAlert = 21;
constexpr std::uint8_t kTlsMajor = 3;
constexpr std::uint8_t kTlsFatal = 2;

// RFC 8684 §3: option kind and subtypes.
constexpr std::uint8_t kMptcpFastClose = 7;
constexpr std::uint8_t kMptcpReset = 8;

constexpr std::pair<std::uint8_t, std::string_view> kAlerts[] = {
    {10, "unexpected_message"}, {20, "bad_record_mac"}, {22, "record_overflow"},
    {40, "handshake_failure"}, {42, "bad_certificate"}, {43, "unsupported_certificate"},
    {44, "certificate_revoked"}, {45, "certificate_expired"}, {46, "certificate_unknown"},
    {47, "illegal_parameter"}, {48, "unknown_ca"}, {49, "access_denied"}, {50, "decode_error"},
    {51, "decrypt_error"}, {70, "protocol_version"}, {71, "insufficient_security"},
    {80, "internal_error"}, {86, "inappropriate_fallback"}, {90, "user_canceled"},
    {109, "missing_extension"}, {110, "unsupported_extension"}, {112, "unrecognized_name"},
    {115, "unknown_psk_identity"}, {116, "certificate_required"},
    {120, "no_application_protocol"},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A three-digit code of 400 to 599 at the start of `text`, followed by a space or a dash.
std::optional<std::uint16_t> error_code(std::string_view text)
{
    if (text.size() < 4 || (text[0] != '4' && text[0] != '5') || !is_digit(text[1])
        || !is_digit(text[2]) || (text[3] != ' ' && text[3] != '-' && text[3] != '\r'))
        return std::nullopt;
    return static_cast<std::uint16_t>((text[0] - '0') * 100 + (text[1] - '0') * 10
                                      + (text[2] - '0'));
}

/// RFC 8446 §5.2: an alert's two bytes, the type and an authentication tag of 16 bytes travel as
/// application data of 19 bytes. Alone in its segment it is hardly anything else.
bool is_sealed_alert(Bytes payload)
{
    constexpr std::uint8_t kApplicationData = 23;
    constexpr std::uint8_t kAlertBytes = 19;
    return payload.size() == 5 + kAlertBytes && payload[0] == kApplicationData
        && payload[1] == kTlsMajor && payload[3] == 0 && payload[4] == kAlertBytes;
}

/// An ERR packet: length, sequence number, 0xff, an error number of the server's range (MySQL
/// protocol, ERR_Packet).
std::optional<std::uint16_t> mysql_error(Bytes payload)
{
    if (payload.size() < 9 || payload[2] != 0 || payload[4] != 0xff)
        return std::nullopt;
    const auto length = static_cast<std::size_t>(payload[0] | payload[1] << 8);
    const auto code = static_cast<std::uint16_t>(payload[5] | payload[6] << 8);
    const bool fits = length >= 3 && length + 4 >= payload.size();
    return fits && code >= 1000 && code < 5000 ? std::optional(code) : std::nullopt;
}

/// An ErrorResponse whose severity ends the session (PostgreSQL protocol, 'E', then 'S' "FATAL"), perhaps behind
/// other messages: each is a type and a length. Before protocol 3, and to whom it does not understand: 'E' and text.
bool pgsql_error(std::string_view text)
{
    if (text.starts_with("EFATAL:"))
        return true;
    constexpr std::string_view kBefore = "RSKNZCT12";
    while (text.size() > 11 && text[1] == '\0' && text[2] == '\0') {
        if (text[0] == 'E')
            return text[5] == 'S' && (text.substr(6).starts_with("FATAL") || text.substr(6).starts_with("PANIC"));
        const std::size_t length = 1 + std::size_t{static_cast<std::uint8_t>(text[3])} * 256
            + static_cast<std::uint8_t>(text[4]);
        if (kBefore.find(text[0]) == std::string_view::npos || length < 5 || length > text.size())
            return false;
        text.remove_prefix(length);
    }
    return false;
}

/// What sshd says instead of its version when it will not talk ("Exceeded MaxStartups", "Not allowed
/// at this time").
bool ssh_refusal(std::string_view text)
{
    return text.starts_with("Exceeded MaxStartups") || text.starts_with("Not allowed at this time")
        || text.starts_with("Invalid SSH identification string")
        || text.starts_with("Protocol mismatch");
}

}  // namespace

std::optional<Sign> read_sign(Bytes payload)
{
    if (payload.size() >= 7 && payload[0] == kTlsAlert && payload[1] == kTlsMajor
        && payload[3] == 0 && payload[4] == 2 && payload[5] == kTlsFatal)
        return Sign{Sign::Kind::tls_alert, payload[6]};
    if (payload.size() >= 7 && payload[0] == kTlsAlert && payload[1] == kTlsMajor)
        return Sign{Sign::Kind::farewell, 0};  // close_notify, or an alert that is encrypted
    if (is_sealed_alert(payload))
        return Sign{Sign::Kind::sealed_alert, 0};
    const std::string_view text = characters(payload);
    if (text.starts_with("HTTP/1.") && text.size() > 9)
        if (const auto code = error_code(text.substr(9)))
            return Sign{Sign::Kind::http_error, *code};
    // Mail, FTP and news speak in three-digit replies (RFC 5321 §4.2, RFC 959 §4.2, RFC 3977 §3.2).
    const Lines lines = lines_of(text);
    for (std::string_view line : {lines.first, lines.last})
        if (const auto code = error_code(line))
            return Sign{Sign::Kind::reply_error, *code};
    if (const auto code = mysql_error(payload))
        return Sign{Sign::Kind::mysql_error, *code};
    if (pgsql_error(text))
        return Sign{Sign::Kind::pgsql_error, 0};
    if (ssh_refusal(text))
        return Sign{Sign::Kind::ssh_refusal, 0};
    if (says_good_bye(payload))
        return Sign{Sign::Kind::farewell, 0};
    if (const auto error = read_protocol_error(payload, lines))
        return Sign{Sign::Kind::protocol_error, *error};
    return std::nullopt;
}

Speech read_speech(Bytes payload)
{
    constexpr std::uint8_t kTlsHandshake = 22;
    if (payload.size() >= 6 && (payload[0] == kTlsHandshake || payload[0] == kTlsAlert)
        && payload[1] == kTlsMajor)
        return Speech::tls;
    const std::string_view text = characters(payload);
    if (text.starts_with("SSH-"))
        return Speech::ssh;
    for (std::string_view word : {"GET /", "POST /", "HEAD /", "PUT /", "DELETE /", "PATCH /", "OPTIONS ",
                                  "CONNECT ", "GET http", "PRI * HTTP/2", "HTTP/1."})
        if (text.starts_with(word))
            return Speech::http;
    for (std::string_view word : {"220 ", "220-", "EHLO ", "HELO ", "ehlo ", "helo "})
        if (text.starts_with(word))
            return Speech::mail;
    return Speech::unknown;
}

const char* name(Speech speech)
{
    switch (speech) {
    case Speech::http: return "HTTP";
    case Speech::tls: return "TLS";
    case Speech::ssh: return "SSH";
    case Speech::mail: return "a mail or FTP server's protocol";
    case Speech::unknown: break;
    }
    return "";
}

std::string text(const Sign& sign)
{
    switch (sign.kind) {
    case Sign::Kind::tls_alert:
        for (const auto& [code, name] : kAlerts)
            if (code == sign.code)
                return fmt::format("the fatal TLS alert {}", name);
        return fmt::format("the fatal TLS alert {}", sign.code);
    case Sign::Kind::http_error:
        return fmt::format("the HTTP status {}", sign.code);
    case Sign::Kind::reply_error:
        return fmt::format("the reply code {}", sign.code);
    case Sign::Kind::mysql_error:
        return fmt::format("the MySQL error {}", sign.code);
    case Sign::Kind::pgsql_error:
        return "a fatal PostgreSQL error";
    case Sign::Kind::protocol_error:
        return protocol_error_name(sign.code);
    case Sign::Kind::ssh_refusal:
        return "a refusal in place of SSH's version";
    case Sign::Kind::sealed_alert:
        return "an encrypted TLS alert";
    case Sign::Kind::farewell:
        return "a good-bye";
    }
    return "";
}

std::optional<MptcpSign> read_mptcp(Bytes option)
{
    if (option.size() < 4)
        return std::nullopt;
    const int subtype = option[2] >> 4;
    if (subtype == kMptcpFastClose)
        return MptcpSign{true, 0};
    if (subtype == kMptcpReset)
        return MptcpSign{false, option[3]};
    return std::nullopt;
}

const char* mptcp_reason(std::uint8_t code)
{
    constexpr const char* kReasons[] = {
        "unspecified error", "MPTCP-specific error", "lack of resources",
        "administratively prohibited", "too much outstanding data",
        "unacceptable performance", "middlebox interference"};
    return code < std::size(kReasons) ? kReasons[code] : "a code that RFC 8684 does not define";
}

}  // namespace rstcause
