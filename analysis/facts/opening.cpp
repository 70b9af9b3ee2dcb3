// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/opening.h"

#include <algorithm>
#include <chrono>

#include "wire/threshold.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// Attempts of one race are begun together: RFC 8305 §8 allows 2 s between them.
const Threshold<Time> kTogether{"opening.together", 2s};

// A server that resets what it had just answered does so on the first word that comes back; a later
// word points to lost state instead. A round trip is shorter than the first timeout (RFC 6298 §2.1).
const Threshold<Time> kDirectly{"opening.directly", 1s};

// The first timeout of a SYN (RFC 6298 §2.1).
const Threshold<Time> kFirstTimeout{"opening.first_timeout", 1s};

// How long a client goes on asking: Linux tcp_syn_retries 6, 1 + 2 + … + 64 s, and a little.
const Threshold<Time> kAllRetries{"opening.all_retries", 130s};

/// How long N retransmissions of a SYN take: each timer is twice the one before (RFC 6298 §5.5).
Time time_of_retransmissions(std::uint32_t count)
{
    return count < 10 ? kFirstTimeout() * ((1 << (count + 1)) - 1) : 1000s;
}

std::optional<Side> opener_of(const Case& c)
{
    const auto side = c.before.client();
    return side && c.before.half(*side).syn ? side : std::nullopt;
}

}  // namespace

Fact client_resets_the_syn_ack(const Case& c)
{
    const bool syn_ack = passive_form(c) && c.trigger && c.trigger->flags.syn() && c.trigger->flags.ack();
    if (syn_ack && !c.own().syn && !c.own().rst)
        return not_known(Gap::before);
    return known(client_refuses_syn_ack(c), c.trigger ? c.trigger->frame : 0)
        .lasting(c.own().syn && c.trigger ? c.trigger->time - c.own().syn->time : Time{});
}

Fact never_used_by_the_client(const Case& c)
{
    if (!c.own().syn && c.own().first)
        return sent_by_client(c) ? not_known(Gap::before) : no();
    const bool opened = c.peer().syn || c.own().spoke_after_syn;
    return known(client_left_it_unused(c) && opened, c.own().syn ? c.own().syn->frame : 0);
}

Fact handshake_met_a_foreign_ack(const Case& c)
{
    return known(refuses_a_wrong_ack(c), c.trigger ? c.trigger->frame : 0);
}

Fact syn_came_from_elsewhere(const Case& c)
{
    // Scanners that make their own SYNs make up a TTL, too.
    if (!client_refuses_syn_ack(c) || c.own().bare_syn)
        return no();
    return known(hops_of(c.own().hop_limit) != hops_of(c.rst.hop_limit), c.own().syn->frame);
}

Fact syn_made_by_a_program(const Case& c)
{
    const HalfConnection& client = c.own();
    if (!client_refuses_syn_ack(c) || !client.bare_syn || client.hop_limit == c.rst.hop_limit)
        return no();
    const bool neighbour = hops_of(c.rst.hop_limit) == 0 && c.rst.link_source != 0;
    return neighbour && c.rst.link_source == client.link_source ? yes(client.syn->frame) : not_known();
}

Fact syn_ack_unasked(const Case& c)
{
    const bool stray = passive_form(c) && c.trigger && c.trigger->flags.syn()
        && c.trigger->flags.ack() && (!c.own().syn || c.rst.seq != c.own().syn->seq + 1);
    if (stray && !c.own().syn)
        return not_known(Gap::before);
    return known(stray, c.trigger ? c.trigger->frame : 0);
}

Fact echoes_a_foreign_timestamp(const Case& c)
{
    const auto& first = c.own().first_syn_timestamp;
    const auto& last = c.own().last_syn_timestamp;
    if (!client_refuses_syn_ack(c) || !first || !last || !c.trigger->echo)
        return no();
    const Seq echo(*c.trigger->echo);
    // An earlier SYN may lie before the capture. (Clocks tick in milliseconds at the least.)
    const Time older = std::chrono::milliseconds(std::max(distance(echo, Seq(*first)), 0));
    if (before(echo, Seq(*first)) && older >= c.own().syn->time - c.captured.first && older < kAllRetries())
        return not_known(Gap::before);
    return known(before(echo, Seq(*first)) || before(Seq(*last), echo), c.trigger->frame);
}

