// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "causes/causes.h"
#include "reset/reset.h"
#include "diagnosis/verdict.h"

namespace rstcause {

/// A detector looks at one reset and says what it sees, or nothing.
using Detector = std::optional<Finding> (*)(const Reset&);

/// One cause: what `rstcause.reason` and the documentation say of it.
struct CatalogueRow {
    Cause cause;
    std::string_view token;      ///< value of `rstcause.reason`: stable, public
    std::string_view title;      ///< a few words for people
    std::string_view category;   ///< value of `rstcause.category`
    Impact impact;
    std::string_view reference;  ///< the rule's main source
    Detector detector;           ///< null: named as an alternative only
};

/// THE table. Of two findings equally sure the earlier row wins: specific before general.
inline constexpr std::array kCatalogue = {
    CatalogueRow{Cause::malformed, "malformed", "Not a believable reset", "other", Impact::notice,
                 "RFC 9293 §3.1", malformed},
    CatalogueRow{Cause::mptcp, "mptcp", "Multipath TCP ended the subflow", "protocol",
                 Impact::notice, "RFC 8684 §3.5, §3.6", mptcp},
    CatalogueRow{Cause::device_stated, "device_stated", "The reset itself says why", "stated",
                 Impact::notice, "RFC 9293 §3.5.3", device_stated},
    CatalogueRow{Cause::injected, "injected", "Forged on the way", "network", Impact::problem,
                 "Weaver, Sommer, Paxson, NDSS 2009", injected},
    CatalogueRow{Cause::firewall_reject, "firewall_reject", "Rejected by a firewall", "refused",
                 Impact::problem, "nft(8), reject with tcp reset", firewall_reject},
    CatalogueRow{Cause::port_reuse_time_wait, "port_reuse_time_wait", "Ports used again too early",
                 "refused", Impact::problem, "RFC 9293 §3.10.7.4, RFC 6191", port_reuse_time_wait},
    CatalogueRow{Cause::syn_conflict, "syn_conflict", "A SYN met a living connection", "refused",
                 Impact::problem, "RFC 9293 §3.5.1, RFC 5961 §4", syn_conflict},
    CatalogueRow{Cause::handshake_invalid_ack, "handshake_invalid_ack",
                 "Handshake acknowledged what was never sent", "refused", Impact::notice,
                 "RFC 9293 §3.10.7.3", handshake_invalid_ack},
    CatalogueRow{Cause::not_listening, "not_listening", "Nothing listens on the port", "refused",
                 Impact::problem, "RFC 9293 §3.10.7.1", not_listening},
    CatalogueRow{Cause::refused_while_listening, "refused_while_listening",
                 "Refused although the service runs", "refused", Impact::problem,
                 "RFC 9293 §3.10.7.1", refused_while_listening},
    CatalogueRow{Cause::service_stopped, "service_stopped", "The service has stopped listening",
                 "refused", Impact::problem, "RFC 9293 §3.10.7.1", service_stopped},
    CatalogueRow{Cause::accept_queue_overflow, "accept_queue_overflow", "Accept queue full",
                 "refused", Impact::problem, "Linux tcp_check_req, tcp_abort_on_overflow",
                 accept_queue_overflow},
    CatalogueRow{Cause::protocol_violation, "protocol_violation",
                 "Answer to an unacceptable segment", "protocol", Impact::notice,
                 "RFC 9293 §3.10.7", protocol_violation},
    CatalogueRow{Cause::syn_scan, "syn_scan", "Port scan", "abandoned", Impact::notice,
                 "nmap(1), -sS and -sT", syn_scan},
    CatalogueRow{Cause::connect_timeout, "connect_timeout",
                 "Client stopped waiting for the connection", "abandoned", Impact::problem,
                 "RFC 9293 §3.8.3", connect_timeout},
    CatalogueRow{Cause::smb_dual_connect, "smb_dual_connect", "Loser of the race for an SMB port",
                 "abandoned", Impact::normal, "[MS-SMB2] §2.1", smb_dual_connect},
    CatalogueRow{Cause::happy_eyeballs, "happy_eyeballs", "Loser of a race between addresses",
                 "abandoned", Impact::normal, "RFC 8305 §5", happy_eyeballs},
    CatalogueRow{Cause::health_check, "health_check", "Health check", "abandoned", Impact::normal,
                 "HAProxy, option tcp-check", health_check},
    CatalogueRow{Cause::connect_cancelled, "connect_cancelled",
                 "Client no longer wanted the connection", "abandoned", Impact::notice,
                 "RFC 9293 §3.10.4", connect_cancelled},
    CatalogueRow{Cause::retransmission_timeout, "retransmission_timeout",
                 "Retransmissions ran out", "timeout", Impact::problem, "RFC 9293 §3.8.3",
                 retransmission_timeout},
    CatalogueRow{Cause::keepalive_timeout, "keepalive_timeout", "Keep-alive probes unanswered",
                 "timeout", Impact::problem, "RFC 9293 §3.8.4", keepalive_timeout},
    CatalogueRow{Cause::zero_window_timeout, "zero_window_timeout", "The reader stopped reading",
                 "timeout", Impact::problem, "RFC 9293 §3.8.6.1", zero_window_timeout},
    CatalogueRow{Cause::idle_timeout, "idle_timeout", "Idle connection dropped", "timeout",
                 Impact::problem, "RFC 5382 REQ-5", idle_timeout},
    CatalogueRow{Cause::application_protocol_error, "application_protocol_error",
                 "The application protocol failed", "application", Impact::problem,
                 "RFC 8446 §6, RFC 9112 §4", application_protocol_error},
    CatalogueRow{Cause::process_exit, "process_exit", "The process ended", "application",
                 Impact::problem, "Linux inet_csk_listen_stop, tcp_close", process_exit},
    CatalogueRow{Cause::time_wait_assassination, "time_wait_assassination", "TIME_WAIT cut short",
                 "state_lost", Impact::notice, "RFC 1337", time_wait_assassination},
    CatalogueRow{Cause::data_after_close, "data_after_close", "Data met a closed socket",
                 "application", Impact::normal, "RFC 9293 §3.10.7.1", data_after_close},
    CatalogueRow{Cause::half_open, "half_open", "One end had lost the connection", "state_lost",
                 Impact::problem, "RFC 9293 §3.5.1", half_open},
    CatalogueRow{Cause::unread_data, "unread_data", "Closed with data unread", "application",
                 Impact::notice, "RFC 2525 §2.17", unread_data},
    CatalogueRow{Cause::fast_close, "fast_close", "Closed by reset on purpose", "application",
                 Impact::normal, "RFC 9293 §3.10.5", fast_close},
    CatalogueRow{Cause::application_abort, "application_abort", "Aborted by the application",
                 "application", Impact::notice, "RFC 9293 §3.10.5", application_abort},
    CatalogueRow{Cause::unknown, "unknown", "Not told by this capture", "other", Impact::notice,
                 "", nullptr},
};

namespace detail {
constexpr bool in_order_of_cause()
{
    for (std::size_t i = 0; i < kCatalogue.size(); ++i)
        if (static_cast<std::size_t>(kCatalogue[i].cause) != i)
            return false;
    return static_cast<std::size_t>(Cause::unknown) + 1 == kCatalogue.size();
}
}  // namespace detail

static_assert(detail::in_order_of_cause(), "each cause has exactly one row, in enum order");

constexpr const CatalogueRow& row(Cause cause)
{
    return kCatalogue[static_cast<std::size_t>(cause)];
}

}  // namespace rstcause
