// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tracking/bounded_map.h"
#include "tracking/bursts.h"
#include "tracking/connection.h"
#include "wire/endpoint.h"
#include "wire/segment.h"

namespace rstcause {

/// What one address and port did with the connections that were offered to it.
struct Service {
    std::optional<Mark> first_accept;  ///< SYN-ACK
    std::optional<Mark> last_accept;
    std::optional<Mark> last_refusal;  ///< reset in answer to a SYN
    std::optional<Mark> first_refusal_after_accept;  ///< of the latest run of refusals
    std::optional<Mark> resumed;       ///< the accept that ended the latest run of refusals
    std::uint32_t accepts = 0;
    std::uint32_t refusals = 0;
    std::uint32_t outages = 0;  ///< runs of refusals that began after an accept
    bool refusing = false;      ///< the latest answer was a refusal
};

/// Segments of no connection that one host sends from one of its ports after the other, all alike: what programs with
/// a raw socket do that count their source port up (hping3).
struct Strays {
    std::uint16_t port = 0;    ///< of the latest
    Flags flags;
    std::uint32_t length = 0;
    std::uint16_t window = 0;
    std::uint32_t count = 0;   ///< in the present row
    std::uint32_t longest = 0; ///< row so far

    void add(const Strays& next);
};

/// How one address sends, learnt from the segments that open its connections.
struct Host {
    std::optional<std::uint8_t> hop_limit;  ///< the latest
    /// All it has opened or accepted connections with: a farm behind one address has several. The first few.
    std::vector<std::uint8_t> hop_limits;
    bool labels_flows = false;           ///< non-zero IPv6 flow labels
    /// From a SYN to its SYN-ACK, or from that to the handshake's ACK, at the capture point.
    std::optional<Time> fastest_answer;
    std::uint32_t probed = 0;  ///< endpoints that it opened or tried to open, yet never used
    std::array<std::size_t, 16> probed_lately{};  ///< hashes, to count each endpoint once
    Strays strays;             ///< that were answered by resets

    /// Some connection of its was opened with this hop limit.
    bool opens_with(std::uint8_t hops) const
    {
        return std::find(hop_limits.begin(), hop_limits.end(), hops) != hop_limits.end();
    }
};

/// The connections of one client to one service that ended by the client's reset before it had
/// sent any data.
struct Visits {
    std::uint32_t unused = 0;
    std::optional<Mark> first, last;
};

/// One client's attempts to connect to one service, each once however often its SYN was sent.
struct Calls {
    std::uint32_t attempts = 0;
    std::optional<Mark> last_attempt;  ///< SYN
    std::optional<Mark> last_served;   ///< first data of the service on the latest one that it served
    Frame served_asked = 0;            ///< the SYN of that one
};

inline constexpr std::uint16_t kSmbDirectPort = 445;   ///< SMB over TCP, [MS-SMB2] §2.1
inline constexpr std::uint16_t kSmbNetbiosPort = 139;  ///< SMB over NetBIOS, RFC 1002

/// One client's connections to the two SMB ports of one server.
struct SmbPair {
    std::optional<Mark> direct_syn, netbios_syn;    ///< ports 445 and 139
    std::optional<Mark> direct_used, netbios_used;  ///< first data of the client
};

/// A connection attempt, to tell races between addresses (RFC 8305).
struct Attempt {
    Mark syn;
    Endpoint service;
    std::uint64_t link_source = 0;
    bool used = false;  ///< its client sent data
};

/// Silences after which one endpoint reset its connections, one after another: an idle timer ends
/// them all after the same time.
struct IdleEnds {
    Time silence{};  ///< the first one of an equal row
    Mark first, last;
    std::uint32_t equal = 0;  ///< resets in that row
};

/// One timer can have ended this silence and the other one.
bool may_be_one_timer(Time silence, Time other);

/// Everything known beyond one connection that bears on one reset.
struct Knowledge {
    std::string service_name;  ///< "https", of the connection's service; empty: none known
    Service service;  ///< of the sender's endpoint
    Host own_host;
    Host peer_host;
    Visits visits;
    Calls calls;
    std::optional<Burst> burst;
    SmbPair smb;
    std::optional<Attempt> rival;  ///< another attempt of this race, the one that won
    IdleEnds idle_ends;
    bool forgotten = false;  ///< some of these tables had more than they hold
};

/// Knowledge beyond one connection, by address and port. Bounded.
class Hosts {
public:
    static constexpr std::size_t kCapacity = 65536;

    void note_accept(const Endpoint& service, const Mark& when);
    /// Takes part in a connection whose start was not captured: it accepted that one, at the
    /// latest when the capture began.
    void note_alive(const Endpoint& service, const Mark& when);
    void note_refusal(const Endpoint& service, const Mark& when);
    void note_opening(const Segment& segment, std::optional<Time> after_syn);
    void note_unused(const Endpoint& client, const Endpoint& service, const Mark& when);
    void note_probe(const Endpoint& client, const Endpoint& service);
    void note_stray(const Endpoint& from, const Strays& stray);
    void note_smb(const Endpoint& client, const Endpoint& service, const Mark& when, bool used);

    /// `endpoint` reset a connection after a silence: the service, or a client's address, port 0.
    void note_idle_end(const Endpoint& endpoint, const Mark& when, Time silence);

    void note_attempt(const Segment& syn);
    /// The service has begun to talk to a client that had asked in this frame.
    void note_served(const Endpoint& client, const Endpoint& service, const Mark& when, Frame asked);
    void note_used(const Endpoint& client, const Endpoint& service);

    /// The attempt that won the race which `client` lost, if there was one: begun together, to the
    /// same port of another address, by the same host, and used.
    std::optional<Attempt> winner_against(const Endpoint& client, const Endpoint& service) const;

    Service service(const Endpoint& endpoint) const { return services_.at(endpoint); }
    /// What is known of `sender` and `peer`, seen from a reset of `sender`.
    Knowledge about(const Endpoint& sender, const Endpoint& peer, bool sender_is_client) const;

private:
    struct Pair {
        Endpoint client, service;
        friend bool operator==(const Pair&, const Pair&) = default;
    };
    struct PairHash {
        std::size_t operator()(const Pair& pair) const;
    };

    /// Races are over within seconds, and all attempts are looked through for rivals.
    static constexpr std::size_t kAttempts = 1024;

    BoundedMap<Pair, Attempt, PairHash> attempts_{kAttempts};
    BoundedMap<Endpoint, Service, EndpointHash> services_{kCapacity};
    BoundedMap<Endpoint, Host, EndpointHash> hosts_{kCapacity};  ///< port 0
    BoundedMap<Pair, Visits, PairHash> visits_{kCapacity};       ///< client port 0
    BoundedMap<Pair, Calls, PairHash> calls_{kCapacity};         ///< client port 0
    BoundedMap<Pair, SmbPair, PairHash> smb_{kCapacity};         ///< both ports 0
    BoundedMap<Endpoint, IdleEnds, EndpointHash> idle_ends_{kCapacity};
};

}  // namespace rstcause
