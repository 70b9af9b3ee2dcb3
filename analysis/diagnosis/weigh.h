// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "causes/bearings.h"
#include "diagnosis/catalogue.h"
#include "facts/case.h"

namespace rstcause {

/// How one cause stands after all have been heard.
struct Standing {
    enum class Place {
        out,   ///< a need is not met, or something excludes it
        open,  ///< a need may be met: the capture does not tell
        met,   ///< all its needs are met
    };
    Place place = Place::out;
    int score = 0;              ///< weights of what speaks for it, less those of what speaks against it
    const Bearing* against{};   ///< what put it out; null when nothing did
};

/// All causes weighed against each other for one reset.
struct Differential {
    std::array<Bearings, kCatalogue.size()> bearings{};  ///< by Cause
    std::array<Standing, kCatalogue.size()> standing{};
    Cause winner = Cause::unknown;
    Confidence confidence = Confidence::possible;

    const Bearings& bearings_of(Cause cause) const { return bearings[static_cast<std::size_t>(cause)]; }
    const Standing& standing_of(Cause cause) const { return standing[static_cast<std::size_t>(cause)]; }
};

/// Hears every cause and weighs them. THE place that says how sure a verdict is.
///
/// Each cause that stands has a score: the weights of what speaks for it, less those of what speaks
/// against it. Causes whose needs are met come before those whose needs may be met, specific ones
/// before the remainder, then the score decides, then the catalogue's order. The winner is
/// - certain, when all its needs are met, no doubt is open, and every rival of its catalogue row is
///   out, each by a bearing that can be named;
/// - likely, when its score is ahead of every rival that stands by a sign at least: something speaks
///   for it that they lack;
/// - else possible.
/// Where only one direction is in the capture, nothing that has rivals is more than possible.
/// The remainder is likely at best, and only where no rival stands: it is found by elimination.
Differential weigh(const Case& c);

/// The doubts of the winner that are open: what speaks against it, and what it needs and the capture
/// does not tell.
std::vector<const Bearing*> open_doubts(const Differential& d);

/// The rivals of the winner that stand, the one that most speaks for first.
std::vector<Cause> standing_rivals(const Differential& d);

}  // namespace rstcause
