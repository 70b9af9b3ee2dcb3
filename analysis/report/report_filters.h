// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "report/report_groups.h"

namespace rstcause {

/// Writes for each group the display filter that selects its resets and no others of the report.
class Filters {
public:
    /// `copies`: frames of resets that are in no group.
    Filters(const std::vector<Row>& rows, std::vector<Frame> copies);

    /// By cause and place where that selects the group alone; else by its frames.
    std::string of(const GroupKey& key, const ReportGroup& group) const;

private:
    std::string by_frames(const ReportGroup& group) const;

    /// That a filter for this key selects; nothing of a moment or a scan.
    std::map<GroupKey, std::size_t> resets_;
    std::map<Cause, std::set<Impact>> impacts_;
    std::map<Cause, std::set<bool>> by_client_;
    std::set<Cause> origin_differs_;  ///< rstcause.origin does not tell what GroupKey::by_client says
    std::vector<Frame> frames_;  ///< of all, copies too, in ascending order
};

}  // namespace rstcause
