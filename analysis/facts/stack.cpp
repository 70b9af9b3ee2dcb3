// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/stack.h"

#include <fmt/core.h>

namespace rstcause {

namespace {

/// The TTL that Windows sends with (Microsoft, "TCP/IP and NBT configuration parameters": DefaultTTL),
/// and the next lower one in use.
constexpr std::uint8_t kWindowsTtl = 128, kUnixTtl = 64;

}  // namespace

Fact runs_windows(const Case& c)
{
    const std::uint8_t ttl = usual_hop_limit(c).value_or(c.rst.hop_limit);
    if (ttl == 0)
        return not_known(Gap::not_carried);
    if (ttl <= kUnixTtl || ttl > kWindowsTtl)
        return no();
    return aborts(c) && c.rst.window != 0 ? not_known(Gap::not_carried) : yes();
}

std::string on_its_system(const Case& c, const std::string& linux, const std::string& windows)
{
    const Fact is_windows = runs_windows(c);
    if (is_windows.unknown())
        return fmt::format("{} (Linux) or {} (Windows)", linux, windows);
    return is_windows.yes() ? windows : linux;
}

std::string system_log(const Case& c)
{
    return on_its_system(c, "journalctl, dmesg for an out-of-memory kill",
                         "Event Viewer, Get-WinEvent -LogName Application, System");
}

std::string listeners(const Case& c) { return on_its_system(c, "ss -ltn", "netstat -abno"); }

}  // namespace rstcause
