// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "wire/endpoint.h"
#include "wire/segment.h"

namespace rstcause {

/// Every cause that can be named. One row each in the catalogue (catalogue.h), in its order.
enum class Cause {
    malformed,
    mptcp,
    device_stated,
    injected,
    firewall_reject,
    port_reuse_time_wait,
    syn_conflict,
    handshake_invalid_ack,
    not_listening,
    refused_while_listening,
    service_stopped,
    accept_queue_overflow,
    protocol_violation,
    syn_scan,
    connect_timeout,
    smb_dual_connect,
    happy_eyeballs,
    health_check,
    connect_cancelled,
    retransmission_timeout,
    keepalive_timeout,
    zero_window_timeout,
    idle_timeout,
    application_protocol_error,
    process_exit,
    time_wait_assassination,
    data_after_close,
    half_open,
    unread_data,
    fast_close,
    application_abort,
    unknown,
};

/// How sure a finding is. The numbers are those of `rstcause.confidence`.
enum class Confidence {
    possible = 1,  ///< nothing contradicts it, but the evidence is circumstantial
    likely = 2,    ///< this fits best; the named alternatives also fit
    certain = 3,   ///< these frames have no other cause that we know of
};

/// What the reset means for the people behind the connection.
enum class Impact { normal, notice, problem };

/// Who decided to send the reset, as far as the capture tells.
enum class Origin { unknown, client, server, network };

// As the fields of Wireshark say them; "" for an unknown origin.
const char* token(Confidence confidence);
const char* token(Impact impact);
const char* token(Origin origin);

/// A frame of the capture and what it shows.
struct Evidence {
    Frame frame = 0;
    std::string shows;
};

/// What one detector says of one reset.
struct Finding {
    Confidence confidence = Confidence::possible;
    std::string explanation;  ///< one or two sentences with this capture's own numbers
    std::string advice;       ///< the next thing to check or change
    std::vector<Evidence> evidence;
    std::vector<Cause> alternatives{};     ///< causes that would look the same
    std::optional<Impact> impact{};        ///< where it differs from the catalogue's
    std::optional<Cause> stands_for{};     ///< the cause that this is only another name for
    std::optional<Origin> origin{};        ///< where it is not the host named in the packet
    std::optional<Frame> trigger{};        ///< where its form alone does not tell
};

/// The answer for one reset.
struct Verdict {
    Cause cause = Cause::unknown;
    Confidence confidence = Confidence::possible;
    Impact impact = Impact::notice;
    Origin origin = Origin::unknown;
    std::string explanation;
    std::string advice;
    /// The explanation's first words, or the cause and the endpoint where those are too many for a
    /// list: "Nothing listens on 192.0.2.1:80".
    std::string headline() const;

    Endpoint endpoint;     ///< that the verdict is about
    std::string service;   ///< what that port is called ("https"), or empty
    bool is_copy = false;  ///< the same packet as an earlier one, at another capture point
    std::vector<Evidence> evidence;
    std::vector<Cause> alternatives;
    std::string stated;  ///< what the reset itself says
    std::optional<Frame> trigger;
    std::optional<Frame> repeat_of;
    std::optional<Frame> contradicted_by;
    std::string stage;               ///< how far the connection had come, see stage()
    std::optional<std::uint8_t> hops;  ///< to where it was made, when a device on the way made it
    std::string path;                ///< between two capture points: see Passage::Path; else empty
    std::optional<std::uint32_t> retransmissions;         ///< of the oldest unacknowledged segment
    std::optional<std::uint32_t> stream_retransmissions;  ///< Wireshark's count, sender's direction
    std::optional<Time> idle;  ///< silence before the reset or before what elicited it
};

}  // namespace rstcause
