// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include <fmt/core.h>

#include "facts/clue_rules.h"
#include "facts/closing.h"
#include "facts/form_facts.h"
#include "facts/clues.h"
#include "facts/translation.h"
#include "facts/words.h"
#include "causes/causes.h"
#include "wire/threshold.h"

namespace rstcause {

namespace {

std::string struck(const Case& c)
{
    switch (stage(c)) {
    case Stage::post_syn:
        return " It struck before the handshake was complete.";
    case Stage::post_ack:
        return " It struck right after the handshake.";
    case Stage::post_psh:
        return " It struck after the client's first data, as a filter that reads them does.";
    case Stage::later:
    case Stage::unknown:
        break;
    }
    return "";
}

std::string away(int hops)
{
    return hops == 0 ? "on this very link" : fmt::format("{} hop{} away", hops, hops == 1 ? "" : "s");
}

std::string hops(const Case& c)
{
    const auto usual = usual_hop_limit(c);
    if (!usual || hops_nearer(c) == 0)
        return "";
    return fmt::format(" By its TTL it was made {}; {} is {}.", away(hops_of(c.rst.hop_limit)),
                       c.own_endpoint().address.text(), away(hops_of(*usual)));
}

/// Which way the packet came from, by the link-layer source that it shares with the others.
std::string side_of_here(const Case& c)
{
    const std::uint64_t link = c.rst.link_source;
    if (link == 0 || c.own().link_source == 0 || c.own().link_source == c.peer().link_source)
        return "";
    const bool from_peer = link == c.peer().link_source;
    return from_peer || link == c.own().link_source
        ? fmt::format(" It came here from the side of {}.",
                      (from_peer ? c.peer_endpoint() : c.own_endpoint()).address.text())
        : "";
}

std::string what_shows_it(const Case& c)
{
    if (made_between(c))
        return "it never passed the capture point on its sender's side";
    std::string shown;
    const std::size_t enough = has_strong_clue(c) ? 1 : 2;
    for (std::size_t i = 0; i < std::min(enough, c.clues.size()); ++i)
        shown += (i == 0 ? "" : "; ") + c.clues[i].shows;
    return shown;
}

/// Which ends were reset, unless that is what shows the forgery.
std::string whom(const Case& c)
{
    const bool both = clue_of(c, Clue::Kind::resets_to_both_ends);
    if (both)
        return made_between(c) || c.clues.front().kind != Clue::Kind::resets_to_both_ends
            ? " Both ends were reset."
            : "";
    return c.resets.of(other(c.sender)).empty()
        ? fmt::format(" Only {} was reset, as far as this capture shows.",
                      c.peer_endpoint().address.text())
        : "";
}

std::string where(const Case& c) { return hops(c) + side_of_here(c) + whom(c); }

/// Whole sentences, the last one open: the explanation closes it.
std::string without_stop(std::string sentences)
{
    if (sentences.ends_with('.'))
        sentences.pop_back();
    return sentences;
}

/// What the other end still sends meets the victim's dead socket.
void add_victims_answer(const Case& c, std::vector<Evidence>& evidence)
{
    for (const SentReset& reset : c.resets.of(other(c.sender)))
        if (!reset.ack && reset.trigger > c.rst.frame) {
            evidence.push_back({reset.mark.frame,
                                fmt::format("{}, which obeyed, resets what {} still sends",
                                            c.peer_endpoint().text(), c.own_endpoint().text())});
            return;
        }
}

Fact strong_clue(const Case& c)
{
    return shown(has_strong_clue(c), has_strong_clue(c) ? c.clues.front().frame : 0);
}

// Weak clues, from which on they are more than chance explains.
const Threshold<std::size_t> kBeyondChance{"injected.beyond_chance", 3};

/// Weak clues: one of them is also seen with genuine resets.
Fact weak_clues(const Case& c, std::size_t least)
{
    std::size_t weak = 0;
    for (const Clue& clue : c.clues)
        weak += clue.weight == Clue::Weight::weak;
    return shown(weak >= least, c.rst.frame).counting(static_cast<std::uint32_t>(weak));
}

Fact nobodys_wrong_ack(const Case& c) { return known(refuses_a_wrong_ack(c), c.rst.frame); }

void weigh(const Case& c, Bearings& b)
{
    b.needs(made_on_the_way(c), "something shows that its host did not send it",
            "the capture at its sender's side shows that its host sent it");
    b.excluded_by(nobodys_wrong_ack(c), "it refuses a wrong acknowledgement, as any host does");
    b.excluded_by(known(is_a_filters_answer(c), answered_frame(c)),
                  "it is the one exact answer to one segment, as a filter gives it");
    b.excluded_by(known(!c.statement.text.empty() && !made_between(c), c.rst.frame),
                  "the reset says itself who made it");
    b.supports(known(made_between(c), c.rst.frame), Weight::proof,
               "it never passed the capture point on its sender's side");
    b.supports(strong_clue(c), Weight::proof, "no host sends or receives this so");
    b.supports(weak_clues(c, kSuspicion()), Weight::hint, "{count} signs that do not fit its host");
    b.supports(weak_clues(c, kBeyondChance()), Weight::proof, "more of them than chance explains");
    b.doubts(known(!made_between(c)), Weight::hint,
             "no capture at its sender's side shows that it never left there");
    b.supports(answers_nothing_here(c), Weight::hint,
               "nothing had been said to its host for {span}: it answers nothing");
    b.doubts(goes_on_though_its_kernel_answered(c), Weight::sign,
             "its sender's kernel may have sent it, in answer to a segment that came past a NAT");
    const Fact vague = known(is_vague_answer(c) && !has_strong_clue(c), c.rst.frame);
    b.doubts(both(vague, !answers_nothing_here(c)), Weight::sign,
             "a plain reset that answers who knows what may be a filter's");
    b.rules_out(Cause::data_after_close, both(known(made_between(c), c.rst.frame), took_part(c)),
                "its host took part, and never sent it");
    for (Cause host : {Cause::application_abort, Cause::half_open})
        b.rules_out(host, known(made_between(c), c.rst.frame), "its host never sent it");
}

Story tell(const Case& c)
{
    Story story{
        .headline = fmt::format("A device on the way sent this reset in the name of {}", sender(c)),
        .details = without_stop(what_shows_it(c) + "." + struck(c) + where(c)),
        .advice = made_between(c)
            ? "Look for the device between the two capture points: an intrusion prevention system, "
              "a firewall, a censor."
            : fmt::format("Capture at {} at the same time and merge both files: a reset that never "
                          "left there was made on the way.",
                          c.own_endpoint().address.text()),
        .evidence = trigger_evidence(c),
        .origin = Origin::network};
    for (const Clue& clue : c.clues)
        story.evidence.push_back({clue.frame, clue.shows});
    add_victims_answer(c, story.evidence);
    return story;
}

}  // namespace

/// A device on the way sent the reset in the name of a host that had not aborted: a censor, an
/// intrusion prevention system, a provider's traffic shaper.
///
/// Wire: the supposed sender goes on; resets to both ends at once, in series with guessed sequence
/// numbers, or in mixed forms; numbers or IP-IDs that no host sends; or, in two captures merged, a
/// reset that only the receiver's point shows.
/// Mistaken for: `firewall_reject`, one exact answer to a segment that it stops; a load balancer or
/// NAT that answers with a TTL of its own; packets that the reset overtook; another initial TTL for
/// the kernel's own answers; copies of one packet.
/// Next: Capture at both ends at once and merge the files; look for inspecting devices on the way.
/// Source: Weaver, Sommer, Paxson, NDSS 2009; Sundara Raman et al., SIGCOMM 2023.
const CauseRule injected{weigh, tell};

}  // namespace rstcause
