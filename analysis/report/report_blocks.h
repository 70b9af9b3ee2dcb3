// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "report/report.h"

/// How one group of the report reads.
namespace rstcause {

/// "192.0.2.1:443 (https)", "18 ports of 192.0.2.1", "port 443 (https) of 12 addresses"; of what clients
/// did "by 192.0.2.9, to port 443 (https) of 12 addresses", "by 3 clients, to 192.0.2.1:443 (https)".
std::string place_in_words(const ReportGroup& group);

/// "3, 5, 8 and 12 more".
std::string frames_in_words(const ReportGroup& group);

/// The group at length, with its number in its section.
std::string block(std::size_t number, const ReportGroup& group, const Report& report);

/// The group in one line.
std::string line(const ReportGroup& group);

}  // namespace rstcause
