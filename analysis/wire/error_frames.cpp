// SPDX-License-Identifier: GPL-2.0-or-later
// Errors of protocols that speak in frames. Each is recognised by more than its type: a length that fits, or a
// constant.
#include <algorithm>
#include <initializer_list>

#include "wire/errors.h"

namespace rstcause {

namespace {

using Bytes = std::span<const std::uint8_t>;

std::uint32_t big_endian(Bytes bytes)
{
    std::uint32_t value = 0;
    for (std::uint8_t byte : bytes)
        value = value << 8 | byte;
    return value;
}

bool begins_with(Bytes payload, std::initializer_list<std::uint8_t> bytes)
{
    return payload.size() >= bytes.size() && std::equal(bytes.begin(), bytes.end(), payload.begin());
}

/// GOAWAY with an error, perhaps behind the server's SETTINGS (RFC 9113 §4.1, §6.8).
bool http2_goaway(Bytes payload)
{
    constexpr std::size_t kHeader = 9;
    constexpr std::uint8_t kSettings = 4, kGoaway = 7, kWindowUpdate = 8;
    while (payload.size() >= kHeader && big_endian(payload.subspan(5, 4)) == 0) {
        const std::size_t length = big_endian(payload.first(3));
        const std::uint8_t type = payload[3];
        if (type == kGoaway)
            return length >= 8 && payload.size() >= kHeader + 8 && payload[4] == 0
                && big_endian(payload.subspan(kHeader + 4, 4)) - 1 < 13;  // the codes of §7 but NO_ERROR
        if ((type != kSettings && type != kWindowUpdate) || payload.size() < kHeader + length)
            return false;
        payload = payload.subspan(kHeader + length);
    }
    return false;
}

/// A close frame with a code that names a failure (RFC 6455 §5.5.1, §7.4.1), not masked: a server's.
bool websocket_close(Bytes payload)
{
    constexpr std::uint8_t kClose = 0x88, kShort = 125;
    if (payload.size() < 4 || payload[0] != kClose || payload[1] > kShort
        || payload.size() > std::size_t{2} + payload[1])
        return false;
    const std::uint32_t code = big_endian(payload.subspan(2, 2));
    return code >= 1002 && code <= 1014;
}

/// The server's own header in answer to another one (AMQP 0-9-1 §4.2.2), or connection.close with an error
/// (class 10, method 50; reply code 3xx to 5xx).
bool amqp_error(Bytes payload)
{
    if (payload.size() == 8 && begins_with(payload, {'A', 'M', 'Q', 'P'}))
        return true;
    return payload.size() >= 13 && begins_with(payload, {1, 0, 0}) && big_endian(payload.subspan(7, 4)) == 0x000a0032
        && big_endian(payload.subspan(11, 2)) >= 300;
}

/// CONNACK that refuses (MQTT 3.1.1 §3.2.2.3, 5.0 §3.2.2.2), or the server's DISCONNECT (5.0 §3.14).
bool mqtt_refusal(Bytes payload)
{
    const bool fits = payload.size() >= 4 && payload.size() == std::size_t{2} + payload[1];
    const bool connack = fits && payload[0] == 0x20 && payload[2] <= 1 && payload[3] != 0;
    const bool disconnect = payload.size() >= 3 && payload[0] == 0xe0 && payload.size() == std::size_t{2} + payload[1]
        && payload[2] >= 0x80;
    return connack || disconnect;
}

/// SOCKS 5: no method acceptable, or a reply that is no success (RFC 1928 §3, §6); SOCKS 4: rejected.
bool socks_refusal(Bytes payload)
{
    const bool no_method = payload.size() == 2 && begins_with(payload, {5, 0xff});
    const bool reply = payload.size() >= 10 && payload[0] == 5 && payload[1] >= 1 && payload[1] <= 8 && payload[2] == 0
        && (payload[3] == 1 || payload[3] == 3 || payload[3] == 4);
    const bool four = payload.size() == 8 && payload[0] == 0 && payload[1] >= 0x5b && payload[1] <= 0x5d;
    return no_method || reply || four;
}

/// RDP's negotiation failure ([MS-RDPBCGR] §2.2.1.2.2) in a connection confirm of TPKT and X.224.
bool rdp_failure(Bytes payload)
{
    constexpr std::uint8_t kConfirm = 0xd0, kFailure = 3;
    return payload.size() >= 12 && begins_with(payload, {3, 0}) && payload[5] == kConfirm && payload[11] == kFailure;
}

/// An ERROR token first in a tabular result ([MS-TDS] §2.2.3, §2.2.7.10).
bool tds_error(Bytes payload)
{
    constexpr std::uint8_t kResult = 4, kError = 0xaa;
    return payload.size() >= 9 && payload[0] == kResult && payload[8] == kError
        && big_endian(payload.subspan(2, 2)) >= payload.size();
}

/// Oracle Net: a packet of type REFUSE.
bool tns_refuse(Bytes payload)
{
    constexpr std::uint8_t kRefuse = 4;
    return payload.size() >= 10 && payload[4] == kRefuse && big_endian(payload.first(2)) >= payload.size()
        && big_endian(payload.subspan(2, 2)) == 0;
}

/// A NOTIFICATION (RFC 4271 §4.5): BGP closes after it.
bool bgp_notification(Bytes payload)
{
    constexpr std::size_t kMarker = 16;
    constexpr std::uint8_t kNotification = 3;
    return payload.size() >= 21 && payload[18] == kNotification
        && std::all_of(payload.begin(), payload.begin() + kMarker, [](std::uint8_t byte) { return byte == 0xff; });
}

/// SSH_MSG_DISCONNECT before keys are agreed on (RFC 4253 §6, §11.1), with one of its reasons.
bool ssh_disconnect(Bytes payload)
{
    constexpr std::uint8_t kDisconnect = 1;
    return payload.size() >= 10 && payload[0] == 0 && payload[5] == kDisconnect
        && big_endian(payload.first(4)) + 4 >= payload.size() && big_endian(payload.subspan(6, 4)) - 1 < 15;
}

/// A notice of disconnection, by its name (RFC 4511 §4.4.1).
bool ldap_disconnection(Bytes payload)
{
    constexpr std::uint8_t kSequence = 0x30;
    return !payload.empty() && payload[0] == kSequence
        && characters(payload).find("1.3.6.1.4.1.1466.20036") != std::string_view::npos;
}

constexpr KnownError<Bytes> kFrames[] = {
    {"an HTTP/2 GOAWAY", http2_goaway},
    {"a WebSocket close for an error", websocket_close},
    {"an AMQP error", amqp_error},
    {"an MQTT refusal", mqtt_refusal},
    {"a SOCKS refusal", socks_refusal},
    {"an RDP negotiation failure", rdp_failure},
    {"an SQL Server error", tds_error},
    {"an Oracle Net refusal", tns_refuse},
    {"a BGP notification", bgp_notification},
    {"an SSH disconnect", ssh_disconnect},
    {"an LDAP notice of disconnection", ldap_disconnection},
};

}  // namespace

std::span<const KnownError<Bytes>> error_frames() { return kFrames; }

}  // namespace rstcause
