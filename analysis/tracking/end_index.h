// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "wire/endpoint.h"

namespace rstcause {

/// Which connections an endpoint takes part in. Eight bytes for each connection, and nothing to do but
/// when one opens or somebody asks.
class EndIndex {
public:
    EndIndex() : newest_(kBuckets, kNone) {}

    /// Connections come in the order of their numbers, from 0.
    void add(const Endpoint& one, const Endpoint& two)
    {
        for (const Endpoint& end : {one, two}) {
            std::uint32_t& newest = newest_[bucket_of(end)];
            older_.push_back(newest);
            newest = static_cast<std::uint32_t>(older_.size() - 1);
        }
    }

    /// Connections among which are those of this endpoint, the newest first: others may be among them, and
    /// the oldest of a busy one are not looked at.
    std::vector<std::size_t> perhaps_of(const Endpoint& end) const
    {
        std::vector<std::size_t> found;
        for (std::uint32_t at = newest_[bucket_of(end)]; at != kNone && found.size() < kMost; at = older_[at])
            found.push_back(at / 2);
        return found;
    }

private:
    static constexpr std::size_t kBuckets = 65536;
    static constexpr std::size_t kMost = 128;
    static constexpr std::uint32_t kNone = UINT32_MAX;

    static std::size_t bucket_of(const Endpoint& end) { return EndpointHash{}(end) % kBuckets; }

    std::vector<std::uint32_t> newest_;  ///< by bucket: a place in `older_`
    std::vector<std::uint32_t> older_;   ///< two for each connection: the one before in the same bucket
};

}  // namespace rstcause
