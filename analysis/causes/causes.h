// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "causes/rule.h"

/// The causes, one file each in this folder. Each gives its wire rule, its look-alikes and its source
/// above its rule; what it needs, what speaks for it, what casts doubt and what rules it out is the
/// rule itself.
namespace rstcause {

extern const CauseRule malformed;
extern const CauseRule mptcp;
extern const CauseRule device_stated;
extern const CauseRule injected;
extern const CauseRule firewall_reject;
extern const CauseRule port_reuse_time_wait;
extern const CauseRule syn_conflict;
extern const CauseRule handshake_invalid_ack;
extern const CauseRule not_listening;
extern const CauseRule refused_while_listening;
extern const CauseRule service_stopped;
extern const CauseRule accept_queue_overflow;
extern const CauseRule protocol_violation;
extern const CauseRule syn_scan;
extern const CauseRule connect_timeout;
extern const CauseRule smb_dual_connect;
extern const CauseRule happy_eyeballs;
extern const CauseRule health_check;
extern const CauseRule connect_cancelled;
extern const CauseRule retransmission_timeout;
extern const CauseRule keepalive_timeout;
extern const CauseRule zero_window_timeout;
extern const CauseRule idle_timeout;
extern const CauseRule application_protocol_error;
extern const CauseRule process_exit;
extern const CauseRule time_wait_assassination;
extern const CauseRule data_after_close;
extern const CauseRule nat_bypassed;
extern const CauseRule half_open;
extern const CauseRule unread_data;
extern const CauseRule fast_close;
extern const CauseRule application_abort;

}  // namespace rstcause
