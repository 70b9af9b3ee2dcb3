// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>

namespace rstcause {

/// A TCP sequence number: arithmetic modulo 2^32 (RFC 9293 §3.4).
///
/// There is no `operator<` on purpose: modular comparison is not a total order, so sequence
/// numbers must not be sorted or kept in ordered containers. Use before() and distance().
class Seq {
public:
    constexpr Seq() = default;
    constexpr explicit Seq(std::uint32_t value) : value_(value) {}

    constexpr std::uint32_t value() const { return value_; }

    friend constexpr bool operator==(Seq, Seq) = default;
    friend constexpr Seq operator+(Seq s, std::uint32_t n) { return Seq(s.value_ + n); }
    friend constexpr Seq operator-(Seq s, std::uint32_t n) { return Seq(s.value_ - n); }

private:
    std::uint32_t value_ = 0;
};

/// Signed distance in bytes from `from` to `to`; right while they are less than 2^31 apart.
constexpr std::int32_t distance(Seq from, Seq to)
{
    return static_cast<std::int32_t>(to.value() - from.value());
}

/// True when `a` lies strictly before `b` in the stream.
constexpr bool before(Seq a, Seq b) { return distance(a, b) > 0; }

/// The later of two sequence numbers.
constexpr Seq later(Seq a, Seq b) { return before(a, b) ? b : a; }

}  // namespace rstcause
