// SPDX-License-Identifier: GPL-2.0-or-later
#include "reset/statement.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include <fmt/core.h>

#include "wire/threshold.h"

namespace rstcause {

namespace {

// A statement of fewer characters than this, or one with bytes that are not printable ASCII, is data. The
// shortest that a device is known to send ("No TCP") has six.
const Threshold<std::size_t> kShortestText{"statement.shortest_text", 5};

enum class Where {
    anywhere,
    whole,   ///< the text is just this
    big_ip,  ///< behind F5's prefix
};

struct Wording {
    std::string_view part;  ///< in lower case
    Where where = Where::anywhere;
    std::optional<Cause> cause;  ///< none: says only that no connection was found
    bool refuses = false;
};

// F5 BIG-IP appends "BIG-IP: [0x<build>:<line>] [{peer} ]<cause>" when db variable tm.rstcause.pkt
// is set (F5 K13223); {peer} means the proxy's connection on the other side. The short texts are
// those of the Mentat STREAMS stack: HP-UX, Mac OS before X, Solaris (nmap-os-db and p0f list them).
constexpr Wording kWordings[] = {
    {"no local listener", Where::big_ip, Cause::not_listening, true},
    {"connection limit exceeded", Where::big_ip, Cause::refused_while_listening, true},
    {"policy action", Where::big_ip, Cause::firewall_reject},
    {"dos attack", Where::big_ip, Cause::firewall_reject},
    {"flow expired", Where::big_ip, Cause::idle_timeout},
    {"no flow found", Where::big_ip, std::nullopt},
    {"no listener", Where::whole, Cause::not_listening, true},
    {"no tcp, reset/ack", Where::whole, Cause::not_listening, true},
    {"no tcp/no listener", Where::whole, std::nullopt},
    {"no tcp, reset", Where::whole, std::nullopt},
    {"no tcp", Where::whole, std::nullopt},
    {"tcps_listen-th_ack", Where::whole, std::nullopt},
    {"tcps_syn_sent-bad_seq", Where::whole, std::nullopt},  // which history, the rules tell
    {"tcps_syn_rcvd-bad_ack", Where::whole, Cause::handshake_invalid_ack},
    {"tcp_close, unread data", Where::whole, Cause::unread_data},
    {"tcp_close, during connect", Where::whole, Cause::connect_cancelled},
    {"new data when detached", Where::whole, Cause::data_after_close},
    {"retransmit timeout", Where::anywhere, Cause::retransmission_timeout},
    {"keepalive timeout", Where::anywhere, Cause::keepalive_timeout},
    {"keep-alive timeout", Where::anywhere, Cause::keepalive_timeout},
    {"zero window timeout", Where::anywhere, Cause::zero_window_timeout},
    {"idle timeout", Where::anywhere, Cause::idle_timeout},
};

constexpr std::string_view kBigIp = "big-ip: ";
constexpr std::string_view kOtherLeg = "{peer}";

bool matches(const Wording& wording, std::string_view text)
{
    switch (wording.where) {
    case Where::anywhere: return text.find(wording.part) != text.npos;
    case Where::whole: return text == wording.part;
    case Where::big_ip:
        return text.starts_with(kBigIp) && text.find(wording.part) != text.npos;
    }
    return false;
}

// The draft's second and third version number the reasons differently, and nothing in the packet
// tells which one its sender follows: both are shown, and no number is mapped to a cause.
constexpr std::array kDraft02 = {
    "illegal option length", "desynchronized state", "new data after CLOSE", "ABORT process",
    "unexpected ACK in a non-synchronized state", "unexpected SYN in the window",
    "unexpected security compartment", "malformed message", "not authorized", "resource exceeded",
    "network failure", "reset received from the peer", "destination unreachable",
    "connection timeout", "too much outstanding data", "unacceptable performance",
    "middlebox interference"};
constexpr std::array kDraft03 = {
    "illegal option length", "data the application cannot read any more", "ABORT process",
    "segment in CLOSED state", "ACK in LISTEN state", "unacceptable ACK in SYN-SENT",
    "unacceptable ACK in SYN-RECEIVED", "in-window SYN", "unexpected security compartment",
    "malformed message", "not authorized", "resource exceeded", "network failure",
    "reset received from the peer", "destination unreachable", "connection timeout",
    "too much outstanding data", "unacceptable performance", "middlebox interference"};

template <std::size_t N>
std::string_view meaning(const std::array<const char*, N>& draft, std::uint32_t code)
{
    return code >= 1 && code <= N ? draft[code - 1] : "not defined";
}

/// The payload of draft-ietf-tcpm-rst-diagnostic-payload §4.1: a magic number, a code, and a
/// private enterprise number; any other length is to be ignored. Empty when it is not that.
std::string diagnostic(Bytes payload)
{
    constexpr std::size_t kLength = 8;
    if (payload.size() != kLength || payload[0] != 0x33 || payload[1] != 0xaa)
        return {};
    const std::uint32_t code = payload[2] * 256u + payload[3];
    const std::uint32_t vendor = payload[4] << 24 | payload[5] << 16 | payload[6] << 8 | payload[7];
    if (vendor != 0)
        return fmt::format("diagnostic code {} of enterprise {}", code, vendor);
    return fmt::format("diagnostic code {} (draft-02: {}; draft-03: {})", code,
                       meaning(kDraft02, code), meaning(kDraft03, code));
}

bool is_text(std::string_view payload)
{
    return payload.size() >= kShortestText() && payload.find('<') == std::string_view::npos
        && !payload.starts_with("HTTP/")
        && std::all_of(payload.begin(), payload.end(), [](unsigned char c) {
               return c >= 0x20 && c < 0x7f;
           });
}

}  // namespace

Statement read_statement(Bytes payload)
{
    if (std::string text = diagnostic(payload); !text.empty())
        return {.text = std::move(text), .cause = std::nullopt};

    std::string_view text{reinterpret_cast<const char*>(payload.data()), payload.size()};
    while (!text.empty() && (text.back() == '\0' || text.back() == '\n' || text.back() == '\r'))
        text.remove_suffix(1);
    if (!is_text(text))
        return {};

    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    Statement statement{.text = std::string(text), .cause = std::nullopt};
    // tshark 4.0 would leave quotation marks as they are in the middle of a quoted CSV value.
    std::replace(statement.text.begin(), statement.text.end(), '"', '\'');
    statement.other_leg = lower.find(kOtherLeg) != std::string::npos;
    const auto known = std::find_if(std::begin(kWordings), std::end(kWordings),
                                    [&](const Wording& w) { return matches(w, lower); });
    if (known == std::end(kWordings))
        return statement;
    statement.cause = known->cause;
    statement.refuses = known->refuses;
    statement.only_stray = !known->cause;
    return statement;
}

}  // namespace rstcause
