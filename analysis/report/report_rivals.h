// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "diagnosis/verdict.h"

/// What speaks against a verdict, and against its rivals, in sentences for the report.
namespace rstcause {

/// " It could also be a close by reset on purpose or an abort by the application.": begins with a space.
/// Empty when it has no rival left.
std::string alternatives_in_words(const Verdict& verdict);

/// "Not a firewall (frame 12: a kernel's flow label), nor a stopped service (…).": the first rivals
/// that are out. Without a frame, the reset itself shows it. Empty when none is.
std::string ruled_out_in_words(const Verdict& verdict);

/// "Doubt: …", the first one; empty for a certain verdict.
std::string doubt_in_words(const Verdict& verdict);

}  // namespace rstcause
