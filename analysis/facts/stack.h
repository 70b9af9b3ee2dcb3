// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "facts/case.h"
#include "facts/fact.h"

/// What runs on a host, as far as its packets tell: for the words of advice, for no verdict.
namespace rstcause {

/// The sender runs Windows, which sends with TTL 128 (Linux, BSD, macOS: 64; many devices: 255) and aborts
/// with window 0. Judged by its other packets; by the reset where there are none. Not known of a host with
/// that TTL that aborts with a living window, as others do: somebody has set it.
Fact runs_windows(const Case& c);

/// `linux`, `windows`, or both with their names: "tcp_retries2 (Linux) or KeepAliveTime (Windows)".
std::string on_its_system(const Case& c, const std::string& linux, const std::string& windows);

/// Where the sender's system says that a program ended: "journalctl, …".
std::string system_log(const Case& c);

/// The command that shows on the sender what listens: "ss -ltn".
std::string listeners(const Case& c);

}  // namespace rstcause
