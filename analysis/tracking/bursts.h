// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "tracking/bounded_map.h"
#include "tracking/history.h"
#include "wire/endpoint.h"

namespace rstcause {

/// The end of one connection, as its endpoint made it.
struct End {
    Mark when;
    Endpoint peer;
    bool reset = false;  ///< else FIN
    Time silence{};      ///< since the connection's last word
};

/// Connections that one endpoint ended in the same instant, by reset or FIN.
struct Burst {
    Mark first, last;
    Address first_peer;
    std::uint32_t resets = 0;
    std::uint32_t closes = 0;
    Time shortest_silence = Time::max();  ///< before any of these ends
    Time longest_silence{};
    bool several_peers = false;
    std::optional<Mark> lives_on;  ///< the endpoint's next words in a connection older than these ends

    std::uint32_t ends() const { return resets + closes; }
};

using BurstId = std::size_t;

/// Finds the ends of connections that belong together.
class Bursts {
public:
    /// Counts an end of `endpoint`; the burst that it belongs to, once that holds a reset.
    std::optional<BurstId> join(const Endpoint& endpoint, const End& end);

    /// `endpoint` answered at `when` in a connection that began in frame `opened`.
    void note_answer(const Endpoint& endpoint, Frame opened, const Mark& when);

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
