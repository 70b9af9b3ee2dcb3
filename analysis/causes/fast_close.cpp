// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

bool is_after(const std::optional<Mark>& a, const std::optional<Mark>& b)
{
    return a && (!b || a->frame > b->frame);
}

/// The peer had closed, the sender had said good-bye, or a server had given its answer.
bool exchange_is_over(const Reset& r)
{
    if (r.peer().fin || (r.own().sign && r.own().sign->sign.kind == Sign::Kind::farewell))
        return true;
    return !sent_by_client(r) && is_after(r.own().last_data, r.peer().last_data);
}

/// A client had its answer; whether it has read it, the wire does not tell.
bool exchange_may_be_over(const Reset& r)
{
    return sent_by_client(r) && r.own().last_data && is_after(r.peer().last_data, r.own().last_data);
}

/// A client ends several finished connections in one instant.
bool drops_its_pool(const Reset& r)
{
    constexpr std::uint32_t kPool = 3;
    return sent_by_client(r) && r.now.burst && r.now.burst->resets >= kPool;
}

bool all_acknowledged(const Reset& r)
{
    const HalfConnection& own = r.own();
    const bool own_done = !own.outstanding && own.una && own.next && !before(*own.una, *own.next)
        && r.rst.seq == *own.next;
    const bool peer_done = r.peer().next && r.rst.ack && !before(*r.rst.ack, *r.peer().next);
    return own_done && peer_done;
}

}  // namespace

/// The application ended a finished conversation by reset on purpose, to spare itself TIME_WAIT.
///
/// Wire: RST,ACK in place of FIN, or after the peer's FIN, once everything that either side had
/// sent was acknowledged and the exchange was over.
/// Mistaken for: `application_abort` in mid-exchange; `unread_data`.
/// Sure: likely when the exchange was over; possible for a client that had its answer.
/// Next: Nothing to do if the application got all its data.
/// Source: RFC 9293 §3.10.5; SO_LINGER with time 0.
std::optional<Finding> fast_close(const Reset& r)
{
    const bool closed_window = r.peer().window == 0;
    if (!active_form(r) || r.own().rst || r.own().fin || closed_window || !all_acknowledged(r)
        || (!exchange_is_over(r) && !exchange_may_be_over(r)))
        return std::nullopt;
    return Finding{
        .confidence = exchange_is_over(r) || drops_its_pool(r) ? Confidence::likely
                                                               : Confidence::possible,
        .explanation = fmt::format("{} closed by reset instead of FIN after everything had been "
                                   "sent and acknowledged: a quick way to be rid of a finished "
                                   "connection.",
                                   sender(r)),
        .advice = "Nothing to do if the application got all its data. SO_LINGER with time 0 does this, and "
                  "spares the closing side TIME_WAIT.",
        .evidence = {{r.own().last->frame, "the sender's last segment before"}},
        .alternatives = drops_its_pool(r)
            ? std::vector{Cause::process_exit, Cause::application_abort}
            : std::vector{Cause::application_abort},
    };
}

}  // namespace rstcause
