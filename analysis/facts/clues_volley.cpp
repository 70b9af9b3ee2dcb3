// SPDX-License-Identifier: GPL-2.0-or-later
// What the resets of one connection show together.
//
// After Weaver, Sommer, Paxson, "Detecting Forged TCP Reset Packets" (NDSS 2009), and Sundara
// Raman et al., "Global, Passive Detection of Connection Tampering" (SIGCOMM 2023); see
// docs/injection.md for what is taken from them and why.
#include <algorithm>

#include <fmt/core.h>

#include "facts/clue_rules.h"
#include "facts/words.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

constexpr Time kBurst = 1s;         ///< resets of one event
constexpr Time kSeries = 2s;        ///< span of RST_SEQ_CHANGE, NDSS 2009
constexpr Time kSameMoment = 20ms;  ///< resets to both ends, seen from anywhere between them
constexpr Time kNoTime = 1ms;       ///< too short for a host to answer anything but its neighbour

Time span(const SentReset& reset, const Reset& r)
{
    return std::chrono::abs(reset.mark.time - r.rst.time);
}

/// The reset itself among those of its sender; null when they were too many to remember it.
const SentReset* itself(const Reset& r)
{
    const auto& all = r.volley.of(r.sender);
    const auto found = std::find_if(all.begin(), all.end(), [&](const SentReset& reset) {
        return reset.mark.frame == r.rst.frame;
    });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace

std::vector<SentReset> others_at_once(const Reset& r)
{
    std::vector<SentReset> others;
    const SentReset* self = itself(r);
    for (const SentReset& reset : r.volley.of(r.sender))
        if (self && reset.mark.frame != r.rst.frame && span(reset, r) <= kBurst
            && !same_packet(reset, *self))
            others.push_back(reset);
    return others;
}

/// A socket aborts once, and its later answers have the window of no socket.
std::string other_window_at_once(const Reset& r)
{
    for (const SentReset& reset : others_at_once(r))
        if (reset.ack.has_value() == r.rst.ack.has_value() && reset.window != r.rst.window)
            return fmt::format("window {}, and {} in frame {}: no socket changes its window "
                               "between two resets",
                               r.rst.window, reset.window, reset.mark.frame);
    return "";
}

/// RST_SEQ_CHANGE: numbers that step ahead of all that was sent, to hit a moving window. The first
/// of the series may have the right number.
std::string guessed_series(const Reset& r)
{
    const auto& next = r.own().next;
    if (!next || r.own().fin || r.peer().fin || r.peer().rst)
        return "";
    const Seq known = later(*next, r.own().una.value_or(*next)) + 2;
    const SentReset& first = r.volley.of(r.sender).front();
    for (const SentReset& reset : r.volley.of(r.sender)) {
        const bool guess = span(reset, r) <= kSeries && reset.trigger == 0
            && before(known, reset.mark.seq) && before(first.mark.seq + 2, reset.mark.seq);
        if (guess && r.rst.frame <= reset.mark.frame)
            return fmt::format("the numbers of its series step ahead by {} (frame {}): guesses at "
                               "where the stream is",
                               distance(first.mark.seq, reset.mark.seq), reset.mark.frame);
    }
    return "";
}

namespace {

/// What a later reset answers, its socket had not got when the earlier one was sent. A plain reset
/// after an abort has the benefit of the doubt: its segment may be missing from the capture.
bool is_provoked(const SentReset& reset, const SentReset& earlier)
{
    if (reset.trigger > earlier.mark.frame)
        return true;
    if (!earlier.ack || reset.ack)
        return false;
    if (reset.trigger == 0)
        return true;
    return before(*earlier.ack, reset.trigger_end)
        || (reset.trigger_is_bare && reset.trigger_end == *earlier.ack);
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

}  // namespace

/// Both forms in one burst, the later one without a segment of its own to answer.
std::string mixed_forms(const Reset& r)
{
    const SentReset* self = itself(r);
    for (const SentReset& reset : others_at_once(r)) {
        const bool comes_first = reset.mark.frame < r.rst.frame;
        const SentReset& one = comes_first ? reset : *self;
        const SentReset& two = comes_first ? *self : reset;
        if (differ_in_form(one, two) && !is_provoked(two, one))
            return fmt::format("two forms of reset at once (frames {} and {}), the second of them "
                               "unprovoked",
                               one.mark.frame, two.mark.frame);
    }
    return "";
}

namespace {

bool headers_differ(const Reset& r)
{
    return hops_nearer(r) != 0 || r.likeness.off_its_row || r.likeness.off_its_link;
}

}  // namespace

/// Nobody answers a reset with a reset, so two that cross were made at once: by both ends, whose
/// headers then fit, or by one device.
std::string resets_to_both_ends(const Reset& r)
{
    const auto& back = r.volley.of(other(r.sender));
    if (r.own().fin || r.peer().fin || r.rst.mptcp || r.own().rst || back.empty()
        || answers_a_reset(r))
        return "";
    const bool refusal_of_ours = back.front().mark.seq == Seq() && back.front().ack == r.rst.seq;
    const bool they_answer = back.front().trigger > r.rst.frame;
    const bool we_answer = r.trigger && r.trigger->frame > back.front().mark.frame;
    const bool both_abort = aborts(r) && back.front().ack && back.front().trigger == 0;
    // The later one may be its host's answer to a segment that the capture lacks.
    const bool we_are_later = r.rst.frame > back.front().mark.frame;
    const bool may_answer = (we_are_later ? is_vague_answer(r)
                                          : !back.front().ack && back.front().trigger == 0)
        && span(back.front(), r) > kNoTime;
    if (span(back.front(), r) > kSameMoment || they_answer || we_answer || refusal_of_ours || may_answer
        || (both_abort && !headers_differ(r)))
        return "";
    return fmt::format("both ends were reset within {}, each in the other's name",
                       text(span(back.front(), r)));
}

/// Another reset in this host's name, proven false, came over as many hops as this one.
std::string like_a_forged_one(const Reset& r)
{
    for (const SentReset& reset : r.volley.of(r.sender))
        if (reset.contradicted && reset.mark.frame != r.rst.frame && hops_nearer(r) != 0
            && reset.hop_limit == r.rst.hop_limit)
            return fmt::format("TTL {} as the reset of frame {}, which its sender contradicts",
                               r.rst.hop_limit, reset.mark.frame);
    return "";
}

}  // namespace rstcause
