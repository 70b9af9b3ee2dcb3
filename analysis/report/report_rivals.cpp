// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/report_rivals.h"

#include <algorithm>
#include <vector>

#include <fmt/core.h>

#include "diagnosis/catalogue.h"

namespace rstcause {

namespace {

constexpr std::size_t kMostRivals = 3;

/// Why, and which rivals that rules out.
struct Reason {
    Frame frame = 0;
    std::string why;
    std::string rivals;
};

/// Of the first rivals; what rules several out is said once.
std::vector<Reason> reasons(const std::vector<RuledOut>& ruled_out)
{
    std::vector<Reason> all;
    for (std::size_t i = 0; i < std::min(ruled_out.size(), kMostRivals); ++i) {
        const RuledOut& rival = ruled_out[i];
        const auto same = std::find_if(all.begin(), all.end(), [&](const Reason& reason) {
            return reason.frame == rival.frame && reason.why == rival.why;
        });
        if (same == all.end())
            all.push_back({rival.frame, rival.why, std::string(row(rival.cause).called)});
        else
            same->rivals += fmt::format(" nor {}", row(rival.cause).called);
    }
    return all;
}

}  // namespace

std::string alternatives_in_words(const Verdict& verdict)
{
    const auto& all = verdict.alternatives;
    std::string text;
    for (std::size_t i = 0; i < all.size(); ++i)
        text += fmt::format("{}{}", i == 0 ? "" : i + 1 == all.size() ? " or " : ", ", row(all[i]).called);
    return text.empty() ? text : fmt::format(" It could also be {}.", text);
}

std::string ruled_out_in_words(const Verdict& verdict)
{
    std::string text;
    for (const Reason& reason : reasons(verdict.ruled_out))
        text += fmt::format("{} {} ({}{})", text.empty() ? "Not" : ", nor", reason.rivals,
                            reason.frame == 0 ? "" : fmt::format("frame {}: ", reason.frame),
                            reason.why);
    return text.empty() ? text : text + ".";
}

std::string doubt_in_words(const Verdict& verdict)
{
    if (verdict.doubts.empty() || verdict.confidence == Confidence::certain)
        return "";
    return fmt::format("Doubt: {}.", verdict.doubts.front());
}

}  // namespace rstcause
