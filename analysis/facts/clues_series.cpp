// SPDX-License-Identifier: GPL-2.0-or-later
// What the resets of one connection show together.
//
// After Weaver, Sommer, Paxson, "Detecting Forged TCP Reset Packets" (NDSS 2009), and Sundara
// Raman et al., "Global, Passive Detection of Connection Tampering" (SIGCOMM 2023); see
// docs/injection.md for what is taken from them and why.
#include <algorithm>
#include <cstdlib>

#include <fmt/core.h>

#include "facts/clue_rules.h"
#include "facts/words.h"
#include "reset/aftermath.h"
#include "wire/threshold.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// Resets of one event: within the first timeout of a retransmission, which would bring new ones (RFC 6298 §2).
const Threshold<Time> kBurst{"clues_series.burst", 1s};
// The span of RST_SEQ_CHANGE (NDSS 2009).
const Threshold<Time> kSeries{"clues_series.series", 2s};
// Resets to both ends, seen from anywhere between them: by drawn traffic.
const Threshold<Time> kSameMoment{"clues_series.same_moment", 20ms};
// Too short for a host to answer anything but its neighbour: by drawn traffic.
const Threshold<Time> kNoTime{"clues_series.no_time", 1ms};
// Numbers that nobody had acknowledged; one such segment may be missing from the capture.
const Threshold<std::uint32_t> kBeyondLoss{"clues_series.beyond_loss", 2};
// Numbers that a guess is ahead, for a SYN and a FIN take up one each and carry no byte (RFC 9293 §3.4).
const Threshold<std::uint32_t> kAhead{"clues_series.ahead", 2};
// Bytes that a peer may have had on the way: more than the largest buffer as Linux comes (tcp_rmem, 6 MB).
const Threshold<std::int32_t> kWindow{"clues_series.window", 1 << 24};
// Hops by which another path differs: a provider's balancers show several TTLs for one address.
const Threshold<int> kOtherPath{"clues_series.other_path", 2};

Time span(const SentReset& reset, const Case& c)
{
    return std::chrono::abs(reset.mark.time - c.rst.time);
}

/// This one has the very hop count of its host's packets, and another maker than the other one: that one
/// is the odd one. (What a host sends itself after a forgery is no part of the forger's series.)
bool other_is_the_odd_one(const SentReset& reset, const Case& c)
{
    return usual_hop_limit(c) == c.rst.hop_limit && !may_be_of_one_maker(reset, c.rst);
}

