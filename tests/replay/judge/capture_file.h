// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>

#include "trace.h"

namespace rstcause::test {

/// The TCP packets of a capture file, pcap or pcapng, of either byte order, each with the frame number
/// and the interface that Wireshark shows. Throws with the reason when it cannot be read to its end:
/// gzipped, cut short, or of no capture's form.
Trace read_trace(const std::filesystem::path& path);

}  // namespace rstcause::test
