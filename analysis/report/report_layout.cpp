// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/report_layout.h"

#include <algorithm>
#include <ctime>

#include <fmt/core.h>

#include "report/report.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

std::string local_time(Time time, const char* format)
{
    const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).count();
    std::tm parts{};
    char text[64];
    if (!localtime_r(&seconds, &parts))
        return "?";
    return {text, std::strftime(text, sizeof text, format, &parts)};
}

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

/// Characters, not bytes: what a terminal gives a column each.
std::size_t width(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

/// How many bytes the first `columns` characters take.
std::size_t bytes_of(std::string_view text, std::size_t columns)
{
    std::size_t characters = 0, bytes = 0;
    for (; bytes < text.size(); ++bytes)
        if (starts_character(text[bytes]) && ++characters > columns)
            break;
    return bytes;
}

/// Takes the next word off `text`, or as much of it as a line of `columns` holds.
std::string_view next_word(std::string_view& text, std::size_t columns)
{
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::size_t fits = bytes_of(text.substr(0, end), columns);
    const std::string_view word = text.substr(0, fits);
    text.remove_prefix(fits < end ? fits : std::min(end + 1, text.size()));
    return word;
}

}  // namespace

std::string paragraph(std::string_view start, std::string_view text)
{
    std::string clean(text);
    std::replace_if(clean.begin(), clean.end(),
                    [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
    const std::size_t columns = kReportColumns - width(start);
    std::string all(start), line;
    for (std::string_view rest = clean; !rest.empty();) {
        const std::string_view word = next_word(rest, columns);
        if (!line.empty() && width(line) + 1 + width(word) > columns) {
            all += line + "\n" + std::string(width(start), ' ');
            line.clear();
        }
        line += (line.empty() ? "" : " ") + std::string(word);
    }
    return all + line + "\n";
}

std::string from_to(const Period& period)
{
    const auto both_have = [&](const char* format) {
        return local_time(period.first, format) == local_time(period.last, format);
    };
    const std::string end = local_time(period.last, both_have("%F") ? "%T %Z" : "%F %T %Z");
    if (both_have("%F %T %Z"))
        return local_time(period.last, "%F %T %Z");
    return fmt::format("{} to {}",
                       local_time(period.first, both_have("%Z") ? "%F %T" : "%F %T %Z"), end);
}

std::string rate_in_words(double per_second, Time span)
{
    struct Unit {
        std::chrono::seconds length;
        const char* name;
    };
    constexpr Unit kUnits[] = {{1s, "a second"}, {1min, "a minute"}, {1h, "an hour"}};
    const auto fits = [&](const Unit& unit) {
        return per_second * static_cast<double>(unit.length.count()) >= 1
            || span < 60 * unit.length;
    };
    const auto found = std::find_if(std::begin(kUnits), std::end(kUnits), fits);
    const Unit unit = found == std::end(kUnits) ? Unit{24h, "a day"} : *found;
    const double count = per_second * static_cast<double>(unit.length.count());
    if (count < 1)
        return fmt::format("{:.2g} {}", count, unit.name);
    return fmt::format("{:.{}f} {}", count, count < 9.95 ? 1 : 0, unit.name);
}

std::string share(std::size_t part, std::size_t whole)
{
    const double percent = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    if (percent < 1)
        return "(<1 %)";
    return fmt::format("({:.0f} %)", part == whole ? percent : std::min(percent, 99.0));
}

std::string counted(std::size_t count, std::string_view what)
{
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace rstcause
