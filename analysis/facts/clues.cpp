// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/clues.h"

#include <algorithm>

#include "facts/clue_rules.h"

namespace rstcause {

namespace {

using Kind = Clue::Kind;
using Weight = Clue::Weight;

enum class Shown { by_the_reset, by_what_followed };

struct Rule {
    Kind kind;
    Weight weight;
    std::string (*look)(const Case&);
    bool another_stack = false;
    Shown shown = Shown::by_the_reset;
};

constexpr Rule kRules[] = {
    {Kind::sender_goes_on, Weight::strong, sender_goes_on, false, Shown::by_what_followed},
    {Kind::guessed_series, Weight::strong, guessed_series},
    {Kind::numbers_of_nobody, Weight::strong, numbers_of_nobody},
    {Kind::other_window_at_once, Weight::strong, other_window_at_once},
    {Kind::mixed_forms, Weight::strong, mixed_forms},
    {Kind::resets_to_both_ends, Weight::strong, resets_to_both_ends},
    {Kind::number_of_the_past, Weight::strong, number_of_the_past},
    {Kind::copied_id, Weight::strong, copied_id},
    {Kind::like_a_forged_one, Weight::strong, like_a_forged_one},
    {Kind::sender_goes_on_after_a_vague_answer, Weight::weak, sender_goes_on_after_a_vague_answer,
     true, Shown::by_what_followed},
    {Kind::mixed_forms_out_of_order, Weight::weak, mixed_forms_out_of_order, true},
    {Kind::number_of_the_future, Weight::weak, number_of_the_future, true},
    {Kind::number_used_before, Weight::weak, number_used_before, true},
    {Kind::other_hop_count, Weight::weak, other_hop_count},
    {Kind::id_off_its_row, Weight::weak, id_off_its_row},
    {Kind::one_counter_of_two, Weight::weak, one_counter_of_two, true},
    {Kind::id_without_socket, Weight::weak, id_without_socket, true},
    {Kind::other_link, Weight::weak, other_link},
    {Kind::missing_flow_label, Weight::weak, missing_flow_label, true},
    {Kind::missing_timestamps, Weight::weak, missing_timestamps, true},
    {Kind::timestamps_out_of_line, Weight::weak, timestamps_out_of_line, true},
    {Kind::window_of_no_socket, Weight::weak, window_of_no_socket, true},
    {Kind::copied_window, Weight::weak, copied_window, true},
    {Kind::answer_faster_than_the_host, Weight::weak, answer_faster_than_the_host, true},
};

}  // namespace

std::vector<Clue> clues_of_forging(const Case& c)
{
    std::vector<Clue> found;
    if (c.defect != Defect::none)
        return found;
    for (const Rule& rule : kRules) {
        std::string shows = rule.look(c);
        if (shows.empty())
            continue;
        const Frame frame = rule.shown == Shown::by_the_reset ? c.rst.frame
                                                              : *c.aftermath.sender_went_on;
        found.push_back({rule.kind, rule.weight, rule.another_stack, frame, std::move(shows)});
    }
    return found;
}

const Clue* clue_of(const Case& c, Clue::Kind kind)
{
    const auto found = std::find_if(c.clues.begin(), c.clues.end(),
                                    [&](const Clue& clue) { return clue.kind == kind; });
    return found == c.clues.end() ? nullptr : &*found;
}

bool has_strong_clue(const Case& c)
{
    return !c.clues.empty() && c.clues.front().weight == Clue::Weight::strong;
}

const Threshold<std::size_t> kSuspicion{"clues.suspicion", 2};

bool is_suspicious(const Case& c)
{
    return has_strong_clue(c)
        || (c.clues.size() >= kSuspicion()
            && std::any_of(c.clues.begin(), c.clues.end(),
                           [](const Clue& clue) { return clue.another_stack; }));
}

bool made_between(const Case& c)
{
    return c.second && c.second->path == SecondPoint::Path::made_between;
}

bool is_a_filters_answer(const Case& c)
{
    const bool answers
        = answers_a_syn(c) || (passive_form(c) && c.trigger) || mirrors_a_segment(c);
    if (is_vague_answer(c) && c.aftermath.sender_went_on)
        return false;
    const bool arrived = made_between(c) ? c.second->trigger_passed : c.aftermath.knew_trigger;
    const Frame answered = answered_frame(c);
    const auto others = others_at_once(c);
    return answers && !arrived && !clue_of(c, Clue::Kind::resets_to_both_ends)
        && std::none_of(others.begin(), others.end(), [&](const SentReset& other) {
               return other.trigger == 0 || other.trigger == answered;
           });
}

}  // namespace rstcause
