// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracking/hosts.h"

#include <algorithm>

#include "wire/threshold.h"

namespace rstcause {

namespace {

// RFC 8305 §5, §8: attempts start 250 ms apart by default, 2 s at most.
const Threshold<Time> kRace{"hosts.race", std::chrono::seconds(2)};
// Between addresses of one family, clients without the recommended delay start all attempts at once;
// a browser's connections to unrelated hosts begin within seconds of each other, too. A little more than one
// delay (RFC 8305 §5: 250 ms).
const Threshold<Time> kAtOnce{"hosts.at_once", std::chrono::milliseconds(300)};

// One timer ends silences of one length, give or take a share of them, its own lateness and the way here: by
// drawn traffic.
const Threshold<double> kSameTimer{"hosts.same_timer", 0.02};
const Threshold<Time> kLateness{"hosts.lateness", std::chrono::milliseconds(100)};
// Connections that end in the same moment show no timer: something else ended them. As much as a timer is late.
const Threshold<Time> kApart{"hosts.apart", std::chrono::milliseconds(100)};

Endpoint any_port(const Endpoint& endpoint) { return {endpoint.address, 0}; }

constexpr std::size_t kHopLimits = 8;  ///< of one address; farms and routes show fewer

}  // namespace

bool may_be_one_timer(Time silence, Time other)
{
    const auto slack = std::chrono::duration_cast<Time>(silence * kSameTimer()) + kLateness();
    return std::chrono::abs(other - silence) <= slack;
}

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
    if (!service.refusing)
        service.first_refusal_after_accept = when;
    ++service.refusals;
    if (!service.refusing && service.first_accept)
        ++service.outages;
    service.refusing = true;
}

void Hosts::note_opening(const Segment& segment, std::optional<Time> after_syn)
{
    Host& host = hosts_.touch(any_port(segment.from));
    host.hop_limit = segment.hop_limit;
    if (!host.opens_with(segment.hop_limit) && host.hop_limits.size() < kHopLimits)
        host.hop_limits.push_back(segment.hop_limit);
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

void Strays::add(const Strays& next)
{
    const bool goes_on = next.port == port + 1 && next.flags == flags && next.length == length
        && next.window == window;
    const std::uint32_t row = goes_on ? count + 1 : 1;
    const std::uint32_t record = std::max(longest, row);
    *this = next;
    count = row;
    longest = record;
}

void Hosts::note_stray(const Endpoint& from, const Strays& stray)
{
    hosts_.touch(any_port(from)).strays.add(stray);
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

void Hosts::note_idle_end(const Endpoint& endpoint, const Mark& when, Time silence)
{
    IdleEnds& ends = idle_ends_.touch(endpoint);
    if (ends.equal > 0 && when.time - ends.last.time < kApart())
        return;
    if (ends.equal == 0 || !may_be_one_timer(silence, ends.silence))
        ends = {.silence = silence, .first = when};
    ends.last = when;
    ++ends.equal;
}

void Hosts::note_attempt(const Segment& syn)
{
    attempts_.touch({syn.from, syn.to}) = {mark(syn), syn.to, syn.link_source};
    Calls& calls = calls_.touch({any_port(syn.from), syn.to});
    ++calls.attempts;
    calls.last_attempt = mark(syn);
}

void Hosts::note_served(const Endpoint& client, const Endpoint& service, const Mark& when, Frame asked)
{
    Calls& calls = calls_.touch({any_port(client), service});
    if (asked < calls.served_asked)
        return;
    calls.last_served = when;
    calls.served_asked = asked;
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
        const bool families = other.service.address.is_ipv4() != service.address.is_ipv4();
        const bool together = std::chrono::abs(other.syn.time - own.syn.time)
            <= (families ? kRace() : kAtOnce());
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
            .calls = calls_.at({any_port(client), service}),
            .burst = std::nullopt,
            .smb = smb_.at({any_port(client), any_port(service)}),
            .rival = sender_is_client ? winner_against(client, service) : std::nullopt,
            .idle_ends = idle_ends_.at(sender_is_client ? any_port(sender) : sender),
            .forgotten = services_.has_forgotten() || hosts_.has_forgotten()};
}

}  // namespace rstcause
