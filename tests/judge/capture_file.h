// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>

#include "trace.h"

namespace rstcause::test {

/// The TCP packets of a capture (pcap or pcapng, what libpcap reads), each with the frame number and
/// interface that Wireshark shows. Throws with libpcap's words when it cannot be read to its end.
Trace read_trace(const std::filesystem::path& path);

}  // namespace rstcause::test
