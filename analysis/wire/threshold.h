// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <type_traits>

namespace rstcause {

// The core is built twice: as it is used, and for the test that moves each threshold to see which verdicts
// turn (tests/replay/thresholds). CMake defines this for the second one, and only here is it looked at.
#ifdef RSTCAUSE_SCALED_THRESHOLDS
inline constexpr bool kThresholdsScale = true;
#else
inline constexpr bool kThresholdsScale = false;
#endif

/// What the scaled core knows of a threshold.
struct ThresholdScale {
    const char* name;
    double declared;         ///< seconds, or the number itself
    bool is_time;
    double factor = 1;       ///< for the test to set
    std::uint64_t reads = 0; ///< how often its value was asked for
};

/// Enters a threshold where the test finds it; of the scaled core alone (wire/threshold.cpp).
ThresholdScale& enter_threshold(const char* name, double declared, bool is_time);

/// A number that a verdict turns on. It stands beside its rule; its type gives the unit of a time, its comment
/// all other units, why it is this much, and by what source. Not for what a protocol or a table's bound fixes.
///
/// Declared `const`, not `constexpr`: the scaled core enters each one when it is constructed.
template <typename T>
class Threshold {
    static constexpr bool kIsTime = !std::is_arithmetic_v<T>;

public:
    constexpr Threshold(const char* name, T declared) : declared_(declared)
    {
        if constexpr (kThresholdsScale)
            scale_ = &enter_threshold(name, in_numbers(declared), kIsTime);
    }
    Threshold(const Threshold&) = delete;

    /// Its value.
    constexpr T operator()() const
    {
        if constexpr (kThresholdsScale)
            return scaled();
        else
            return declared_;
    }

private:
    struct Nothing {};

    static constexpr double in_numbers(T value)
    {
        if constexpr (kIsTime)
            return std::chrono::duration<double>(value).count();
        else
            return static_cast<double>(value);
    }

    T scaled() const
    {
        ++scale_->reads;
        if constexpr (kIsTime)
            return T(std::llround(static_cast<double>(declared_.count()) * scale_->factor));
        else if constexpr (std::integral<T>)
            return static_cast<T>(std::llround(static_cast<double>(declared_) * scale_->factor));
        else
            return declared_ * scale_->factor;
    }

    T declared_;
    [[no_unique_address]] std::conditional_t<kThresholdsScale, ThresholdScale*, Nothing> scale_{};
};

// In use it is its number and nothing else.
static_assert(kThresholdsScale
              || (Threshold<int>("", 2)() == 2 && sizeof(Threshold<int>) == sizeof(int)));

}  // namespace rstcause
