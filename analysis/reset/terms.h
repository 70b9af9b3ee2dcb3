// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

namespace rstcause {

/// Every cause that can be named. One row each in the catalogue (diagnosis/catalogue.h), in its order.
enum class Cause {
    malformed,
    mptcp,
    device_stated,
    injected,
    firewall_reject,
    port_reuse_time_wait,
    syn_conflict,
    handshake_invalid_ack,
    not_listening,
    refused_while_listening,
    service_stopped,
    accept_queue_overflow,
    protocol_violation,
    syn_scan,
    connect_timeout,
    smb_dual_connect,
    happy_eyeballs,
    health_check,
    connect_cancelled,
    retransmission_timeout,
    keepalive_timeout,
    zero_window_timeout,
    idle_timeout,
    application_protocol_error,
    process_exit,
    time_wait_assassination,
    data_after_close,
    nat_bypassed,
    half_open,
    unread_data,
    fast_close,
    application_abort,
    unknown,
};

/// How sure a verdict is; computed in diagnosis/weigh.cpp alone. The numbers are those of
/// `rstcause.confidence`.
enum class Confidence {
    possible = 1,  ///< nothing contradicts it, but rivals stand that as much speaks for
    likely = 2,    ///< more speaks for it than for any rival that stands
    certain = 3,   ///< no doubt is open, and every rival of the catalogue is ruled out by name
};

/// What the reset means for the people behind the connection.
enum class Impact { normal, notice, problem };

/// Who decided to send the reset, as far as the capture tells.
enum class Origin { unknown, client, server, network };

// As the fields of Wireshark say them; "" for an unknown origin.
const char* token(Confidence confidence);
const char* token(Impact impact);
const char* token(Origin origin);

}  // namespace rstcause
