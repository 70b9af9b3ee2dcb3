// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <cstdio>
#include <sstream>
#include <string>

/// Writes one event to standard output, at once: a Unix time in seconds, a word, its particulars.
template <class... Words>
void say(const char* event, const Words&... words)
{
    using namespace std::chrono;
    const auto now = duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
    std::ostringstream line;
    line << event;
    ((line << ' ' << words), ...);
    std::printf("%lld.%06lld %s\n", static_cast<long long>(now / 1000000),
                static_cast<long long>(now % 1000000), line.str().c_str());
    std::fflush(stdout);
}
