// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnosis/settle.h"

#include <fmt/core.h>

namespace rstcause {

namespace {

enum class Means { none, capture_at_sender, sender_log, client_log, earlier_capture };

/// What tells this cause from others.
Means means_for(Cause alternative)
{
    switch (alternative) {
    case Cause::injected:
    case Cause::firewall_reject:
    case Cause::not_listening:
        return Means::capture_at_sender;
    case Cause::application_abort:
    case Cause::unread_data:
    case Cause::fast_close:
    case Cause::process_exit:
    case Cause::service_stopped:
    case Cause::refused_while_listening:
    case Cause::zero_window_timeout:
        return Means::sender_log;
    case Cause::syn_scan:
    case Cause::connect_timeout:
    case Cause::connect_cancelled:
    case Cause::happy_eyeballs:
    case Cause::health_check:
        return Means::client_log;
    case Cause::half_open:
    case Cause::idle_timeout:
    case Cause::data_after_close:
    case Cause::syn_conflict:
    case Cause::port_reuse_time_wait:
        return Means::earlier_capture;
    default:
        return Means::none;
    }
}

}  // namespace

std::string what_would_settle(const Reset& r, const Verdict& verdict)
{
    if (verdict.confidence == Confidence::certain || verdict.alternatives.empty())
        return "";
    const std::string host = r.own_endpoint().address.text();
    // Whether the host sent a reset at all is seen there, whatever the alternatives.
    const Cause doubted = verdict.cause == Cause::injected ? Cause::injected
                                                           : verdict.alternatives.front();
    switch (means_for(doubted)) {
    case Means::capture_at_sender:
        if (r.own_endpoint().address == r.peer_endpoint().address)
            return " The firewall rules of this host would settle it.";
        return r.passage ? "" : fmt::format(" A capture at {} would settle it.", host);
    case Means::sender_log:
        return fmt::format(" The application's log on {} would settle it.", host);
    case Means::client_log:
        return fmt::format(" The client's log on {} would settle it.",
                           r.before.endpoint(client_side(r)).address.text());
    case Means::earlier_capture:
        return start_captured(r)
            ? fmt::format(" A capture at {} or its system log would settle it.", host)
            : " A capture that starts earlier would settle it.";
    case Means::none:
        break;
    }
    return "";
}

}  // namespace rstcause
