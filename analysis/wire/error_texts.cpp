// SPDX-License-Identifier: GPL-2.0-or-later
// Errors of protocols that speak in lines.
#include <algorithm>
#include <array>

#include "wire/errors.h"

namespace rstcause {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// `text` begins with `word`, which is in lower case, in any case.
bool begins_with(std::string_view text, std::string_view word)
{
    return text.size() >= word.size()
        && std::equal(word.begin(), word.end(), text.begin(), [](char a, char b) { return a == lower(b); });
}

/// A server that leaves, unasked: in answer to LOGOUT it says so (RFC 9051 §7.1.5).
bool imap_bye(std::string_view line)
{
    return line.starts_with("* BYE ") && line.find("ogging out") == std::string_view::npos
        && line.find("LOGOUT") == std::string_view::npos;
}

/// Tagged or untagged (RFC 9051 §7.1.3).
bool imap_bad(std::string_view line)
{
    const std::size_t space = line.find(' ');
    constexpr std::size_t kLongestTag = 12;
    return space != std::string_view::npos && space > 0 && space <= kLongestTag
        && line.substr(space).starts_with(" BAD ");
}

/// An error reply of RESP: "-", a word in capitals, a space ("-DENIED …", "-NOAUTH …"; "-ERR" of Redis and POP3).
bool resp_error(std::string_view line)
{
    const std::size_t space = line.find(' ');
    if (!line.starts_with('-') || space == std::string_view::npos || space < 4)
        return false;
    return std::all_of(line.begin() + 1, line.begin() + static_cast<std::ptrdiff_t>(space),
                       [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
}

/// RTSP (RFC 7826), SIP (RFC 3261 §7.2), Icecast: "NAME/1.0 4xx".
bool status_of_another_protocol(std::string_view line)
{
    for (std::string_view name : {"RTSP/", "SIP/", "ICY "})
        if (line.starts_with(name)) {
            const std::size_t space = line.find(' ');
            return space != std::string_view::npos && space + 1 < line.size()
                && line[space + 1] >= '4' && line[space + 1] <= '6';
        }
    return false;
}

/// rsync's daemon, and git's pkt-line (gitprotocol-pack: four hex digits, "ERR ").
bool file_server_error(std::string_view line)
{
    return line.starts_with("@ERROR") || (line.size() > 8 && line.substr(4).starts_with("ERR "))
        || line.starts_with("( failure ");
}

bool xmpp_error(std::string_view line)
{
    return line.find("<stream:error") != std::string_view::npos;
}

/// A line of words that refuses, as many small servers and access rules say it.
bool words_of_refusal(std::string_view line)
{
    static constexpr std::array<std::string_view, 29> kRefusals = {
        "error", "err ", "err:", "fatal", "bad request", "bad command", "bad protocol", "bad_format", "invalid ",
        "unknown command", "unknown_command", "unrecognized ", "unsupported ", "too many ", "access denied",
        "permission denied", "not allowed", "not authorized", "unauthorized", "connection refused", "refused",
        "protocol error", "protocol mismatch", "sorry", "syntax error", "server busy", "server_error ",
        "client_error ", "ack ["};
    return std::any_of(kRefusals.begin(), kRefusals.end(),
                       [&](std::string_view word) { return begins_with(line, word); });
}

constexpr KnownError<std::string_view> kTexts[] = {
    {"an IMAP BYE", imap_bye},
    {"an IMAP BAD reply", imap_bad},
    {"an error reply of RESP", resp_error},
    {"an error status", status_of_another_protocol},
    {"an error of a file server", file_server_error},
    {"an XMPP stream error", xmpp_error},
};

constexpr KnownError<std::string_view> kWords[] = {{"an error in plain text", words_of_refusal}};

}  // namespace

std::span<const KnownError<std::string_view>> error_texts() { return kTexts; }

std::span<const KnownError<std::string_view>> error_words() { return kWords; }

}  // namespace rstcause
