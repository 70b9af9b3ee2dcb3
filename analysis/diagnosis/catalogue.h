// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "causes/causes.h"
#include "reset/terms.h"

namespace rstcause {

/// A set of causes.
struct Rivals {
    std::uint64_t bits = 0;

    constexpr bool empty() const { return bits == 0; }
    constexpr bool has(Cause cause) const { return bits >> static_cast<unsigned>(cause) & 1; }
};

constexpr Rivals rivals(std::initializer_list<Cause> causes)
{
    Rivals set;
    for (Cause cause : causes)
        set.bits |= std::uint64_t{1} << static_cast<unsigned>(cause);
    return set;
}

/// Who makes a reset of this cause. What no host sends speaks against all that a host makes.
enum class Maker { host, device, either };

/// What tells this cause from another that it may be taken for.
enum class SettledBy { nothing, capture_at_sender, sender_log, client_log, earlier_capture };

/// Where it stands among those that fit.
enum class Rank {
    specific,
    remainder,  ///< what is left: wins only where no specific cause stands
};

/// One cause: what `rstcause.reason` and the documentation say of it.
struct CatalogueRow {
    Cause cause;
    std::string_view token;      ///< value of `rstcause.reason`: stable, public
    std::string_view title;      ///< a few words for people
    std::string_view called;     ///< how a sentence calls it: "Not … nor …"
    std::string_view category;   ///< value of `rstcause.category`
    std::string_view reference;  ///< the rule's main source
    const CauseRule* rule;       ///< null: what is said when nothing fits
    Maker maker = Maker::host;
    SettledBy settled_by = SettledBy::nothing;
    Rivals rivals{};             ///< whom it is taken for: each must be ruled out by name to be certain
    Rank rank = Rank::specific;
};

/// THE table. Of two causes that as much speaks for, the earlier row wins: specific before general.
inline constexpr std::array kCatalogue = std::to_array<CatalogueRow>({
    {Cause::malformed, "malformed", "Not a believable reset",
     "a malformed reset", "other",
     "RFC 9293 §3.1", &malformed, Maker::either,
     SettledBy::nothing},
    {Cause::mptcp, "mptcp", "Multipath TCP ended the subflow",
     "Multipath TCP", "protocol",
     "RFC 8684 §3.5, §3.6", &mptcp, Maker::host,
     SettledBy::nothing},
    {Cause::device_stated, "device_stated", "The reset itself says why",
     "what the reset itself says", "stated",
     "RFC 9293 §3.5.3", &device_stated, Maker::either,
     SettledBy::nothing,
     rivals({Cause::injected})},
    {Cause::injected, "injected", "Forged on the way",
     "a forgery", "network",
     "Weaver, Sommer, Paxson, NDSS 2009", &injected, Maker::device,
     SettledBy::capture_at_sender,
     rivals({Cause::firewall_reject, Cause::data_after_close, Cause::half_open,
             Cause::nat_bypassed, Cause::application_abort})},
    {Cause::firewall_reject, "firewall_reject", "Rejected by a firewall",
     "a firewall", "refused",
     "nft(8), reject with tcp reset", &firewall_reject, Maker::device,
     SettledBy::capture_at_sender,
     rivals({Cause::not_listening, Cause::service_stopped, Cause::refused_while_listening,
             Cause::half_open, Cause::nat_bypassed, Cause::idle_timeout, Cause::injected})},
    {Cause::port_reuse_time_wait, "port_reuse_time_wait", "Ports used again too early",
     "ports used again too early", "refused",
     "RFC 9293 §3.10.7.4, RFC 6191", &port_reuse_time_wait, Maker::host,
     SettledBy::earlier_capture,
     rivals({Cause::syn_conflict, Cause::handshake_invalid_ack, Cause::not_listening})},
    {Cause::syn_conflict, "syn_conflict", "A SYN met a living connection",
     "a SYN into a living connection", "refused",
     "RFC 9293 §3.5.1, RFC 5961 §4", &syn_conflict, Maker::host,
     SettledBy::earlier_capture,
     rivals({Cause::port_reuse_time_wait, Cause::handshake_invalid_ack})},
    {Cause::handshake_invalid_ack, "handshake_invalid_ack", "Handshake acknowledged what was never sent",
     "a wrong acknowledgement in the handshake", "refused",
     "RFC 9293 §3.10.7.3", &handshake_invalid_ack, Maker::host,
     SettledBy::nothing,
     rivals({Cause::syn_conflict, Cause::port_reuse_time_wait, Cause::connect_cancelled})},
    {Cause::not_listening, "not_listening", "Nothing listens on the port",
     "a port without listener", "refused",
     "RFC 9293 §3.10.7.1", &not_listening, Maker::host,
     SettledBy::capture_at_sender,
     rivals({Cause::firewall_reject, Cause::service_stopped, Cause::refused_while_listening})},
    {Cause::refused_while_listening, "refused_while_listening", "Refused although the service runs",
     "a running service that refuses some", "refused",
     "RFC 9293 §3.10.7.1", &refused_while_listening, Maker::host,
     SettledBy::sender_log,
     rivals({Cause::service_stopped, Cause::firewall_reject})},
    {Cause::service_stopped, "service_stopped", "The service has stopped listening",
     "a service that stopped", "refused",
     "RFC 9293 §3.10.7.1", &service_stopped, Maker::host,
     SettledBy::sender_log,
     rivals({Cause::refused_while_listening, Cause::firewall_reject, Cause::not_listening})},
    {Cause::accept_queue_overflow, "accept_queue_overflow", "Accept queue full",
     "a full accept queue", "refused",
     "Linux tcp_check_req, tcp_abort_on_overflow", &accept_queue_overflow, Maker::host,
     SettledBy::nothing,
     rivals({Cause::half_open, Cause::firewall_reject, Cause::process_exit})},
    {Cause::protocol_violation, "protocol_violation", "Answer to an unacceptable segment",
     "an unacceptable segment", "protocol",
     "RFC 9293 §3.10.7", &protocol_violation, Maker::host,
     SettledBy::nothing,
     rivals({Cause::half_open, Cause::connect_cancelled})},
    {Cause::syn_scan, "syn_scan", "Port scan",
     "a port scan", "abandoned",
     "nmap(1), -sS and -sT", &syn_scan, Maker::host,
     SettledBy::client_log,
     rivals({Cause::connect_cancelled, Cause::health_check, Cause::application_abort})},
    {Cause::connect_timeout, "connect_timeout", "Client stopped waiting for the connection",
     "a client that waited too long", "abandoned",
     "RFC 9293 §3.8.3", &connect_timeout, Maker::host,
     SettledBy::client_log,
     rivals({Cause::connect_cancelled, Cause::syn_scan})},
    {Cause::smb_dual_connect, "smb_dual_connect", "Loser of the race for an SMB port",
     "a race for an SMB port", "abandoned",
     "[MS-SMB2] §2.1", &smb_dual_connect, Maker::host,
     SettledBy::nothing,
     rivals({Cause::connect_cancelled, Cause::health_check, Cause::application_abort})},
    {Cause::happy_eyeballs, "happy_eyeballs", "Loser of a race between addresses",
     "a race between addresses", "abandoned",
     "RFC 8305 §5", &happy_eyeballs, Maker::host,
     SettledBy::client_log,
     rivals({Cause::connect_cancelled, Cause::health_check, Cause::application_abort})},
    {Cause::health_check, "health_check", "Health check",
     "a health check", "abandoned",
     "HAProxy, option tcp-check", &health_check, Maker::host,
     SettledBy::client_log,
     rivals({Cause::connect_cancelled, Cause::syn_scan, Cause::happy_eyeballs,
             Cause::application_abort, Cause::fast_close})},
    {Cause::connect_cancelled, "connect_cancelled", "Client no longer wanted the connection",
     "a cancelled attempt", "abandoned",
     "RFC 9293 §3.10.4", &connect_cancelled, Maker::host,
     SettledBy::client_log,
     rivals({Cause::syn_scan, Cause::health_check, Cause::happy_eyeballs,
             Cause::connect_timeout})},
    {Cause::retransmission_timeout, "retransmission_timeout", "Retransmissions ran out",
     "retransmissions that ran out", "timeout",
     "RFC 9293 §3.8.3", &retransmission_timeout, Maker::host,
     SettledBy::nothing,
     rivals({Cause::half_open, Cause::keepalive_timeout, Cause::zero_window_timeout,
             Cause::application_abort})},
    {Cause::keepalive_timeout, "keepalive_timeout", "Keep-alive probes unanswered",
     "unanswered keep-alive probes", "timeout",
     "RFC 9293 §3.8.4", &keepalive_timeout, Maker::host,
     SettledBy::nothing,
     rivals({Cause::zero_window_timeout, Cause::idle_timeout, Cause::process_exit,
             Cause::application_abort})},
    {Cause::zero_window_timeout, "zero_window_timeout", "The reader stopped reading",
     "a reader that stopped reading", "timeout",
     "RFC 9293 §3.8.6.1", &zero_window_timeout, Maker::host,
     SettledBy::sender_log,
     rivals({Cause::keepalive_timeout, Cause::half_open, Cause::application_abort})},
    {Cause::idle_timeout, "idle_timeout", "Idle connection dropped",
     "an idle timeout", "timeout",
     "RFC 5382 REQ-5", &idle_timeout, Maker::either,
     SettledBy::earlier_capture,
     rivals({Cause::half_open, Cause::firewall_reject, Cause::process_exit,
             Cause::fast_close, Cause::application_abort})},
    {Cause::application_protocol_error, "application_protocol_error", "The application protocol failed",
     "a protocol error", "application",
     "RFC 8446 §6, RFC 9112 §4", &application_protocol_error, Maker::host,
     SettledBy::nothing,
     rivals({Cause::unread_data, Cause::data_after_close, Cause::application_abort})},
    {Cause::process_exit, "process_exit", "The process ended",
     "the end of a process", "application",
     "Linux inet_csk_listen_stop, tcp_close", &process_exit, Maker::host,
     SettledBy::sender_log,
     rivals({Cause::unread_data, Cause::idle_timeout, Cause::fast_close,
             Cause::application_abort})},
    {Cause::time_wait_assassination, "time_wait_assassination", "TIME_WAIT cut short",
     "TIME_WAIT cut short", "state_lost",
     "RFC 1337", &time_wait_assassination, Maker::host,
     SettledBy::nothing,
     rivals({Cause::data_after_close, Cause::port_reuse_time_wait})},
    {Cause::data_after_close, "data_after_close", "Data met a closed socket",
     "data after a close", "application",
     "RFC 9293 §3.10.7.1", &data_after_close, Maker::host,
     SettledBy::earlier_capture,
     rivals({Cause::half_open, Cause::time_wait_assassination,
             Cause::application_protocol_error})},
    {Cause::nat_bypassed, "nat_bypassed", "A NAT let a packet through untranslated",
     "a packet past the NAT", "network",
     "Linux tcp_in_window, nf_nat_inet_fn", &nat_bypassed, Maker::either,
     SettledBy::capture_at_sender,
     rivals({Cause::half_open, Cause::firewall_reject, Cause::idle_timeout, Cause::data_after_close,
             Cause::injected})},
    {Cause::half_open, "half_open", "One end had lost the connection",
     "a connection lost at one end", "state_lost",
     "RFC 9293 §3.5.1", &half_open, Maker::host,
     SettledBy::earlier_capture,
     rivals({Cause::data_after_close, Cause::idle_timeout, Cause::firewall_reject,
             Cause::retransmission_timeout, Cause::protocol_violation,
             Cause::nat_bypassed, Cause::injected})},
    {Cause::unread_data, "unread_data", "Closed with data unread",
     "unread data", "application",
     "RFC 2525 §2.17", &unread_data, Maker::host,
     SettledBy::sender_log,
     rivals({Cause::process_exit, Cause::fast_close, Cause::application_abort,
             Cause::injected})},
    {Cause::fast_close, "fast_close", "Closed by reset on purpose",
     "a close by reset on purpose", "application",
     "RFC 9293 §3.10.5", &fast_close, Maker::host,
     SettledBy::sender_log,
     rivals({Cause::unread_data, Cause::process_exit, Cause::idle_timeout,
             Cause::application_abort})},
    {Cause::application_abort, "application_abort", "Aborted by the application",
     "an abort by the application", "application",
     "RFC 9293 §3.10.5", &application_abort, Maker::host,
     SettledBy::sender_log,
     rivals({Cause::unread_data, Cause::fast_close, Cause::process_exit,
             Cause::idle_timeout, Cause::injected}),
     Rank::remainder},
    {Cause::unknown, "unknown", "Not told by this capture", "anything else", "other", "",
     nullptr},
});

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
