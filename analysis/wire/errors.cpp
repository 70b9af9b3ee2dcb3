// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/errors.h"

#include <algorithm>

namespace rstcause {

std::string_view characters(std::span<const std::uint8_t> bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string_view printable_line(std::string_view text)
{
    const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
    const bool printable = std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; });
    return printable ? line : std::string_view();
}

namespace {

template <typename What>
std::size_t place_of(What what, std::span<const KnownError<What>> errors)
{
    const auto is_it = [&](const KnownError<What>& error) { return error.is(what); };
    return static_cast<std::size_t>(std::find_if(errors.begin(), errors.end(), is_it) - errors.begin());
}

}  // namespace

std::optional<std::uint16_t> read_protocol_error(std::span<const std::uint8_t> payload)
{
    const auto texts = error_texts();
    const std::string_view line = printable_line(characters(payload));
    const std::size_t text = line.empty() ? texts.size() : place_of(line, texts);
    if (text < texts.size())
        return static_cast<std::uint16_t>(text);
    const auto frames = error_frames();
    const std::size_t frame = place_of(payload, frames);
    return frame < frames.size() ? std::optional(static_cast<std::uint16_t>(texts.size() + frame)) : std::nullopt;
}

const char* protocol_error_name(std::uint16_t error)
{
    const auto texts = error_texts();
    if (error < texts.size())
        return texts[error].name;
    const auto frames = error_frames();
    const std::size_t frame = error - texts.size();
    return frame < frames.size() ? frames[frame].name : "an error";
}

}  // namespace rstcause
