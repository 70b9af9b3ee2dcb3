// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "facts/case.h"
#include "facts/fact.h"

/// What a NAT on the way did with the segment that a reset answers.
namespace rstcause {

/// The sender of the reset knows the connection that the answered segment belongs to, ports and sequence
/// numbers alike, under another address of the other end (its last frame there, and the silence since). No:
/// the sender takes part in the connection under these very addresses.
Fact known_under_another_address(const Case& c);

/// This point sees both sides of a NAT, and the answered segment on one of them only (the connection's last
/// frame on the other). No: the capture point is at the reset's sender, whose connection this is.
Fact seen_on_one_side_of_the_nat(const Case& c);

/// And there the NAT passed it on as it was: it came by twice, a hop apart.
Fact passed_on_untranslated(const Case& c);

/// The reset speaks for the NAT's own address, which the segment reached.
Fact answered_by_the_nat(const Case& c);

/// Its sender goes on as if it had sent no reset (frame), and nothing else about the reset is not a kernel's, the
/// host's own or one nearer: that may have answered what came past a NAT, as a stranger's.
Fact goes_on_though_its_kernel_answered(const Case& c);

/// The connection on the other side was closed by then.
Fact closed_on_the_other_side(const Case& c);

/// A long silence came before the segment that went past the NAT (span): its mapping may have run out.
Fact silent_before_the_bypass(const Case& c);

}  // namespace rstcause
