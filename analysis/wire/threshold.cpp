// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/threshold.h"

#include "wire/threshold_scales.h"

namespace rstcause {

std::deque<ThresholdScale>& threshold_scales()
{
    static std::deque<ThresholdScale> all;  // made when the first one enters, in whatever order that is
    return all;
}

ThresholdScale& enter_threshold(const char* name, double declared, bool is_time)
{
    return threshold_scales().emplace_back(ThresholdScale{name, declared, is_time});
}

}  // namespace rstcause
