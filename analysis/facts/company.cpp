// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/company.h"

#include "facts/port.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

/// One end after the other, each within moments of the one before, is no single moment any more when it
/// goes on for longer: a busy server that ends every connection by reset. Turns no verdict.
constexpr Time kMoment = 1s;

}  // namespace

std::optional<Frame> ended_together(const Case& c)
{
    const bool after_its_client = !sent_by_client(c) && c.peer().fin;
    if (!c.now.burst || c.now.burst->resets < 2 || after_its_client)
        return std::nullopt;
    const Burst& burst = *c.now.burst;
    return burst.last.time - burst.first.time <= kMoment ? std::optional(burst.first.frame) : std::nullopt;
}

std::optional<Scan> scan_of(const Case& c)
{
    if (is_stray(c) && c.before.client() != c.sender)
        return peer_scans(c).yes() ? std::optional(Scan{c.peer_endpoint().address, true}) : std::nullopt;
    const Side opener = client_side(c);
    const HalfConnection& half = c.before.half(opener);
    const bool unused = half.syn && !half.first_data && (answers_a_syn(c) || c.sender == opener);
    if (!unused || !opener_scans(c).yes())
        return std::nullopt;
    return Scan{c.before.endpoint(opener).address, half.bare_syn};
}

}  // namespace rstcause
