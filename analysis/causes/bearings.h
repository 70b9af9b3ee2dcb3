// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "facts/fact.h"
#include "reset/terms.h"

namespace rstcause {

/// How much a piece of evidence weighs: three sizes, so that a reader can check the sum.
enum class Weight : int {
    hint = 1,   ///< as often seen where the cause is another one
    sign = 2,   ///< seldom seen elsewhere
    proof = 6,  ///< nothing else that we know of shows it: outweighs any hints and signs together
};

/// One thing that a fact means for one cause.
struct Bearing {
    enum class Kind {
        need,       ///< without it the cause is out
        exclusion,  ///< with it the cause is out
        support,    ///< speaks for the cause
        doubt,      ///< speaks against it
        rules_out,  ///< with it `rival` is out
    };
    Kind kind = Kind::need;
    Fact fact;
    Weight weight = Weight::hint;
    Cause rival = Cause::unknown;
    /// What the fact says when it is so, a sentence's middle with {span} and {count} for its measures.
    std::string_view says;
    std::string_view otherwise{};  ///< of a need: what is said when it is not so
};

/// What one cause says of one reset. It never says how sure it is: diagnosis/weigh.cpp does.
///
/// A cause states all its bearings for every reset, in the same order: what does not apply is a
/// fact of value no. So the documentation can list them.
class Bearings {
public:
    static constexpr std::size_t kMost = 24;

    /// Without it the cause is out. Not known: the cause may stand, behind those whose needs are met.
    void needs(const Fact& fact, std::string_view says, std::string_view otherwise)
    {
        add({Bearing::Kind::need, fact, Weight::hint, Cause::unknown, says, otherwise});
    }
    /// With it the cause is out. Not known: an open doubt.
    void excluded_by(const Fact& fact, std::string_view says)
    {
        add({Bearing::Kind::exclusion, fact, Weight::hint, Cause::unknown, says});
    }
    void supports(const Fact& fact, Weight weight, std::string_view says)
    {
        add({Bearing::Kind::support, fact, weight, Cause::unknown, says});
    }
    void doubts(const Fact& fact, Weight weight, std::string_view says)
    {
        add({Bearing::Kind::doubt, fact, weight, Cause::unknown, says});
    }
    void rules_out(Cause rival, const Fact& fact, std::string_view says)
    {
        add({Bearing::Kind::rules_out, fact, Weight::hint, rival, says});
    }

    std::span<const Bearing> all() const { return {all_.data(), size_}; }

private:
    void add(const Bearing& bearing)
    {
        all_.at(size_) = bearing;
        ++size_;
    }

    std::array<Bearing, kMost> all_{};
    std::size_t size_ = 0;
};

}  // namespace rstcause