Fact ports_used_before(const Case& c)
{
    const auto& old = c.before.predecessor;
    return old ? yes(old->last.frame) : not_known(Gap::before);
}

Fact earlier_connection_closed(const Case& c)
{
    const auto& old = c.before.predecessor;
    if (!old)
        return not_known(Gap::before);
    return old->first_close ? yes(old->first_close->frame) : no(old->last.frame);
}

Fact sequence_number_not_above(const Case& c)
{
    const auto opener = opener_of(c);
    if (!c.before.predecessor || !opener)
        return no();
    const auto& old = c.before.predecessor->next[index(*opener)];
    const auto& syn = c.before.half(*opener).syn;
    return old ? known(!before(*old, syn->seq), syn->frame) : not_known(Gap::before);
}

Fact within_time_wait(const Case& c)
{
    const auto opener = opener_of(c);
    if (!c.before.predecessor || !opener)
        return no();
    const auto& syn = c.before.half(*opener).syn;
    const Time pause = syn->time - c.before.predecessor->last.time;
    return known(pause <= c.settings.time_wait, syn->frame).lasting(pause);
}

Fact server_resets_at_once(const Case& c)
{
    const HalfConnection& server = c.own();
    if (!passive_form(c) || !server.syn || !server.opened_passively || server.spoke_after_syn)
        return no();
    const bool at_once = c.trigger && c.rst.seq == server.syn->seq + 1 && !server.rst && !c.peer().rst
        && c.trigger->silence <= kDirectly() && *response_time(c) <= kDirectly();
    return known(at_once, c.trigger ? c.trigger->frame : 0);
}

Fact client_waited_long(const Case& c)
{
    if (!c.own().syn)
        return no();
    const std::uint32_t wanted = c.settings.syn_retransmissions;
    const bool asked = c.own().syns > wanted;
    const Time waited = c.rst.time - c.own().syn->time;
    // A first SYN is sent again long before: this was not the first one.
    if (!asked && c.own().syns == 1 && waited >= 2 * kFirstTimeout())
        return not_known(Gap::before);
    return known(asked || waited >= time_of_retransmissions(wanted), c.own().syn->frame)
        .counting(c.own().syns)
        .lasting(waited);
}

Fact bare_syn(const Case& c)
{
    return known(c.own().syn && c.own().bare_syn, c.own().syn ? c.own().syn->frame : 0);
}

Fact another_attempt_won(const Case& c)
{
    return c.now.rival ? yes(c.now.rival->syn.frame) : not_known(Gap::after);
}

Fact race_within_one_family(const Case& c)
{
    if (!c.now.rival)
        return no();
    return known(c.now.rival->service.address.is_ipv4() == c.rst.to.address.is_ipv4(),
                 c.now.rival->syn.frame);
}

namespace {

const std::optional<Mark>& smb_mark(const Case& c, bool used)
{
    const SmbPair& pair = c.now.smb;
    const bool direct = c.rst.to.port == kSmbDirectPort;
    if (used)
        return direct ? pair.netbios_used : pair.direct_used;
    return direct ? pair.netbios_syn : pair.direct_syn;
}

}  // namespace

Fact other_smb_port_tried(const Case& c)
{
    const std::uint16_t port = c.rst.to.port;
    const auto& syn = smb_mark(c, false);
    if ((port != kSmbDirectPort && port != kSmbNetbiosPort) || !syn || !c.own().syn)
        return no();
    return known(std::chrono::abs(syn->time - c.own().syn->time) <= kTogether(), syn->frame);
}

Fact other_smb_port_used(const Case& c)
{
    const auto& syn = smb_mark(c, false);
    const auto& used = smb_mark(c, true);
    if (!other_smb_port_tried(c).yes())
        return no();
    return used && used->frame > syn->frame ? yes(used->frame) : not_known(Gap::after);
}

}  // namespace rstcause
