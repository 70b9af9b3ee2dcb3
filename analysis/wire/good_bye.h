// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "wire/signs.h"

namespace rstcause {

/// `payload`, all of a segment's, takes leave in the words of its protocol: it ends the session and asks for nothing.
/// TLS, whose close_notify is an alert, is read_sign()'s.
bool says_good_bye(Bytes payload);

}  // namespace rstcause
