// SPDX-License-Identifier: GPL-2.0-or-later
//
// fmt's functions, compiled here once. Its header-only form would compile them anew in every file
// that includes it, its library the plugin's user may lack, and Debian has no archive of it.
#include <fmt/format-inl.h>

// As fmt's own source file does: declared extern in its headers.
template auto fmt::detail::thousands_sep_impl<char>(fmt::detail::locale_ref)
    -> fmt::detail::thousands_sep_result<char>;
template auto fmt::detail::decimal_point_impl<char>(fmt::detail::locale_ref) -> char;
