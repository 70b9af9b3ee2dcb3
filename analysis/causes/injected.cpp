// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "facts/clue_rules.h"
#include "facts/clues.h"
#include "facts/words.h"
#include "causes/causes.h"

namespace rstcause {

namespace {

constexpr std::size_t kBeyondChance = 3;  ///< weak clues

std::string struck(const Reset& r)
{
    const std::string_view when = stage(r);
    if (when == "post_syn")
        return " It struck before the handshake was complete.";
    if (when == "post_ack")
        return " It struck right after the handshake.";
    if (when == "post_psh")
        return " It struck after the client's first data, as a filter that reads them does.";
    return "";
}

std::string away(int hops)
{
    return hops == 0 ? "on this very link" : fmt::format("{} hop{} away", hops, hops == 1 ? "" : "s");
}

std::string hops(const Reset& r)
{
    const auto usual = usual_hop_limit(r);
    if (!usual || hops_nearer(r) == 0)
        return "";
    return fmt::format(" By its TTL it was made {}; {} is {}.", away(hops_of(r.rst.hop_limit)),
                       r.own_endpoint().address.text(), away(hops_of(*usual)));
}

/// Which way the packet came from, by the link-layer source that it shares with the others.
std::string side_of_here(const Reset& r)
{
    const std::uint64_t link = r.rst.link_source;
    if (link == 0 || r.own().link_source == 0 || r.own().link_source == r.peer().link_source)
        return "";
    const bool from_peer = link == r.peer().link_source;
    return from_peer || link == r.own().link_source
        ? fmt::format(" It came here from the side of {}.",
                      (from_peer ? r.peer_endpoint() : r.own_endpoint()).address.text())
        : "";
}

std::string what_shows_it(const Reset& r)
{
    if (made_between(r))
        return "it never passed the capture point on its sender's side";
    return has_strong_clue(r) ? r.clues[0].shows : r.clues[0].shows + "; " + r.clues[1].shows;
}

std::string whom(const Reset& r)
{
    const std::string both = resets_to_both_ends(r);
    if (!both.empty())
        return both == what_shows_it(r) ? "" : " Both ends were reset.";
    return r.volley.of(other(r.sender)).empty()
        ? fmt::format(" Only {} was reset, as far as this capture shows.",
                      r.peer_endpoint().address.text())
        : "";
}

std::string where(const Reset& r) { return hops(r) + side_of_here(r) + whom(r); }

Confidence confidence_in(const Reset& r)
{
    if (has_strong_clue(r))
        return made_between(r) ? Confidence::certain : Confidence::likely;
    // Of a plain reset that answers who knows what, a filter may be the maker.
    if (is_vague_answer(r))
        return Confidence::possible;
    if (made_between(r))
        return Confidence::certain;
    return r.clues.size() >= kBeyondChance ? Confidence::likely : Confidence::possible;
}

/// What the other end still sends meets the victim's dead socket.
void add_victims_answer(const Reset& r, std::vector<Evidence>& evidence)
{
    for (const SentReset& reset : r.volley.of(other(r.sender)))
        if (!reset.ack && reset.trigger > r.rst.frame) {
            evidence.push_back({reset.mark.frame,
                                fmt::format("{}, which obeyed, resets what {} still sends",
                                            r.peer_endpoint().text(), r.own_endpoint().text())});
            return;
        }
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
/// Sure: certain with captures of both sides; likely when something shows that no host sends;
/// possible for two weak signs such as another TTL and IP-ID.
/// Next: Capture at both ends at once and merge the files; look for inspecting devices on the way.
/// Source: Weaver, Sommer, Paxson, NDSS 2009; Sundara Raman et al., SIGCOMM 2023.
std::optional<Finding> injected(const Reset& r)
{
    if (r.defect != Defect::none || refuses_a_wrong_ack(r) || is_a_filters_answer(r)
        || (r.passage && r.passage->path != Passage::Path::made_between))
        return std::nullopt;
    if (!made_between(r) && (!is_suspicious(r) || !r.statement.text.empty()))
        return std::nullopt;

    Finding finding{
        .confidence = confidence_in(r),
        .explanation = fmt::format("A device on the way sent this reset in the name of {}: {}.{}{}",
                                   sender(r), what_shows_it(r), struck(r), where(r)),
        .advice = made_between(r)
            ? "Look for the device between the two capture points: an intrusion prevention system, "
              "a firewall, a censor."
            : fmt::format("Capture at {} at the same time and merge both files: a reset that never "
                          "left there was made on the way.",
                          r.own_endpoint().address.text()),
        .evidence = trigger_evidence(r),
        .alternatives = {Cause::firewall_reject},
        .origin = Origin::network,
    };
    for (const Clue& clue : r.clues)
        finding.evidence.push_back({clue.frame, clue.shows});
    add_victims_answer(r, finding.evidence);
    if (finding.confidence == Confidence::certain)
        finding.alternatives.clear();
    else
        finding.alternatives.push_back(passive_form(r) ? Cause::half_open
                                                       : Cause::application_abort);
    return finding;
}

}  // namespace rstcause
