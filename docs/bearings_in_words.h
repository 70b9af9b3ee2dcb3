// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "diagnosis/catalogue.h"

namespace rstcause::doc {

/// A link to the cause's part of the page.
std::string link(Cause cause);

/// What the cause's rule says for and against it, as lines of a Markdown list. The rule is asked about
/// an empty case: it states all its bearings for every reset, so also for none.
std::string bearings_in_words(const CatalogueRow& cause);

/// The doubts that diagnosis/weigh.cpp adds to every cause in which a host sent the reset.
std::string doubts_of_every_host();

}  // namespace rstcause::doc
