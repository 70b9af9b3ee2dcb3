// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "facts/case.h"
#include "facts/fact.h"

/// What the windows of the reset's sender tell of data that lay unread.
namespace rstcause {

/// The reset's window is larger than the last one: closing frees the buffer of what was not read
/// (Linux tcp_close before tcp_send_active_reset).
Fact window_grew_in_the_reset(const Case& c);

/// The window had shrunk while the peer's last words came, and has not recovered: they were not
/// read by then.
Fact window_had_shrunk(const Case& c);

/// Just before the reset the window still lacked what had come some time before: it lay unread then
/// (frame; count: bytes). Stacks that count by the byte show it; Linux, which rounds, seldom does.
Fact window_lacks_what_came(const Case& c);

}  // namespace rstcause
