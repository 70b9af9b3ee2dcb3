// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnosis/next_capture.h"

#include <fmt/core.h>

#include "diagnosis/catalogue.h"
#include "reset/form.h"

namespace rstcause {

namespace {

/// What the advice on a cause already sends its reader to.
SettledBy advised(Cause cause)
{
    switch (cause) {
    case Cause::injected: return SettledBy::capture_at_sender;
    case Cause::service_stopped:
    case Cause::process_exit:
    case Cause::application_abort: return SettledBy::sender_log;
    case Cause::connect_cancelled: return SettledBy::client_log;
    default: return SettledBy::nothing;
    }
}

/// Where a capture tells whether this host sent the reset at all.
std::string capture_at_sender(const Case& c)
{
    if (c.own_endpoint().address == c.peer_endpoint().address)
        return " The firewall rules of this host would settle it.";
    if (c.second)
        return "";
    return fmt::format(" A capture at {} would settle it{}.", c.own_endpoint().address.text(),
                       c.unmatched ? "; the other capture point has nothing of this connection" : "");
}

}  // namespace

std::string what_would_settle(const Case& c, const Verdict& verdict)
{
    if (verdict.confidence == Confidence::certain || verdict.alternatives.empty())
        return "";
    const std::string host = c.own_endpoint().address.text();
    // Whether the host sent a reset at all is seen there, whatever the alternatives.
    const Cause doubted = verdict.cause == Cause::injected ? Cause::injected
                                                           : verdict.alternatives.front();
    const SettledBy settled_by = row(doubted).settled_by;
    if (settled_by == advised(verdict.cause))
        return "";
    switch (settled_by) {
    case SettledBy::capture_at_sender:
        return capture_at_sender(c);
    case SettledBy::sender_log:
        return fmt::format(" The application's log on {} would settle it.", host);
    case SettledBy::client_log:
        return fmt::format(" The client's log on {} would settle it.",
                           c.before.endpoint(client_side(c)).address.text());
    case SettledBy::earlier_capture:
        return start_captured(c)
            ? fmt::format(" A capture at {} or its system log would settle it.", host)
            : " A capture that starts earlier would settle it.";
    case SettledBy::nothing:
        break;
    }
    return "";
}

}  // namespace rstcause
