// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/message.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace rstcause {

namespace {

constexpr std::uint32_t kLongest = 1u << 30;  ///< what sequence numbers can be compared over, with room

// RFC 8446 §5.1, §5.2: types 20 to 24, version 3.x, at most 2^14 + 256 bytes; TLS 1.2 2^14 + 2048 (RFC 5246 §6.2.3).
constexpr std::uint32_t kRecordHead = 5;

// Servers take no longer heads (nginx and Apache 8 KiB a line, Node.js 16 KiB in all); bytes.
constexpr std::size_t kLongestHead = 1u << 14;

constexpr std::uint32_t kLongestRecord = (1u << 14) + 2048;

std::string_view characters(Bytes bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool begins_with(std::string_view text, std::string_view small)
{
    return text.size() >= small.size()
        && std::equal(small.begin(), small.end(), text.begin(), [](char a, char b) { return a == lower(b); });
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    return text;
}

std::optional<std::uint32_t> number(std::string_view text, int base)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (end == text.data())
        return std::nullopt;
    const bool too_long = error == std::errc::result_out_of_range || value > kLongest;
    return too_long ? kLongest : static_cast<std::uint32_t>(value);
}

/// "GET / HTTP/1.1": a word of capitals, and the version at the end of the line.
bool is_request_line(std::string_view line)
{
    const auto space = line.find(' ');
    if (space == line.npos || space < 3 || space > 16)
        return false;
    const std::string_view method = line.substr(0, space);
    return std::all_of(method.begin(), method.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '-'; })
        && line.size() > space + 9 && line.substr(line.size() - 8).starts_with("HTTP/1.");
}

void read_field(std::string_view line, HttpHead& head)
{
    constexpr std::string_view kLength = "content-length:", kCoding = "transfer-encoding:";
    if (begins_with(line, kCoding)) {
        const std::string_view value = trimmed(line.substr(kCoding.size()));
        head.body = begins_with(value, "chunked") || value.find(", chunked") != value.npos
            ? HttpHead::Body::chunks
            : HttpHead::Body::until_close;
    } else if (begins_with(line, kLength) && head.body != HttpHead::Body::chunks) {
        if (const auto length = number(trimmed(line.substr(kLength.size())), 10)) {
            head.body = HttpHead::Body::length;
            head.length = *length;
        }
    }
}

// RFC 9110 §15.2.2: what follows is another protocol's.
constexpr std::uint16_t kSwitchingProtocols = 101;

/// RFC 9112 §6.3: an answer without a body, whatever its fields say.
bool has_no_body(std::uint16_t status) { return status < 200 || status == 204 || status == 304; }

/// Cheap, as most segments begin with no head.
bool may_begin_with_a_head(std::string_view text)
{
    const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    return text.size() >= 16 && capital(text[0]) && capital(text[1]) && capital(text[2]);
}

std::optional<HttpHead> read_first_line(std::string_view line)
{
    if (line.starts_with("HTTP/1.") && line.size() >= 12) {
        const auto status = number(line.substr(9, 3), 10);
        if (!status || *status < 100 || *status > 999)
            return std::nullopt;
        return HttpHead{.body = HttpHead::Body::until_close, .status = static_cast<std::uint16_t>(*status)};
    }
    if (!is_request_line(line))
        return std::nullopt;
    return HttpHead{.asks_head_only = line.starts_with("HEAD ")};
}

}  // namespace

std::optional<HttpHead> read_http_head(Bytes bytes)
{
    const std::string_view text = characters(bytes).substr(0, kLongestHead);
    if (!may_begin_with_a_head(text))
        return std::nullopt;
    auto at = text.find("\r\n");
    auto head = read_first_line(text.substr(0, at == text.npos ? 0 : at));
    if (!head)
        return std::nullopt;
    while (true) {
        const auto begin = at + 2;
        at = text.find("\r\n", begin);
        if (at == text.npos)
            return std::nullopt;
        if (at == begin)
            break;
        read_field(text.substr(begin, at - begin), *head);
    }
    head->size = static_cast<std::uint32_t>(at + 2);
    if (head->status != 0 && has_no_body(head->status))
        head->body = HttpHead::Body::none;
    return head;
}

void MessageReader::lose_thread()
{
    whole_ = false;
    framing_ = Framing::unknown;
    part_ = Part::anything;
}

void MessageReader::read(Seq seq, std::uint32_t length, Bytes bytes, bool head_asked)
{
    if (part_ == Part::until_close)
        return;
    if (framing_ != Framing::unknown && before(next_, seq))
        lose_thread();  // nothing is known of what lies between
    if (framing_ == Framing::unknown)
        next_ = seq;
    while (before(next_, seq + length) && part_ != Part::until_close) {
        const auto at = static_cast<std::size_t>(distance(seq, next_));
        if (at >= bytes.size() || !read_part(bytes.subspan(at), head_asked)) {
            lose_thread();
            return;
        }
    }
}

bool MessageReader::read_part(Bytes rest, bool head_asked)
{
    switch (part_) {
    case Part::chunk: return read_chunk(rest);
    case Part::record: return read_record(rest);
    case Part::message: return read_message(rest, head_asked);
    case Part::anything: return read_record(rest) || read_message(rest, head_asked);
    case Part::until_close: break;
    }
    return false;
}

bool MessageReader::read_record(Bytes rest)
{
    constexpr std::uint8_t kFirstType = 20, kLastType = 24, kMajor = 3, kLastMinor = 4;
    if (rest.size() < kRecordHead || rest[0] < kFirstType || rest[0] > kLastType || rest[1] != kMajor
        || rest[2] > kLastMinor)
        return false;
    const auto length = static_cast<std::uint32_t>(rest[3] << 8 | rest[4]);
    if (length > kLongestRecord)
        return false;
    framing_ = Framing::tls;
    part_ = Part::record;
    next_ = next_ + (kRecordHead + length);
    return true;
}

bool MessageReader::read_message(Bytes rest, bool head_asked)
{
    const auto head = read_http_head(rest);
    if (!head)
        return false;
    const bool is_response = head->status != 0;
    begun_ = static_cast<std::uint16_t>(begun_ + (head->status == 0 || head->status >= 200));
    asked_head_only_ = head->asks_head_only;
    framing_ = Framing::http;
    part_ = Part::message;
    next_ = next_ + head->size;
    if (head->status == kSwitchingProtocols)
        lose_thread();
    if (is_response && head_asked)
        return true;
    if (head->body == HttpHead::Body::length)
        next_ = next_ + head->length;
    if (head->body == HttpHead::Body::chunks)
        part_ = Part::chunk;
    if (head->body == HttpHead::Body::until_close && is_response)
        part_ = Part::until_close;
    return true;
}

/// RFC 9112 §7.1: the size in hexadecimal digits, what else the line may say, the data, an empty line. The last one
/// has size 0; trailers after it are taken as the next message's beginning, which is then not understood.
bool MessageReader::read_chunk(Bytes rest)
{
    constexpr std::size_t kLongestLine = 64;
    const std::string_view text = characters(rest).substr(0, kLongestLine);
    const auto line = text.find("\r\n");
    const auto size = line == text.npos ? std::nullopt : number(text.substr(0, line), 16);
    if (!size)
        return false;
    next_ = next_ + (static_cast<std::uint32_t>(line) + 2 + *size + 2);
    if (*size == 0)
        part_ = Part::message;
    return true;
}

}  // namespace rstcause
