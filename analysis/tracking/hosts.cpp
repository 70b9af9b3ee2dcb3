// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracking/hosts.h"

#include <algorithm>

namespace rstcause {

namespace {

// RFC 8305 §5, §8: attempts start 250 ms apart by default, 2 s at most.
constexpr Time kRace = std::chrono::seconds(2);

Endpoint any_port(const Endpoint& endpoint) { return {endpoint.address, 0}; }

}  // namespace

std::size_t Hosts::PairHash::operator()(const Pair& pair) const
{
    const EndpointHash hash;
    return hash(pair.client) * 31 + hash(pair.service);
}

void Hosts::note_accept(const Endpoint& endpoint, const Mark& when)
{
    Service& service = services_.touch(endpoint);
    if (!service.first_accept)
        service.first_accept = when;
    service.last_accept = when;
    ++service.accepts;
    if (service.refusing)
        service.resumed = when;
    service.refusing = false;
}

void Hosts::note_alive(const Endpoint& endpoint, const Mark& when)
{
    Service& service = services_.touch(endpoint);
    if (service.refusals > 0)
        return;  // it may be an older connection
    if (!service.first_accept)
        service.first_accept = when;
    service.last_accept = when;
}

void Hosts::note_refusal(const Endpoint& endpoint, const Mark& when)
{
    Service& service = services_.touch(endpoint);
    service.last_refusal = when;
    ++service.refusals;
    if (!service.refusing && service.first_accept)
        ++service.outages;
    service.refusing = true;
}

void Hosts::note_opening(const Segment& segment, std::optional<Time> after_syn)
{
    Host& host = hosts_.touch(any_port(segment.from));
    host.hop_limit = segment.hop_limit;
    host.labels_flows |= segment.flow_label.value_or(0) != 0;
    if (after_syn)
        host.fastest_answer = std::min(host.fastest_answer.value_or(*after_syn), *after_syn);
}

void Hosts::note_unused(const Endpoint& client, const Endpoint& service, const Mark& when)
{
    Visits& visits = visits_.touch({any_port(client), service});
    if (!visits.first)
        visits.first = when;
    visits.last = when;
    ++visits.unused;
}

void Hosts::note_probe(const Endpoint& client, const Endpoint& service)
{
    Host& host = hosts_.touch(any_port(client));
    auto& lately = host.probed_lately;
    const std::size_t hash = EndpointHash{}(service);
    if (std::find(lately.begin(), lately.end(), hash) != lately.end())
        return;
    lately[host.probed++ % lately.size()] = hash;
}

void Hosts::note_smb(const Endpoint& client, const Endpoint& service, const Mark& when, bool used)
{
    if (service.port != kSmbDirectPort && service.port != kSmbNetbiosPort)
        return;
    SmbPair& pair = smb_.touch({any_port(client), any_port(service)});
    if (service.port == kSmbDirectPort)
        (used ? pair.direct_used : pair.direct_syn) = when;
    else
        (used ? pair.netbios_used : pair.netbios_syn) = when;
}

void Hosts::note_attempt(const Segment& syn)
{
    attempts_.touch({syn.from, syn.to}) = {mark(syn), syn.to, syn.link_source};
}

void Hosts::note_used(const Endpoint& client, const Endpoint& service)
{
    if (Attempt* attempt = attempts_.find({client, service}))
        attempt->used = true;
}

std::optional<Attempt> Hosts::winner_against(const Endpoint& client, const Endpoint& service) const
{
    const Attempt own = attempts_.at({client, service});
    if (own.syn.frame == 0)
        return std::nullopt;
    for (const auto& [pair, other] : attempts_) {
        const bool same_host = pair.client.address == client.address
            || (other.link_source != 0 && other.link_source == own.link_source);
        const bool together = std::chrono::abs(other.syn.time - own.syn.time) <= kRace;
        if (other.used && same_host && together && other.service.port == service.port
            && other.service.address != service.address)
            return other;
    }
    return std::nullopt;
}

Knowledge Hosts::about(const Endpoint& sender, const Endpoint& peer, bool sender_is_client) const
{
    const Endpoint& client = sender_is_client ? sender : peer;
    const Endpoint& service = sender_is_client ? peer : sender;
    return {.service = services_.at(sender),
            .own_host = hosts_.at(any_port(sender)),
            .peer_host = hosts_.at(any_port(peer)),
            .visits = visits_.at({any_port(client), service}),
            .burst = std::nullopt,
            .smb = smb_.at({any_port(client), any_port(service)}),
            .rival = sender_is_client ? winner_against(client, service) : std::nullopt};
}

}  // namespace rstcause
