// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/errors.h"

#include <algorithm>

namespace rstcause {

std::string_view characters(std::span<const std::uint8_t> bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

namespace {

std::string_view printable_line(std::string_view text)
{
    const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
    const bool printable = std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; });
    return printable ? line : std::string_view();
}

std::string_view last_line(std::string_view text)
{
    while (text.ends_with('\n') || text.ends_with('\r'))
        text.remove_suffix(1);
    const std::size_t end = text.rfind('\n');
    return end == std::string_view::npos ? std::string_view() : printable_line(text.substr(end + 1));
}

template <typename What>
std::size_t place_of(What what, std::span<const KnownError<What>> errors)
{
    const auto is_it = [&](const KnownError<What>& error) { return error.is(what); };
    return static_cast<std::size_t>(std::find_if(errors.begin(), errors.end(), is_it) - errors.begin());
}

/// Numbered one after another: texts, words, frames.
const std::size_t kWordsBegin = error_texts().size();
const std::size_t kFramesBegin = kWordsBegin + error_words().size();
const std::size_t kEnd = kFramesBegin + error_frames().size();

std::size_t number_of_error(std::span<const std::uint8_t> payload, const Lines& lines)
{
    for (std::string_view line : {lines.first, lines.last})
        if (const std::size_t place = place_of(line, error_texts()); place < kWordsBegin)
            return place;
    const std::size_t word = kWordsBegin + place_of(lines.first, error_words());
    return word < kFramesBegin ? word : kFramesBegin + place_of(payload, error_frames());
}

}  // namespace

Lines lines_of(std::string_view text) { return {printable_line(text), last_line(text)}; }

std::optional<std::uint16_t> read_protocol_error(std::span<const std::uint8_t> payload, const Lines& lines)
{
    const std::size_t number = number_of_error(payload, lines);
    return number < kEnd ? std::optional(static_cast<std::uint16_t>(number)) : std::nullopt;
}

const char* protocol_error_name(std::uint16_t error)
{
    if (error < kWordsBegin)
        return error_texts()[error].name;
    if (error < kFramesBegin)
        return error_words()[error - kWordsBegin].name;
    return error < kEnd ? error_frames()[error - kFramesBegin].name : "an error";
}

}  // namespace rstcause
