// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "facts/case.h"
#include "facts/fact.h"

/// What the host that sent a reset could have known when it sent it. Capture order proves nothing
/// between hosts: a segment seen here before the reset may not have reached its sender by then.
namespace rstcause {

/// A segment of the peer, by where it ends in the stream and when it passed here.
struct Heard {
    Frame frame = 0;
    Seq end;
    Time time{};
    bool occupies = true;  ///< takes up sequence space, so that an acknowledgement can cover it
};

/// Had the sender of the reset got it by then?
///
/// Yes: it, or the reset, acknowledges it, or its SACK names it. No: the reset acknowledges less, though a living socket
/// acknowledges all that has come in order; or the segment passed here so shortly before that not
/// even the fastest round trip from here to the sender and back fits between. Else not known
/// (Gap::on_the_way).
Fact had_reached_sender(const Case& c, const Heard& segment);

/// Had anything that passed here at that time reached the sender, as far as the paths' times tell?
/// No when the fastest round trip does not fit between; yes when twice the slowest sign of it does;
/// else not known.
Fact time_to_know(const Case& c, const Mark& passed);

}  // namespace rstcause
