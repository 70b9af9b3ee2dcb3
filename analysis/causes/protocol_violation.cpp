// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/opening.h"
#include "facts/port.h"
#include "facts/words.h"

namespace rstcause {

namespace {

/// A segment without SYN and ACK starts no connection and belongs to none (RFC 9293 §3.10.7.1).
Fact answers_a_probe_without_ack(const Case& c)
{
    const bool probe = c.rst.ack && c.trigger && !c.trigger->flags.syn() && !c.trigger->flags.ack();
    return known(probe, c.trigger ? c.trigger->frame : 0);
}

/// An urgent pointer without data, or FIN beside SYN: a segment that no TCP makes.
Fact answers_odd_flags(const Case& c)
{
    constexpr std::uint8_t kUrg = 0x20;
    const bool odd = c.trigger
        && (((c.trigger->flags.bits & kUrg) && c.trigger->length == c.trigger->flags.fin())
            || (c.trigger->flags.odd_syn() && c.trigger->length <= 2u));
    return known(odd, c.trigger ? c.trigger->frame : 0);
}

/// The SYN that this connection began with: only its host's kernel, which knows of none, resets the SYN-ACK.
Fact begun_with_odd_flags(const Case& c)
{
    const HalfConnection& own = c.own();
    return both(client_resets_the_syn_ack(c), known(own.odd_syn, own.syn ? own.syn->frame : 0));
}

Fact answers_a_lone_ack(const Case& c)
{
    const bool lone = passive_form(c) && is_stray(c) && c.trigger->length == 0;
    return known(lone, c.trigger ? c.trigger->frame : 0);
}

void weigh(const Case& c, Bearings& b)
{
    const Fact scan = both(answers_a_lone_ack(c), peer_scans(c));
    const Fact no_tcps = either(either(answers_a_probe_without_ack(c), answers_odd_flags(c)), begun_with_odd_flags(c));
    const Fact row = peer_counts_its_ports(c);
    b.needs(either(either(no_tcps, echoes_a_foreign_timestamp(c)), either(scan, row)),
            "what it answers fits no connection", "what it answers fits a connection");
    b.supports(answers_a_probe_without_ack(c), Weight::proof,
               "a segment with neither SYN nor ACK, which no TCP sends");
    b.supports(answers_odd_flags(c), Weight::proof, "flags that no TCP sends together");
    b.supports(begun_with_odd_flags(c), Weight::proof, "a SYN with flags that no TCP sends with it");
    for (Cause rival : {Cause::syn_scan, Cause::connect_cancelled, Cause::health_check})
        b.rules_out(rival, begun_with_odd_flags(c), "a SYN with flags that no TCP sends with it");
    b.supports(echoes_a_foreign_timestamp(c), Weight::proof,
               "the SYN-ACK echoes a timestamp that its SYN never carried");
    b.supports(scan, Weight::proof, "a lone ACK of a source that tries {count} ports");
    b.supports(row, Weight::hint, "one of {count} of no connection, all alike, from one port after the other");
    b.rules_out(Cause::half_open, scan, "its source sends such ACKs to many ports");
}

Story told(const Case& c, std::string headline, std::string details)
{
    return {.headline = std::move(headline),
            .details = std::move(details),
            .advice = fmt::format("Find out who runs {}: a scanner sends such segments.",
                                  c.peer_endpoint().address.text()),
            .evidence = trigger_evidence(c)};
}

Story tell(const Case& c)
{
    const Frame frame = answered_frame(c);
    if (answers_a_probe_without_ack(c).yes())
        return told(c, fmt::format("Frame {} carries neither SYN nor ACK", frame),
                    fmt::format("a probe, which no TCP sends, and {} answered it as a closed port does",
                                sender(c)));
    if (answers_odd_flags(c).yes())
        return told(c, fmt::format("Frame {} has flags that no TCP sends together", frame),
                    fmt::format("a probe of {}", c.peer_endpoint().address.text()));
    if (begun_with_odd_flags(c).yes())
        return told(c, fmt::format("The SYN of {} has flags that no TCP sends with it", sender(c)),
                    "a probe: the kernel of its host resets the answer, which it never asked for");
    if (peer_counts_its_ports(c).yes())
        return told(c, fmt::format("Frame {} belongs to no connection", frame),
                    fmt::format("{} sent {} alike, from one port after the other, as hping3 does",
                                c.peer_endpoint().address.text(), peer_counts_its_ports(c).count));
    if (!echoes_a_foreign_timestamp(c).yes())
        return told(c, fmt::format("Frame {} is a lone ACK", frame),
                    fmt::format("{} probes many ports: a scan", c.peer_endpoint().address.text()));
    Story story = told(c, fmt::format("The SYN-ACK in frame {} echoes a wrong timestamp", frame),
                       fmt::format("{} had not sent it, so it was taken for one of another connection",
                                   sender(c)));
    story.advice = "Look for a device that rewrites TCP timestamps, or a SYN-ACK of an older attempt.";
    return story;
}

}  // namespace

/// A segment that fits no connection was answered: wrong flags, or a scan.
///
/// Wire: a reset in answer to a FIN, NULL or Xmas probe (no SYN, no ACK), or to a lone ACK of a
/// source that probes many ports, or to segments of no connection from one port of a source after
/// the other; or in answer to a SYN-ACK whose SYN had flags that no TCP sets there, or which echoes
/// a timestamp that its SYN never carried (PAWS).
/// Mistaken for: `half_open`, where the segment belonged to a connection.
/// Next: Find out who runs the source.
/// Source: RFC 9293 §3.10.7.1; RFC 7323 §3.2; nmap(1), -sF, -sN, -sX, -sA.
const CauseRule protocol_violation{weigh, tell};

}  // namespace rstcause
