// SPDX-License-Identifier: GPL-2.0-or-later
//
// Perturbations under which the verdicts must not change: what differs means nothing to TCP.
#include <gtest/gtest.h>

#include <algorithm>

#include <set>

#include <fmt/core.h>

#include "judge/answers.h"
#include "judge/kept.h"
#include "judge/known_wrong.h"
#include "perturb.h"
#include "tally.h"

namespace rstcause::test {
namespace {

using namespace std::chrono_literals;

enum class Words { same, free };

/// Connections whose start the trace does not hold: who is the client is a guess.
std::set<Frame> resets_with_guessed_roles(const Trace& trace)
{
    std::set<std::string> opened;
    std::set<Frame> guessed;
    for (const Packet& packet : trace) {
        const Segment s = segment(packet);
        if (s.flags.syn())
            opened.insert(ends(s));
        if (s.flags.rst() && !opened.count(ends(s)))
            guessed.insert(packet.kept);
    }
    return guessed;
}

void expect_same(const Kept& kept, const Trace& perturbed, Words wording,
                 const std::set<Frame>& excepted = {})
{
    const Answers before = answers(kept.trace);
    const Answers after = answers(perturbed);
    ASSERT_EQ(before.size(), after.size()) << kept.name;
    for (const auto& [frame, verdicts] : before) {
        if (excepted.count(frame))
            continue;
        SCOPED_TRACE(fmt::format("{}, frame {}", kept.name, frame));
        ASSERT_TRUE(after.count(frame));
        EXPECT_EQ(facts(verdicts.front()), facts(after.at(frame).front()));
        if (wording == Words::same) {
            EXPECT_EQ(words(verdicts.front()), words(after.at(frame).front()));
        }
    }
}

/// Its numbers alone show that a NAT has one connection under two addresses; moved each by itself, they do not. Or the
/// other way round: a farm's connections, all moved to wrap in their middle, look like one.
bool tied_by_its_numbers(const Kept& kept)
{
    return kept.name.find("behind-a-nat") != std::string::npos
        || kept.name.find("-farm") != std::string::npos
        || kept.name.find("balancer-moves.router-any") != std::string::npos
        || std::any_of(kept.labels.begin(), kept.labels.end(),
                       [](const Label& label) { return label.reason == "nat_bypassed"; });
}

// Nothing is changed: the core alone says what the labels say, without Wireshark's help. Causes
// without a detector may be taken for another one, but not with certainty.
TEST(Unperturbed, SaysWhatTheLabelsSay)
{
    for (const Kept& kept : library().captures) {
        const Answers said = answers(kept.trace);
        EXPECT_EQ(said.size(), kept.labels.size()) << kept.name;
        for (const Label& label : kept.labels) {
            SCOPED_TRACE(fmt::format("{}, frame {}", kept.name, label.frame));
            ASSERT_TRUE(said.count(label.frame));
            const Verdict& verdict = said.at(label.frame).front();
            const Outcome outcome = compare(label, verdict, kept.trace);
            EXPECT_TRUE(outcome <= Outcome::acceptable
                        || known_wrongs().contains({kept.name, label.frame, true})
                        || (!is_detected(label.reason) && outcome < Outcome::certainly_other))
                << "said " << facts(verdict) << ", wanted " << label.reason;
            EXPECT_FALSE(holds(label.never, reason(verdict))) << reason(verdict);
            EXPECT_EQ(verdict.repeat_of.has_value(), label.repeat_of.has_value());
            if (outcome == Outcome::right && label.retransmissions) {
                EXPECT_EQ(verdict.retransmissions, label.retransmissions);
            }
            // Which segment of a burst a repeat answers is not on the wire.
            if (outcome == Outcome::right && label.trigger && !label.repeat_of) {
                EXPECT_EQ(verdict.trigger, label.trigger);
            }
        }
    }
}

// What the decoder cannot read is left out: a few captures.
TEST(Unperturbed, NearlyAllCapturesAreUsed)
{
    for (const auto& [name, why] : library().skipped)
        fmt::print("skipped {}: {}\n", name, why);
    fmt::print("{} captures used, {} skipped\n", library().captures.size(),
               library().skipped.size());
    EXPECT_GE(library().captures.size(), 150u);
    EXPECT_LE(library().skipped.size(), 5u);
}

// Addresses and ephemeral ports are names. What sorts first now sorts last. Nothing may change
// but the names in the words.
TEST(Unchanged, ByOtherAddressesAndPorts)
{
    for (const Kept& kept : library().captures)
        expect_same(kept, with_mirrored_endpoints(kept.trace), Words::free);
}

// A client may use any port. Nothing may change where the capture holds the connection's start;
// elsewhere the roles were guessed by the ports, and the guess may fail.
TEST(Unchanged, ByLowClientPorts)
{
    for (const Kept& kept : library().captures)
        expect_same(kept, with_low_client_ports(kept.trace), Words::free,
                    resets_with_guessed_roles(kept.trace));
}

// Sequence numbers are relative to an arbitrary start, modulo 2^32. Nothing may change.
TEST(Unchanged, BySequenceNumbersThatWrap)
{
    for (const Kept& kept : library().captures)
        if (!tied_by_its_numbers(kept))
            expect_same(kept, with_wrapped_sequence_numbers(kept.trace), Words::same);
}

// The date means nothing: neither the first day of 1970 nor one past January 2038, where 32 bits
// of seconds overflow. Nothing may change.
TEST(Unchanged, ByTheDate)
{
    constexpr Time kFirstDay = 1h;
    constexpr Time kPast2038 = 2208988800s;  // 2040-01-01
    for (const Kept& kept : library().captures) {
        expect_same(kept, starting_at(kept.trace, kFirstDay), Words::same);
        expect_same(kept, starting_at(kept.trace, kPast2038), Words::same);
    }
}

// A mirror port shows every packet twice. The reasons stay, the copies of resets are repeats, and
// copies are no retransmissions. Confidence and the counts of Wireshark's tracking may change.
TEST(Unchanged, ByCopiesOfEveryFrame)
{
    for (const Kept& kept : library().captures) {
        const Answers before = answers(kept.trace);
        const Answers after = answers(doubled(kept.trace));
        for (const auto& [frame, verdicts] : before) {
            SCOPED_TRACE(fmt::format("{}, frame {}", kept.name, frame));
            const Verdict& original = after.at(frame).at(0);
            const Verdict& copy = after.at(frame).at(1);
            EXPECT_EQ(reason(original), reason(verdicts.front()));
            EXPECT_EQ(reason(copy), reason(verdicts.front()));
            EXPECT_EQ(original.repeat_of, verdicts.front().repeat_of);
            // What cannot be read as a reset ends nothing, so nothing is repeated.
            EXPECT_TRUE(copy.repeat_of.has_value() || copy.cause == Cause::malformed);
            EXPECT_LE(original.retransmissions, verdicts.front().retransmissions);
            EXPECT_LE(original.stream_retransmissions, verdicts.front().stream_retransmissions);
        }
    }
}

}  // namespace
}  // namespace rstcause::test
