// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>

#include "reset/reset.h"
#include "diagnosis/verdict.h"

/// The detectors, one file each in this folder. Each gives its wire rule, its look-alikes and its
/// source above its definition, and answers empty when the reset does not fit.
namespace rstcause {

std::optional<Finding> malformed(const Reset& r);
std::optional<Finding> mptcp(const Reset& r);
std::optional<Finding> device_stated(const Reset& r);
std::optional<Finding> injected(const Reset& r);
std::optional<Finding> firewall_reject(const Reset& r);
std::optional<Finding> port_reuse_time_wait(const Reset& r);
std::optional<Finding> syn_conflict(const Reset& r);
std::optional<Finding> handshake_invalid_ack(const Reset& r);
std::optional<Finding> not_listening(const Reset& r);
std::optional<Finding> refused_while_listening(const Reset& r);
std::optional<Finding> service_stopped(const Reset& r);
std::optional<Finding> accept_queue_overflow(const Reset& r);
std::optional<Finding> syn_scan(const Reset& r);
std::optional<Finding> connect_timeout(const Reset& r);
std::optional<Finding> smb_dual_connect(const Reset& r);
std::optional<Finding> happy_eyeballs(const Reset& r);
std::optional<Finding> health_check(const Reset& r);
std::optional<Finding> connect_cancelled(const Reset& r);
std::optional<Finding> retransmission_timeout(const Reset& r);
std::optional<Finding> keepalive_timeout(const Reset& r);
std::optional<Finding> zero_window_timeout(const Reset& r);
std::optional<Finding> idle_timeout(const Reset& r);
std::optional<Finding> application_protocol_error(const Reset& r);
std::optional<Finding> process_exit(const Reset& r);
std::optional<Finding> time_wait_assassination(const Reset& r);
std::optional<Finding> data_after_close(const Reset& r);
std::optional<Finding> protocol_violation(const Reset& r);
std::optional<Finding> half_open(const Reset& r);
std::optional<Finding> unread_data(const Reset& r);
std::optional<Finding> fast_close(const Reset& r);
std::optional<Finding> application_abort(const Reset& r);

}  // namespace rstcause
