// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "tracking/bounded_map.h"
#include "wire/endpoint.h"
#include "tracking/history.h"

namespace rstcause {

/// Connections that one endpoint ended in the same instant, by reset or FIN.
struct Burst {
    Mark first, last;
    std::uint32_t resets = 0;
    std::uint32_t closes = 0;
};

using BurstId = std::size_t;

/// Finds the ends of connections that belong together.
class Bursts {
public:
    /// Counts an end of `endpoint`; the burst that it belongs to, once that holds a reset.
    std::optional<BurstId> join(const Endpoint& endpoint, const Mark& when, bool reset);

    const Burst& operator[](BurstId id) const { return kept_[id]; }

private:
    /// The latest burst of an endpoint; kept for good once it holds a reset.
    struct Latest {
        Burst burst;
        std::optional<BurstId> kept;
    };
    static constexpr std::size_t kCapacity = 65536;

    std::deque<Burst> kept_;
    BoundedMap<Endpoint, Latest, EndpointHash> latest_{kCapacity};
};

}  // namespace rstcause
