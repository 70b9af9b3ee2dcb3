// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>

#include "wire/segment.h"

namespace rstcause {

/// Why the capture does not tell something. Not known is never no.
enum class Gap : std::uint8_t {
    none,
    before,         ///< it would lie before the capture, or before what this capture holds of the connection
    after,          ///< it would come after what has been read of the capture
    one_direction,  ///< the capture holds only one direction of the connection
    forgotten,      ///< there was more than the tables hold
    not_carried,    ///< these packets do not carry it (IPv4 has no flow label)
    on_the_way,     ///< the packets crossed: whether it had arrived is not known
    lost,           ///< it may have been lost on the way here
    not_shown,      ///< no packet shows it either way
};

/// One thing that a capture says of a reset, in three values, with what shows it.
struct Fact {
    enum class Value : std::uint8_t { no, yes, unknown };

    Value value = Value::unknown;
    Gap gap = Gap::not_shown;  ///< of an unknown one
    Frame frame = 0;           ///< shows it; 0: the reset itself, or nothing in particular
    Time span{};               ///< the time that it speaks of, where it speaks of one
    std::uint32_t count = 0;   ///< the number that it speaks of

    constexpr bool yes() const { return value == Value::yes; }
    constexpr bool no() const { return value == Value::no; }
    constexpr bool unknown() const { return value == Value::unknown; }

    /// The same fact with the time or the number that it speaks of.
    constexpr Fact lasting(Time time) const
    {
        Fact fact = *this;
        fact.span = time;
        return fact;
    }
    constexpr Fact counting(std::uint32_t number) const
    {
        Fact fact = *this;
        fact.count = number;
        return fact;
    }
};

constexpr Fact yes(Frame frame = 0) { return {Fact::Value::yes, Gap::none, frame}; }
constexpr Fact no(Frame frame = 0) { return {Fact::Value::no, Gap::none, frame}; }
constexpr Fact not_known(Gap gap = Gap::not_shown) { return {Fact::Value::unknown, gap}; }

/// What is surely so or surely not so.
constexpr Fact known(bool is_so, Frame frame = 0) { return is_so ? yes(frame) : no(frame); }

/// What shows itself when it is so, and whose absence proves nothing.
constexpr Fact shown(bool is_so, Frame frame = 0, Gap gap = Gap::not_shown)
{
    return is_so ? yes(frame) : not_known(gap);
}

constexpr Fact operator!(Fact fact)
{
    if (!fact.unknown())
        fact.value = fact.yes() ? Fact::Value::no : Fact::Value::yes;
    return fact;
}

/// Both are so (Kleene's three values): no if either is not, yes if both are, else not known.
/// Frames and measures are those of the first one that decides.
constexpr Fact both(const Fact& a, const Fact& b)
{
    if (a.no() || b.no())
        return a.no() ? a : b;
    if (a.unknown() || b.unknown())
        return a.unknown() ? a : b;
    return a.frame || a.count || a.span != Time{} ? a : b;
}

constexpr Fact either(const Fact& a, const Fact& b) { return !both(!a, !b); }

}  // namespace rstcause
