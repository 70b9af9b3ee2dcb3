// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/translation.h"

#include <algorithm>

#include "facts/closing.h"
#include "facts/form_facts.h"

namespace rstcause {

namespace {

/// An end that has this connection itself met no stranger in it, when it was captured there: no NAT is
/// between.
Fact has_this_connection(const Case& c) { return both(took_part(c), !captured_far_from_its_sender(c)); }

}  // namespace

Fact known_under_another_address(const Case& c)
{
    if (c.bypass && c.bypass->to_a_stranger)
        return yes(c.bypass->last.frame).lasting(c.bypass->silence);
    if (took_part(c).yes())
        return no(took_part(c).frame);
    return not_known(c.trigger ? Gap::not_shown : Gap::one_direction);
}

Fact seen_on_one_side_of_the_nat(const Case& c)
{
    if (c.bypass && !c.bypass->to_a_stranger)
        return yes(c.bypass->last.frame).lasting(c.bypass->silence);
    const Fact own = has_this_connection(c);
    return own.yes() ? no(own.frame) : not_known();
}

Fact passed_on_untranslated(const Case& c)
{
    const bool one_side = c.bypass && !c.bypass->to_a_stranger;
    return shown(one_side && c.bypass->segment.passed_on, one_side ? c.bypass->segment.frame : 0);
}

Fact answered_by_the_nat(const Case& c)
{
    return known(c.bypass && !c.bypass->to_a_stranger && c.bypass->by_the_nat, c.rst.frame);
}

Fact goes_on_though_its_kernel_answered(const Case& c)
{
    const bool only_that = std::all_of(c.clues.begin(), c.clues.end(), [&](const Clue& clue) {
        return clue.kind == Clue::Kind::sender_goes_on
            || clue.kind == Clue::Kind::sender_goes_on_after_a_vague_answer
            || (clue.kind == Clue::Kind::other_hop_count && hops_nearer(c) > 0);
    });
    const bool kernels = answers_mid_stream(c).yes() && only_that && !labelled_by_a_kernel(c).no() && !c.second;
    return both(sender_goes_on_after_it(c), both(known(kernels, c.rst.frame), captured_far_from_its_sender(c)));
}

Fact closed_on_the_other_side(const Case& c)
{
    return known(c.bypass && c.bypass->closed, c.bypass ? c.bypass->last.frame : 0);
}

Fact silent_before_the_bypass(const Case& c)
{
    if (!c.bypass)
        return no();
    return known(c.bypass->silence >= c.settings.idle_threshold, c.bypass->last.frame)
        .lasting(c.bypass->silence);
}

}  // namespace rstcause
