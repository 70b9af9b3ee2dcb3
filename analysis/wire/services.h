// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>

namespace rstcause {

/// What people call the service on this TCP port ("https"), or null: 47 names that a support engineer
/// knows without looking them up. IANA's registry has a name for nearly every port, and the client's port
/// or an application of one's own then reads like a product (8081 "sunproxyadmin", 8000 "irdmi"); not even
/// its system ports (below 1024) are all known to anybody (424 "opc-job-track"). Of well-known ones the name
/// in use is taken, not the registered one: 445 "smb", not "microsoft-ds". Static.
const char* well_known_service(std::uint16_t port);

}  // namespace rstcause
