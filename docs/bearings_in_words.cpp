// SPDX-License-Identifier: GPL-2.0-or-later
#include "bearings_in_words.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "diagnosis/weigh.h"

namespace rstcause::doc {

namespace {

using Kind = Bearing::Kind;

/// What it says, with letters for the measures that a capture fills in.
std::string sentence(const Bearing& bearing)
{
    std::string text(bearing.says);
    for (const auto& [place, letter] : {std::pair{"{span}", "*T*"}, std::pair{"{count}", "*N*"}})
        for (auto at = text.find(place); at != text.npos; at = text.find(place))
            text.replace(at, std::string_view(place).size(), letter);
    return text;
}

const char* in_words(Weight weight)
{
    return weight == Weight::proof ? "proof" : weight == Weight::sign ? "sign" : "hint";
}

void add(std::string& text, const std::string& separator, const std::string& item)
{
    text += text.empty() ? item : separator + item;
}

/// "what it says (sign); …" in the rule's order, as one may speak of the one before; needs and
/// exclusions have no weight.
std::string items(std::span<const Bearing> bearings, Kind kind)
{
    const bool weighed = kind == Kind::support || kind == Kind::doubt;
    std::string text;
    for (const Bearing& bearing : bearings)
        if (bearing.kind == kind)
            add(text, "; ", weighed ? fmt::format("{} ({})", sentence(bearing), in_words(bearing.weight))
                                    : sentence(bearing));
    return text;
}

/// Who is ruled out by what; what rules several out is said once.
std::string ruled_out(std::span<const Bearing> bearings)
{
    std::vector<std::pair<std::string, std::string>> by_sentence;
    for (const Bearing& bearing : bearings) {
        if (bearing.kind != Kind::rules_out)
            continue;
        const std::string why = sentence(bearing);
        auto same = std::find_if(by_sentence.begin(), by_sentence.end(),
                                 [&](const auto& other) { return other.first == why; });
        if (same == by_sentence.end())
            same = by_sentence.insert(by_sentence.end(), {why, ""});
        add(same->second, ", ", link(bearing.rival));
    }
    std::string text;
    for (const auto& [why, rivals] : by_sentence)
        add(text, "; ", fmt::format("{} ({})", rivals, why));
    return text;
}

}  // namespace

std::string link(Cause cause) { return fmt::format("[{0}](#{0})", row(cause).token); }

std::string bearings_in_words(const CatalogueRow& cause)
{
    Bearings bearings;
    cause.rule->weigh(Case{}, bearings);
    const auto all = bearings.all();
    std::string text;
    for (const auto& [heading, said] :
         {std::pair{"Needs", items(all, Kind::need)}, std::pair{"Excluded by", items(all, Kind::exclusion)},
          std::pair{"Speaks for it", items(all, Kind::support)},
          std::pair{"Doubts", items(all, Kind::doubt)}, std::pair{"Rules out", ruled_out(all)}})
        if (!said.empty())
            text += fmt::format("- *{}:* {}.\n", heading, said);
    return text;
}

std::string doubts_of_every_host()
{
    const auto host = std::find_if(kCatalogue.begin(), kCatalogue.end(),
                                   [](const CatalogueRow& cause) { return cause.maker == Maker::host; });
    Bearings own;
    host->rule->weigh(Case{}, own);
    const Differential all = weigh(Case{});
    return items(all.bearings_of(host->cause).all().subspan(own.all().size()), Kind::doubt);
}

}  // namespace rstcause::doc
