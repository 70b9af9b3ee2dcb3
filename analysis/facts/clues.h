// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "facts/case.h"
#include "wire/threshold.h"

namespace rstcause {

/// All that speak against the sender named in the reset, the strong ones first. Each stands for
/// a fact of its own: TTL and hop count are one.
std::vector<Clue> clues_of_forging(const Case& c);

/// The clue of this kind; null when there is none.
const Clue* clue_of(const Case& c, Clue::Kind kind);

/// One of the reset's clues is strong.
bool has_strong_clue(const Case& c);

/// Weak clues that make a suspicion: each is seen with genuine resets, two of them seldom (docs/injection.md).
extern const Threshold<std::size_t> kSuspicion;

/// A strong clue, or two weak ones: not both of them such that another machine behind the same
/// address explains them, as balancers and NATs have it.
bool is_suspicious(const Case& c);

/// Seen at the receiver's capture point, and not at its supposed sender's.
bool made_between(const Case& c);

/// The reset answers exactly one segment, to its sender, no other reset goes with it, and nothing
/// shows that the host named as sender has got the segment: what a filter does that stops it, and
/// what a host without the connection does.
bool is_a_filters_answer(const Case& c);

}  // namespace rstcause