/// The reset itself among those of its sender; null when they were too many to remember it.
const SentReset* itself(const Case& c)
{
    const auto& all = c.resets.of(c.sender);
    const auto found = std::find_if(all.begin(), all.end(), [&](const SentReset& reset) {
        return reset.mark.frame == c.rst.frame;
    });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace

std::vector<SentReset> others_at_once(const Case& c)
{
    std::vector<SentReset> others;
    const SentReset* self = itself(c);
    const auto is_known = [&](const SentReset& reset) {
        return same_packet(reset, *self)
            || std::any_of(others.begin(), others.end(),
                           [&](const SentReset& other) { return same_packet(reset, other); });
    };
    for (const SentReset& reset : c.resets.of(c.sender))
        if (self && span(reset, c) <= kBurst() && !is_known(reset))
            others.push_back(reset);
    return others;
}

/// A socket aborts once, and its later answers have the window of no socket.
std::string other_window_at_once(const Case& c)
{
    for (const SentReset& reset : others_at_once(c))
        if (reset.ack.has_value() == c.rst.ack.has_value() && reset.window != c.rst.window
            && !other_is_the_odd_one(reset, c))
            return fmt::format("window {}, and {} in frame {}: no socket changes its window "
                               "between two resets",
                               c.rst.window, reset.window, reset.mark.frame);
    return "";
}

/// Several plain resets at once with numbers that nobody had acknowledged: a plain reset takes its
/// number from the acknowledgement that it answers (RFC 9293 §3.10.7.1).
std::string numbers_of_nobody(const Case& c)
{
    if (c.rst.ack || !start_captured(c) || !c.peer().first)
        return "";
    std::uint32_t guesses = c.headers.nobodys_number;
    for (const SentReset& reset : others_at_once(c))
        guesses += reset.nobodys_number && !reset.ack && may_be_of_one_maker(reset, c.rst);
    return guesses >= kBeyondLoss()
        ? fmt::format("{} resets at once with numbers that {} had never acknowledged", guesses,
                      c.peer_endpoint().text())
        : "";
}

/// RST_SEQ_CHANGE: numbers that step ahead of all that was sent, to hit a moving window. The first
/// of the series may have the right number.
std::string guessed_series(const Case& c)
{
    const auto& next = c.own().next;
    if (!next || c.own().fin || c.peer().fin || c.peer().rst || c.resets.of(c.sender).empty())
        return "";
    const Seq known = later(*next, c.own().una.value_or(*next)) + kAhead();
    const SentReset& first = c.resets.of(c.sender).front();
    for (const SentReset& reset : c.resets.of(c.sender)) {
        const bool guess = span(reset, c) <= kSeries() && reset.trigger == 0
            && may_be_of_one_maker(reset, c.rst)
            && before(known, reset.mark.seq) && before(first.mark.seq + kAhead(), reset.mark.seq);
        if (guess && c.rst.frame <= reset.mark.frame)
            return fmt::format("the numbers of its series step ahead by {} (frame {}): guesses at "
                               "where the stream is",
                               distance(first.mark.seq, reset.mark.seq), reset.mark.frame);
    }
    return "";
}

namespace {

/// A socket that has aborted answers what still comes with plain resets, each with the number that
/// the segment acknowledges: any that its peer may have had on the way by then.
bool answers_for_the_dead(const Case& c, const SentReset& later_one, const SentReset& abort)
{
    if (!abort.ack || later_one.ack)
        return false;
    const Seq end = later(abort.mark.seq, c.own().next.value_or(abort.mark.seq));
    const std::int32_t below = distance(later_one.mark.seq, end);
    return 0 <= below && below < kWindow();
}

/// RST against RST,ACK; or plain resets of which one fills the ack field and the other does not.
/// (Windows repeats its sequence number there.)
bool differ_in_form(const SentReset& one, const SentReset& two)
{
    const auto field = [](const SentReset& reset) {
        return reset.ack_field == reset.mark.seq.value() ? 0 : reset.ack_field;
    };
    return one.ack.has_value() != two.ack.has_value() || (!one.ack && field(one) != field(two));
}

/// Both forms in one burst, the later one without a segment of its own to answer. Resets that
/// change places on the way look so, too: `apart` tells those that are too far apart for it.
const SentReset* other_form(const Case& c, bool apart)
{
    const SentReset* self = itself(c);
    if (!self || c.own().fin)
        return nullptr;
    for (const SentReset& reset : c.resets.of(c.sender)) {
        if (reset.mark.frame == c.rst.frame || span(reset, c) > kBurst() || same_packet(reset, *self)
            || other_is_the_odd_one(reset, c))
            continue;
        const bool comes_first = reset.mark.frame < c.rst.frame;
        const SentReset& one = comes_first ? reset : *self;
        const SentReset& two = comes_first ? *self : reset;
        if (!differ_in_form(one, two) || two.trigger > one.mark.frame
            || answers_for_the_dead(c, two, one))
            continue;
        const bool swapped = span(reset, c) <= kReordering() && answers_for_the_dead(c, one, two);
        if (swapped != apart)
            return &reset;
    }
    return nullptr;
}

std::string two_forms(const Case& c, const SentReset* other)
{
    return other ? fmt::format("two forms of reset at once (frames {} and {}), the second of them "
                               "unprovoked",
                               std::min(other->mark.frame, c.rst.frame),
                               std::max(other->mark.frame, c.rst.frame))
                 : "";
}

}  // namespace

std::string mixed_forms(const Case& c) { return two_forms(c, other_form(c, true)); }

std::string mixed_forms_out_of_order(const Case& c) { return two_forms(c, other_form(c, false)); }

namespace {

bool headers_differ(const Case& c)
{
    return std::abs(hops_nearer(c)) > kOtherPath() || c.headers.off_its_row || c.headers.off_its_link;
}

}  // namespace

/// Nobody answers a reset with a reset, so two that cross were made at once: by both ends, whose
/// headers then fit, or by one device.
std::string resets_to_both_ends(const Case& c)
{
    const auto& back = c.resets.of(other(c.sender));
    const auto& ours = c.resets.of(c.sender);
    const bool others_forged = std::any_of(ours.begin(), ours.end(), [&](const SentReset& reset) {
        return other_is_the_odd_one(reset, c);
    });
    if (c.own().fin || c.peer().fin || c.rst.mptcp || c.own().rst || back.empty()
        || answers_a_reset(c) || others_forged)
        return "";
    const bool refusal_of_ours = back.front().mark.seq == Seq() && back.front().ack == c.rst.seq;
    const bool they_answer = back.front().trigger > c.rst.frame;
    const bool we_answer = c.trigger && c.trigger->frame > back.front().mark.frame;
    const bool both_abort = aborts(c) && back.front().ack && back.front().trigger == 0;
    // The later one may be its host's answer to a segment that the capture lacks.
    const bool we_are_later = c.rst.frame > back.front().mark.frame;
    const bool may_answer = (we_are_later ? is_vague_answer(c)
                                          : !back.front().ack && back.front().trigger == 0)
        && span(back.front(), c) > kNoTime();
    if (span(back.front(), c) > kSameMoment() || they_answer || we_answer || refusal_of_ours || may_answer
        || (both_abort && !headers_differ(c)))
        return "";
    return fmt::format("both ends were reset within {}, each in the other's name",
                       text(span(back.front(), c)));
}

/// Another reset in this host's name, proven false, came over as many hops as this one.
std::string like_a_forged_one(const Case& c)
{
    for (const SentReset& reset : c.resets.of(c.sender))
        if (reset.contradicted && reset.mark.frame != c.rst.frame && hops_nearer(c) != 0
            && reset.hop_limit == c.rst.hop_limit)
            return fmt::format("TTL {} as the reset of frame {}, which its sender contradicts",
                               c.rst.hop_limit, reset.mark.frame);
    return "";
}

}  // namespace rstcause
