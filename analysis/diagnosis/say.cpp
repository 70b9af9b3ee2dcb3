// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnosis/say.h"

#include <fmt/core.h>

#include "facts/words.h"

namespace rstcause {

namespace {

void fill(std::string& sentence, std::string_view place, const std::string& value)
{
    for (auto at = sentence.find(place); at != sentence.npos; at = sentence.find(place))
        sentence.replace(at, place.size(), value);
}

std::string filled(std::string_view sentence, const Fact& fact)
{
    std::string text_(sentence);
    fill(text_, "{span}", fact.span == Time{} ? "some time" : text(fact.span));
    fill(text_, "{count}", fmt::format("{}", fact.count));
    return text_;
}

}  // namespace

std::string why_not_known(const Case& c, Gap gap)
{
    switch (gap) {
    case Gap::before:
        return fmt::format("the capture begins {} before", text(c.rst.time - c.captured.first));
    case Gap::after:
        return "nothing that came later shows it";
    case Gap::one_direction:
        return "the capture holds only one direction";
    case Gap::forgotten:
        return "there was more than is remembered";
    case Gap::not_carried:
        return "these packets do not carry it";
    case Gap::on_the_way:
        return "packets crossed on the way";
    case Gap::lost:
        return "a close may have been lost on the way to the capture";
    case Gap::none:
    case Gap::not_shown:
        break;
    }
    return "no packet shows it";
}

std::string say(const Bearing& bearing)
{
    const bool otherwise = bearing.kind == Bearing::Kind::need && bearing.fact.no();
    return filled(otherwise ? bearing.otherwise : bearing.says, bearing.fact);
}

std::string say_doubt(const Case& c, const Bearing& bearing)
{
    if (!bearing.fact.unknown())
        return say(bearing);
    return fmt::format("not known whether {}: {}", filled(bearing.says, bearing.fact),
                       why_not_known(c, bearing.fact.gap));
}

}  // namespace rstcause
