// SPDX-License-Identifier: GPL-2.0-or-later
//
// Perturbations that take knowledge away. A verdict may then be weaker, or missing, or even another
// one that what is left suggests; but never another one with certainty.
#include <gtest/gtest.h>

#include <algorithm>

#include <fmt/core.h>

#include "judge/answers.h"
#include "judge/kept.h"
#include "judge/known_wrong.h"
#include "perturb.h"
#include "tally.h"

namespace rstcause::test {
namespace {

/// Leaves out captures whose name holds `excepted`.
template <typename Perturb>
Tally tally_of(const std::string& title, Perturb perturb, const std::string& excepted = "/")
{
    Tally tally(title);
    for (const Kept& kept : library().captures)
        if (kept.name.find(excepted) == std::string::npos)
            tally.judge(kept, perturb(kept.trace));
    tally.print();
    return tally;
}

void expect_honest(const Tally& tally, std::size_t likely_mistakes)
{
    EXPECT_EQ(tally.count(Outcome::certainly_other), 0u);
    EXPECT_LE(tally.count(Outcome::likely_other), likely_mistakes);
}

// The capture starts after the handshake. The roles are then a guess, and what the openings taught
// of hosts and services must be learnt from what follows. Gone for good: which attempts raced
// each other (happy_eyeballs, smb_dual_connect), that a port was used for another connection
// (syn_conflict), and which connection behind a NAT is which.
TEST(LessKnown, WithoutHandshakes)
{
    expect_honest(tally_of("Without handshakes", without_handshakes), 18);
}

// Timestamps are an option that many stacks leave out. No other cause should be said, unless the
// timestamps are the cause; today seven forgeries, with hops of their own, may be aborts; and two closes with data
// unread after a FIN of their own look like a stack that answers late data with ACK flag.
TEST(LessKnown, WithoutTimestamps)
{
    const Tally tally = tally_of("Without timestamps", without_timestamps, "wrong-timestamp");
    expect_honest(tally, 2);
    EXPECT_LE(tally.count(Outcome::possibly_other), 7u);
}

// Captures with several queues or interfaces mix up neighbours. A reset may then come before what
// it answers, and a refusal before its SYN: scans lose the refusals that make them scans.
TEST(LessKnown, SlightlyReordered)
{
    expect_honest(tally_of("Slightly reordered", slightly_reordered), 16);
}

// Asymmetric routes, or a tap on one fibre, show one direction only: no acknowledgement, so no
// telling a retransmission that matters from one that does not.
TEST(LessKnown, OnlyTheClientsSide)
{
    expect_honest(tally_of("Only the clients' side", [](const Trace& trace) {
                      return one_sided(trace, Role::client);
                  }), 0);
}

TEST(LessKnown, OnlyTheServersSide)
{
    expect_honest(tally_of("Only the servers' side", [](const Trace& trace) {
                      return one_sided(trace, Role::server);
                  }), 0);
}

// Without IP-IDs copies are told by time alone; two forgeries that IDs gave away go unnoticed. The
// counts of retransmissions stay within one, and the same resets are repeats.
TEST(LessKnown, WithoutIpIds)
{
    expect_honest(tally_of("Without IP-IDs", without_ip_ids), 2);
    for (const Kept& kept : library().captures) {
        const Answers said = answers(without_ip_ids(kept.trace));
        for (const Label& label : agreed_labels(kept)) {
            SCOPED_TRACE(fmt::format("{}, frame {}", kept.name, label.frame));
            const Verdict& verdict = said.at(label.frame).front();
            // IDs tell a forger's reset from the host's own, and then neither repeats the other.
            if (!kept.name.starts_with("injected")) {
                EXPECT_EQ(verdict.repeat_of.has_value(), label.repeat_of.has_value());
            }
            if (label.retransmissions) {
                EXPECT_NEAR(verdict.retransmissions.value(), *label.retransmissions, 1);
            }
        }
    }
}

// The capture ends with the reset. Its aftermath is missing: what the packets up to there allow must
// be said, and nothing else but what is known to be wrong in one pass.
TEST(LessKnown, CutAfterTheReset)
{
    for (const Kept& kept : library().captures)
        for (const Label& label : agreed_labels(kept)) {
            SCOPED_TRACE(fmt::format("{}, frame {}", kept.name, label.frame));
            const Trace cut = cut_after(kept.trace, label.frame);
            const Answers said = answers(cut);
            const Verdict& verdict = said.at(label.frame).front();
            const Outcome outcome = compare(label, verdict, cut);
            EXPECT_TRUE(outcome <= Outcome::acceptable
                        || known_wrongs().contains({kept.name, label.frame, false})
                        || (!is_detected(label.reason) && outcome < Outcome::certainly_other))
                << "said " << facts(verdict) << ", wanted " << label.reason;
        }
}

}  // namespace
}  // namespace rstcause::test
