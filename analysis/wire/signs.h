// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace rstcause {

using Bytes = std::span<const std::uint8_t>;

/// What the first bytes of a segment's payload say about the end of the conversation.
struct Sign {
    enum class Kind : std::uint8_t {
        tls_alert,   ///< a fatal TLS alert in the clear (RFC 8446 §6); code: its description
        http_error,  ///< an HTTP/1 status line of 4xx or 5xx (RFC 9112 §4); code: the status
        reply_error, ///< a 4yz or 5yz reply of a mail, FTP or news server (RFC 5321 §4.2); code: the reply
        mysql_error, ///< an ERR packet (MySQL protocol, 0xff); code: its number
        pgsql_error, ///< an ErrorResponse of severity FATAL or PANIC (PostgreSQL protocol §55.8)
        ssh_refusal, ///< a line of text in place of SSH's version (RFC 4253 §4.2)
        protocol_error, ///< another protocol's; code: which (wire/errors.h)
        sealed_alert, ///< a TLS 1.3 record of an encrypted alert's length: fatal, or close_notify
        farewell,    ///< QUIT (SMTP, FTP, POP3, Redis), unbind (LDAP), logoff (SMB2), or a TLS alert
                     ///< that may be close_notify
    };
    Kind kind = Kind::farewell;
    std::uint16_t code = 0;
};

/// Reads a sign from the start of a payload.
std::optional<Sign> read_sign(Bytes payload);

/// The protocol that a payload's first bytes belong to.
enum class Speech : std::uint8_t {
    unknown,
    http,  ///< a request line of HTTP/1, HTTP/2's preface, or a status line (RFC 9112 §3, §4; RFC 9113 §3.4)
    tls,   ///< a handshake or alert record (RFC 8446 §5.1)
    ssh,   ///< a version (RFC 4253 §4.2)
    mail,  ///< a greeting or the first command of SMTP or FTP (RFC 5321 §3.1, RFC 959 §5.4)
};

/// What the first bytes that a side says belong to; `unknown` for what is not surely one of these.
Speech read_speech(Bytes payload);

/// "HTTP", "TLS"; "" for unknown.
const char* name(Speech speech);

/// "the TLS alert handshake_failure", "the HTTP status 413".
std::string text(const Sign& sign);

/// What an MPTCP option says that ends a connection or a subflow (RFC 8684 §3.5, §3.6).
struct MptcpSign {
    bool fast_close = false;          ///< MP_FASTCLOSE, else MP_TCPRST
    std::uint8_t code = 0;            ///< the reason of MP_TCPRST
};

/// Reads MP_FASTCLOSE or MP_TCPRST from one option's bytes, kind and length included.
std::optional<MptcpSign> read_mptcp(Bytes option);

/// "middlebox interference" and the like: the reasons of RFC 8684 §3.6.
const char* mptcp_reason(std::uint8_t code);

}  // namespace rstcause
