// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace rstcause::test {

/// What a run of tshark or sharkd printed and how it ended.
struct TsharkRun {
    int status = 0;
    std::string out;
    std::string err;
};

enum class Plugin { loaded, absent };

/// Runs tshark with the plugin under test as an unprivileged user, with default preferences and
/// in UTC.
TsharkRun tshark(const std::vector<std::string>& arguments, Plugin plugin = Plugin::loaded);

/// Runs sharkd in the same way; it takes one request after the other, as JSON-RPC, each on a line.
TsharkRun sharkd(const std::string& requests);

/// A folder for this test program that the unprivileged user can read; removed at exit.
const std::filesystem::path& scratch();

}  // namespace rstcause::test
