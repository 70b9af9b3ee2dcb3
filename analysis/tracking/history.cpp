// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracking/history.h"

namespace rstcause {

namespace {

// RFC 6335 §6: ports below are assigned to services, from 49152 on to clients; Linux hands
// clients 32768 and up.
constexpr std::uint16_t kFirstEphemeralPort = 32768;
constexpr std::uint16_t kFirstUserPort = 1024;

bool looks_like_service(std::uint16_t port, std::uint16_t peer)
{
    return (port < kFirstUserPort && peer >= kFirstUserPort)
        || (port < kFirstEphemeralPort && peer >= kFirstEphemeralPort);
}

using MaybeMark = std::optional<Mark>;

MaybeMark earlier_mark(const MaybeMark& a, const MaybeMark& b)
{
    return !b || (a && a->frame < b->frame) ? a : b;
}

MaybeMark later_mark(const MaybeMark& a, const MaybeMark& b)
{
    return !b || (a && a->frame > b->frame) ? a : b;
}

}  // namespace

std::optional<Side> History::client() const
{
    for (Side side : {Side::a, Side::b})
        if (half(side).syn)
            return half(side).opened_passively ? other(side) : side;
    if (opener)
        return opener;
    const std::uint16_t a = endpoint(Side::a).port;
    const std::uint16_t b = endpoint(Side::b).port;
    if (looks_like_service(b, a))
        return Side::a;
    if (looks_like_service(a, b))
        return Side::b;
    return std::nullopt;
}

std::optional<Predecessor> History::as_predecessor(const Endpoint& client) const
{
    const Side side = client == endpoint(Side::a) ? Side::a : Side::b;
    const HalfConnection& ours = half(side);
    const HalfConnection& theirs = half(other(side));
    const auto last = later_mark(ours.last, theirs.last);
    if (!last || !theirs.first)
        return std::nullopt;
    const auto close = earlier_mark(earlier_mark(ours.fin, theirs.fin),
                                    earlier_mark(ours.rst, theirs.rst));
    return Predecessor{.last = *last, .first_close = close, .next = {ours.next, theirs.next}};
}

}  // namespace rstcause
