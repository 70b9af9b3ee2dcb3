// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <unordered_map>
#include <utility>

#include "endpoint.h"
#include "segment.h"

namespace rstcause {

/// A moment at which a service was seen to accept or refuse.
struct Sighting {
    Frame frame = 0;
    Time time{};
};

/// What one address and port did with the connections that were offered to it.
struct Service {
    std::optional<Sighting> first_accept;  ///< SYN-ACK
    std::optional<Sighting> last_accept;
    std::optional<Sighting> first_refusal;  ///< reset in answer to a SYN
    std::optional<Sighting> last_refusal;
    std::optional<Sighting> resumed;  ///< the accept that ended the latest run of refusals
    std::uint32_t accepts = 0;
    std::uint32_t refusals = 0;
    std::uint32_t outages = 0;  ///< runs of refusals that began after an accept
    bool refusing = false;      ///< the latest answer was a refusal
};

/// The services of a capture by address and port: knowledge beyond one connection. Bounded:
/// the service that was not heard of for longest is forgotten first.
class Services {
public:
    static constexpr std::size_t kCapacity = 65536;

    void note_accept(const Endpoint& endpoint, Sighting when);
    void note_refusal(const Endpoint& endpoint, Sighting when);

    /// What is known of the service up to now; an empty record when nothing is.
    Service at(const Endpoint& endpoint) const;

private:
    Service& touch(const Endpoint& endpoint);

    using Entry = std::pair<Endpoint, Service>;
    std::list<Entry> by_age_;  ///< latest first
    std::unordered_map<Endpoint, std::list<Entry>::iterator, EndpointHash> index_;
};

}  // namespace rstcause
