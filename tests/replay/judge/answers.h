// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <map>
#include <string>
#include <vector>

#include "session/session.h"
#include "trace.h"

namespace rstcause::test {

/// Gives a packet to the core, with a Wireshark that confirms every retransmission that the core
/// believes in, so that the counts are the core's own.
Observation give(Session& session, const Packet& packet);

/// The final verdicts on the resets of a trace, by the frame of the kept capture that held the
/// reset. Duplicated frames have several. Frames named in them are those of the kept capture too,
/// except within texts.
using Answers = std::map<Frame, std::vector<Verdict>>;

/// Gives the whole trace to a core of its own.
Answers answers(const Trace& trace);

/// What one pass says: each verdict as of its reset, when nothing later is known. Else as above.
Answers one_pass_answers(const Trace& trace);

std::string reason(const Verdict& verdict);

/// All that a verdict says in numbers and names, on one line.
std::string facts(const Verdict& verdict);

/// All that it says in words; they hold addresses and frame numbers.
std::string words(const Verdict& verdict);

}  // namespace rstcause::test
