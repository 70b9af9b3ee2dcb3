// SPDX-License-Identifier: GPL-2.0-or-later
//
// The profile's own colours can be read (WCAG 2.1, contrast at least 4.5) and told apart, also by
// people who see two colours where others see three (Machado, Oliveira, Fernandes 2009).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "profile.h"

namespace rstcause::test {
namespace {

using Matrix = std::array<Colour, 3>;

constexpr Matrix kEveryColour{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
constexpr Matrix kNoRed{{{0.152286, 1.052583, -0.204868},
                         {0.114503, 0.786281, 0.099216},
                         {-0.003882, -0.048116, 1.051998}}};
constexpr Matrix kNoGreen{{{0.367322, 0.860646, -0.227968},
                           {0.280085, 0.672501, 0.047413},
                           {-0.011820, 0.042940, 0.968881}}};
constexpr Matrix kNoBlue{{{1.255528, -0.076749, -0.178779},
                          {-0.078411, 0.930809, 0.147602},
                          {0.004733, 0.691367, 0.303900}}};
constexpr Matrix kLightToXyz{{{0.4124564, 0.3575761, 0.1804375},
                              {0.2126729, 0.7151522, 0.0721750},
                              {0.0193339, 0.1191920, 0.9503041}}};
constexpr Colour kWhiteXyz{0.95047, 1, 1.08883};

Colour times(const Matrix& matrix, const Colour& colour)
{
    Colour result{};
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            result[i] += matrix[i][j] * colour[j];
    return result;
}

/// sRGB as amounts of light.
Colour light(Colour colour)
{
    for (double& c : colour)
        c = c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    return colour;
}

double contrast(const Colour& one, const Colour& other)
{
    const double a = times(kLightToXyz, light(one))[1] + 0.05;
    const double b = times(kLightToXyz, light(other))[1] + 0.05;
    return std::max(a, b) / std::min(a, b);
}

/// CIELAB, in which distance is difference as seen.
Colour as_seen(const Colour& colour, const Matrix& eye)
{
    Colour seen = times(eye, light(colour));
    for (double& c : seen)
        c = std::clamp(c, 0.0, 1.0);
    Colour xyz = times(kLightToXyz, seen);
    for (std::size_t i = 0; i < 3; ++i) {
        const double t = xyz[i] / kWhiteXyz[i];
        xyz[i] = t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116;
    }
    return {116 * xyz[1] - 16, 500 * (xyz[0] - xyz[1]), 200 * (xyz[1] - xyz[2])};
}

/// For the eye that tells them apart least.
double difference(const Colour& one, const Colour& other)
{
    double least = 1000;
    for (const Matrix& eye : {kEveryColour, kNoRed, kNoGreen, kNoBlue}) {
        const Colour a = as_seen(one, eye), b = as_seen(other, eye);
        least = std::min(least, std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]));
    }
    return least;
}

bool is_ours(const ColourRule& rule) { return rule.filter.find("rstcause") != std::string::npos; }

/// The rows between which a reset stands.
bool is_tcp(const ColourRule& rule)
{
    return rule.name == "TCP" || rule.name == "TCP SYN/FIN" || rule.name == "Bad TCP"
        || rule.name == "HTTP";
}

TEST(ProfileColours, CanBeRead)
{
    for (const ColourRule& rule : colour_rules())
        if (is_ours(rule)) {
            EXPECT_GE(contrast(rule.background, rule.text), 4.5) << rule.name;
        }
}

TEST(ProfileColours, CanBeToldApart)
{
    const auto rules = colour_rules();
    int pairs = 0;
    for (auto one = rules.begin(); one != rules.end(); ++one)
        for (auto other = one + 1; other != rules.end(); ++other)
            if (is_ours(*one) && (is_ours(*other) || is_tcp(*other))) {
                EXPECT_GE(difference(one->background, other->background), 20)
                    << one->name << ", " << other->name;
                ++pairs;
            }
    EXPECT_EQ(pairs, 6 + 4 * 4);
}

}  // namespace
}  // namespace rstcause::test
