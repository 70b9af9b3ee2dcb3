// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/clues.h"

#include <algorithm>

#include "facts/clue_rules.h"

namespace rstcause {

namespace {

enum class Shown { by_the_reset, by_what_followed };

struct Rule {
    Clue::Weight weight;
    std::string (*look)(const Reset&);
    bool another_stack = false;
    Shown shown = Shown::by_the_reset;
};

constexpr Rule kRules[] = {
    {Clue::Weight::strong, sender_goes_on, false, Shown::by_what_followed},
    {Clue::Weight::strong, guessed_series},
    {Clue::Weight::strong, other_window_at_once},
    {Clue::Weight::strong, mixed_forms},
    {Clue::Weight::strong, resets_to_both_ends},
    {Clue::Weight::strong, number_of_the_past},
    {Clue::Weight::strong, copied_id},
    {Clue::Weight::strong, like_a_forged_one},
    {Clue::Weight::weak, sender_goes_on_after_a_vague_answer, true, Shown::by_what_followed},
    {Clue::Weight::weak, other_hop_count},
    {Clue::Weight::weak, id_off_its_row},
    {Clue::Weight::weak, other_link},
    {Clue::Weight::weak, missing_flow_label, true},
    {Clue::Weight::weak, missing_timestamps, true},
    {Clue::Weight::weak, timestamps_out_of_line, true},
    {Clue::Weight::weak, window_of_no_socket, true},
    {Clue::Weight::weak, copied_window, true},
    {Clue::Weight::weak, answer_faster_than_the_host, true},
};

}  // namespace

std::vector<Clue> clues_of_forging(const Reset& r)
{
    std::vector<Clue> found;
    if (r.defect != Defect::none)
        return found;
    for (const Rule& rule : kRules) {
        std::string shows = rule.look(r);
        if (shows.empty())
            continue;
        const Frame frame = rule.shown == Shown::by_the_reset ? r.rst.frame
                                                              : *r.aftermath.sender_went_on;
        found.push_back({rule.weight, rule.another_stack, frame, std::move(shows)});
    }
    return found;
}

bool has_strong_clue(const Reset& r)
{
    return !r.clues.empty() && r.clues.front().weight == Clue::Weight::strong;
}

bool is_suspicious(const Reset& r)
{
    constexpr std::size_t kSuspicion = 2;
    return has_strong_clue(r)
        || (r.clues.size() >= kSuspicion
            && std::any_of(r.clues.begin(), r.clues.end(),
                           [](const Clue& clue) { return clue.another_stack; }));
}

bool made_between(const Reset& r)
{
    return r.passage && r.passage->path == Passage::Path::made_between;
}

bool is_a_filters_answer(const Reset& r)
{
    const bool answers
        = answers_a_syn(r) || (passive_form(r) && r.trigger) || mirrors_a_segment(r);
    if (is_vague_answer(r) && r.aftermath.sender_went_on)
        return false;
    const bool arrived = made_between(r) ? r.passage->trigger_passed : r.aftermath.knew_trigger;
    const Frame answered = answered_frame(r);
    const auto others = others_at_once(r);
    return answers && !arrived && resets_to_both_ends(r).empty()
        && std::none_of(others.begin(), others.end(), [&](const SentReset& other) {
               return other.trigger == 0 || other.trigger == answered;
           });
}

}  // namespace rstcause
