// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>

namespace rstcause::test {

/// The longest line, in characters: the columns that a terminal needs.
inline std::size_t width(const std::string& text)
{
    std::size_t widest = 0, here = 0;
    for (char c : text) {
        here = c == '\n' ? 0 : here + ((static_cast<unsigned char>(c) & 0xC0) != 0x80);
        widest = std::max(widest, here);
    }
    return widest;
}

}  // namespace rstcause::test
