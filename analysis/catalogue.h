// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "causes/causes.h"
#include "reset.h"
#include "verdict.h"

namespace rstcause {

/// A detector looks at one reset and says what it sees, or nothing.
using Detector = std::optional<Finding> (*)(const Reset&);

/// One cause: what `rstcause.reason` and the documentation say of it.
struct CatalogueRow {
    Cause cause;
    std::string_view token;      ///< value of `rstcause.reason`: stable, public
    std::string_view title;      ///< a few words for people
    std::string_view category;   ///< value of `rstcause.category`
    Impact impact;
    std::string_view reference;  ///< the rule's main source
    Detector detector;           ///< null: named as an alternative only
};

/// THE table. Of two findings equally sure the earlier row wins: specific before general.
inline constexpr std::array kCatalogue = {
    CatalogueRow{Cause::malformed, "malformed", "Not a believable reset", "other",
                 Impact::notice, "RFC 9293 §3.1", malformed},
    CatalogueRow{Cause::not_listening, "not_listening", "Nothing listens on the port", "refused",
                 Impact::problem, "RFC 9293 §3.10.7.1", not_listening},
    CatalogueRow{Cause::refused_while_listening, "refused_while_listening",
                 "Refused although the service runs", "refused", Impact::problem,
                 "RFC 9293 §3.10.7.1", refused_while_listening},
    CatalogueRow{Cause::service_stopped, "service_stopped", "The service has stopped listening",
                 "refused", Impact::problem, "RFC 9293 §3.10.7.1", service_stopped},
    CatalogueRow{Cause::firewall_reject, "firewall_reject", "Rejected by a firewall", "refused",
                 Impact::problem, "nft(8), reject with tcp reset", nullptr},
    CatalogueRow{Cause::accept_queue_overflow, "accept_queue_overflow", "Accept queue full",
                 "refused", Impact::problem, "Linux tcp_check_req, tcp_abort_on_overflow",
                 accept_queue_overflow},
    CatalogueRow{Cause::retransmission_timeout, "retransmission_timeout",
                 "Retransmissions ran out", "timeout", Impact::problem, "RFC 9293 §3.8.3",
                 retransmission_timeout},
    CatalogueRow{Cause::keepalive_timeout, "keepalive_timeout", "Keep-alive probes unanswered",
                 "timeout", Impact::problem, "RFC 9293 §3.8.4", keepalive_timeout},
    CatalogueRow{Cause::zero_window_timeout, "zero_window_timeout",
                 "The reader stopped reading", "timeout", Impact::problem, "RFC 9293 §3.8.6.1",
                 nullptr},
    CatalogueRow{Cause::idle_timeout, "idle_timeout", "Idle connection dropped", "timeout",
                 Impact::problem, "RFC 5382 REQ-5", idle_timeout},
    CatalogueRow{Cause::data_after_close, "data_after_close", "Data met a closed socket",
                 "application", Impact::normal, "RFC 9293 §3.10.7.1", data_after_close},
    CatalogueRow{Cause::half_open, "half_open", "One end had lost the connection", "state_lost",
                 Impact::problem, "RFC 9293 §3.5.1", half_open},
    CatalogueRow{Cause::unread_data, "unread_data", "Closed with data unread", "application",
                 Impact::notice, "RFC 2525 §2.17", nullptr},
    CatalogueRow{Cause::fast_close, "fast_close", "Closed by reset on purpose", "application",
                 Impact::normal, "RFC 9293 §3.10.5", nullptr},
    CatalogueRow{Cause::application_abort, "application_abort", "Aborted by the application",
                 "application", Impact::notice, "RFC 9293 §3.10.5", application_abort},
    CatalogueRow{Cause::unknown, "unknown", "Not told by this capture", "other", Impact::notice,
                 "", nullptr},
};

namespace detail {
constexpr bool in_order_of_cause()
{
    for (std::size_t i = 0; i < kCatalogue.size(); ++i)
        if (static_cast<std::size_t>(kCatalogue[i].cause) != i)
            return false;
    return static_cast<std::size_t>(Cause::unknown) + 1 == kCatalogue.size();
}
}  // namespace detail

static_assert(detail::in_order_of_cause(), "each cause has exactly one row, in enum order");

constexpr const CatalogueRow& row(Cause cause)
{
    return kCatalogue[static_cast<std::size_t>(cause)];
}

}  // namespace rstcause
