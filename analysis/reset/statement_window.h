// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "reset/reset.h"

namespace rstcause {

/// What a NetScaler says by the raw window of this reset. Empty where its sender had opened the connection like no
/// NetScaler: then the number is a window, or chance. Where its SYN or SYN-ACK is not in the capture, the reset itself
/// must come from a NetScaler's TTL, and the number must be none that a window goes on to.
Statement read_window(const Reset& reset);

}  // namespace rstcause
