// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/good_bye.h"

#include <string_view>

#include "wire/errors.h"

namespace rstcause {

namespace {

/// An unbindRequest (RFC 4511 §4.3: a message of an id and [APPLICATION 2] NULL), in short or, as
/// Windows writes it, in long lengths.
bool is_ldap_unbind(Bytes payload)
{
    constexpr std::uint8_t kSequence = 0x30, kUnbind = 0x42;
    const bool ends_so = payload.size() >= 7 && payload.size() <= 14
        && payload[payload.size() - 2] == kUnbind && payload[payload.size() - 1] == 0;
    return ends_so && payload[0] == kSequence;
}

/// SMB2 LOGOFF or TREE_DISCONNECT ([MS-SMB2] §2.2.1: the command in the header's bytes 12 and 13),
/// behind the four bytes of its transport.
bool is_smb_logoff(Bytes payload)
{
    constexpr std::uint8_t kLogoff = 2, kTreeDisconnect = 4;
    return payload.size() >= 18 && payload[4] == 0xfe && payload[5] == 'S' && payload[6] == 'M'
        && payload[7] == 'B' && payload[17] == 0
        && (payload[16] == kLogoff || payload[16] == kTreeDisconnect);
}

/// SMTP, FTP, POP3, NNTP, IRC, memcached, redis; XMPP (RFC 6120 §4.4).
bool says_farewell(std::string_view text)
{
    for (std::string_view word : {"QUIT", "quit", "*1\r\n$4\r\nQUIT", "*1\r\n$4\r\nquit", "</stream:stream>"})
        if (text.starts_with(word))
            return true;
    return false;
}

/// A tag and LOGOUT (RFC 9051 §6.1.3).
bool is_imap_logout(std::string_view text)
{
    constexpr std::size_t kLongestTag = 16;
    const auto space = text.find(' ');
    return space != text.npos && space > 0 && space <= kLongestTag
        && (text.substr(space + 1) == "LOGOUT\r\n" || text.substr(space + 1) == "logout\r\n");
}

/// Whole messages that end a session and get no answer: PostgreSQL's Terminate, MySQL's COM_QUIT, MQTT's DISCONNECT
/// (MQTT 3.1.1 §3.14).
bool is_last_message(std::string_view text)
{
    using namespace std::string_view_literals;
    return text == "X\0\0\0\x04"sv || text == "\x01\0\0\0\x01"sv || text == "\xe0\0"sv;
}

/// A Close frame of WebSocket, and nothing else (RFC 6455 §5.2, §5.5.1); a client's is masked. The answer to it is
/// another one, which nobody needs.
bool is_websocket_close(Bytes payload)
{
    constexpr std::uint8_t kFinalClose = 0x88, kMasked = 0x80, kMost = 125;
    constexpr std::size_t kHead = 2, kMask = 4;
    if (payload.size() < kHead || payload[0] != kFinalClose)
        return false;
    const bool masked = payload[1] & kMasked;
    const std::size_t length = payload[1] & ~kMasked;
    if (length > kMost || payload.size() != kHead + (masked ? kMask : 0) + length)
        return false;
    constexpr int kNormal = 1000, kGoingAway = 1001;  // what else it may say is an error (§7.4.1)
    const int status = !masked && length >= 2 ? payload[2] << 8 | payload[3] : kNormal;
    return status == kNormal || status == kGoingAway;
}

}  // namespace

bool says_good_bye(Bytes payload)
{
    const std::string_view text = characters(payload);
    return says_farewell(text) || is_imap_logout(text) || is_last_message(text) || is_websocket_close(payload)
        || is_ldap_unbind(payload) || is_smb_logoff(payload);
}

}  // namespace rstcause
