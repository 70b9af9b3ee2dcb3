// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace rstcause {

/// How a protocol says that it fails and ends the conversation.
template <typename What>
struct KnownError {
    const char* name;  ///< "an IMAP BYE": what people read
    bool (*is)(What what);
};

/// Of protocols that speak in lines of printable text, each given its first line without the end (error_texts.cpp).
std::span<const KnownError<std::string_view>> error_texts();

/// Words of a line that refuse, of no protocol in particular.
std::span<const KnownError<std::string_view>> error_words();

/// Of protocols that speak in frames, given the first bytes of a payload (error_frames.cpp).
std::span<const KnownError<std::span<const std::uint8_t>>> error_frames();

/// The first and the last line of a text, each without its end; empty when it holds anything but printable ASCII, the
/// last one also when there is one only.
struct Lines {
    std::string_view first, last;
};

Lines lines_of(std::string_view text);

/// The error that a payload begins with, or whose last line it is, as protocol_error_name() knows it; `payload`: its
/// first bytes, `lines`: of them.
std::optional<std::uint16_t> read_protocol_error(std::span<const std::uint8_t> payload, const Lines& lines);

/// Its name; "an error" for a number that read_protocol_error() does not give.
const char* protocol_error_name(std::uint16_t error);

/// The bytes as text, whatever they are.
std::string_view characters(std::span<const std::uint8_t> bytes);

}  // namespace rstcause
