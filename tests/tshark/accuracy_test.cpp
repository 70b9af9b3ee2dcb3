// SPDX-License-Identifier: GPL-2.0-or-later
//
// Every kept capture against its labels, in one pass and in two, with a table per cause.
//
// Final verdicts are the plugin's. Those of one pass sharkd does not tell, and tshark needs a process
// for each capture: so the core says them, but for captures that only Wireshark can read. That it
// says the same as the plugin, agreement_test.cpp shows.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/core.h>

#include "captures.h"
#include "diagnosis/catalogue.h"
#include "judge/indistinguishable.h"
#include "judge/kept.h"
#include "judge/known_wrong.h"
#include "verdicts.h"

namespace rstcause::test {
namespace {

struct Score {
    int right = 0;
    int acceptable = 0;
    int wrong = 0;
    int certain_and_wrong = 0;
    int claimed = 0;             ///< verdicts that named this cause
    int claimed_wrongly = 0;     ///< of those, where it is neither right nor acceptable
};

/// "98 %", or "-" when there is nothing to divide.
std::string percent(int part, int whole)
{
    return whole > 0 ? fmt::format("{} %", 100 * part / whole) : "-";
}

/// Resets that a device made or a host sent, told from one capture point or from two.
class Makers {
public:
    void judge(const Label& label, const Said& said, bool two_points)
    {
        const bool forged = label.reason == "injected" || label.reason == "firewall_reject";
        Row& row = rows_[{two_points, forged}];
        const bool named = said.reason == "injected" || said.reason == "firewall_reject";
        const bool certain = said.confidence == static_cast<int>(Confidence::certain);
        ++row.all;
        row.said_network += named;
        row.certain += named && certain;
        if (!forged) {
            EXPECT_FALSE(said.reason == "injected" && certain) << "a genuine reset, called forged";
        }
    }

    void print() const
    {
        fmt::print("\nHow many are said to be made by a device on the way (injected or "
                   "firewall_reject):\n{:16} {:18} {:>6} {:>10} {:>12}\n", "capture points",
                   "in truth made by", "resets", "said so", "certainly");
        for (const auto& [key, row] : rows_)
            fmt::print("{:16} {:18} {:6} {:10} {:12}\n", key.first ? "two" : "one",
                       key.second ? "a device" : "its sender", row.all, row.said_network,
                       row.certain);
    }

private:
    struct Row {
        int all = 0, said_network = 0, certain = 0;
    };
    std::map<std::pair<bool, bool>, Row> rows_;  ///< by two points, by forged
};

/// The packets of a kept capture; none where only Wireshark can read it.
const Trace* trace_of(const std::string& capture)
{
    for (const Kept& kept : library().captures)
        if (kept.name == capture)
            return &kept.trace;
    return nullptr;
}

class Accuracy {
public:
    explicit Accuracy(bool two_passes) : two_passes_(two_passes) {}

    void judge(const Capture& capture, const Verdicts& said)
    {
        std::set<std::uint32_t> labelled;
        const bool two_points = std::any_of(
            capture.labels.begin(), capture.labels.end(),
            [](const Label& label) { return label.path.has_value(); });
        for (const Label& label : capture.labels) {
            labelled.insert(label.frame);
            SCOPED_TRACE(fmt::format("{}, frame {}", capture.name, label.frame));
            const auto found = said.find(label.frame);
            if (found == said.end()) {
                ADD_FAILURE() << "no verdict";
                continue;
            }
            judge(capture.name, label, found->second);
            if (two_passes_)
                makers_.judge(label, found->second, two_points);
        }
        for (const auto& [frame, _] : said)
            EXPECT_TRUE(labelled.count(frame))
                << capture.name << ": frame " << frame << " is no reset, yet carries a verdict";
    }

    void print() const
    {
        fmt::print("\nPrecision: of the verdicts that name a cause, those right or acceptable. "
                   "Recall: of the\nresets that have it, those named so.\n");
        fmt::print("{:26} {:>6} {:>11} {:>6} {:>18} {:>10} {:>7}   ({})\n", "cause", "right",
                   "acceptable", "wrong", "certain and wrong", "precision", "recall",
                   two_passes_ ? "two passes" : "one pass");
        for (const auto& [cause, s] : scores_)
            fmt::print("{:26} {:6} {:11} {:6} {:18} {:>10} {:>7}\n", cause, s.right, s.acceptable,
                       s.wrong, s.certain_and_wrong,
                       percent(s.claimed - s.claimed_wrongly, s.claimed),
                       percent(s.right, s.right + s.acceptable + s.wrong));
        if (two_passes_)
            makers_.print();
    }

    /// A detector that never speaks must not hide behind labels that accept another cause.
    void expect_every_cause_named() const
    {
        for (const CatalogueRow& row : kCatalogue)
            if (const auto found = scores_.find(std::string(row.token)); row.rule) {
                EXPECT_TRUE(found != scores_.end() && found->second.right >= 2)
                    << row.token << " is not named where it is due";
            }
    }

private:
    /// What may be said beside the truth, in the view that the verdict had.
    bool acceptable_here(const std::string& capture, const Label& label, const Said& said) const
    {
        const Trace* whole = trace_of(capture);
        return whole && is_acceptable(said.reason, label,
                                      two_passes_ ? *whole : until(*whole, label.frame), label.frame);
    }

    void judge(const std::string& capture, const Label& label, const Said& said)
    {
        Score& score = scores_[label.reason];
        const bool right = said.reason == label.reason;
        const bool acceptable = !right && acceptable_here(capture, label, said);
        if (right)
            ++score.right;
        else if (acceptable)
            ++score.acceptable;
        else
            ++score.wrong;
        ++scores_[said.reason].claimed;
        scores_[said.reason].claimed_wrongly += !right && !acceptable;
        const bool certain = said.confidence == static_cast<int>(Confidence::certain);
        if (!right && !acceptable && certain)
            ++score.certain_and_wrong;

        const auto known = known_wrongs().find({capture, label.frame, two_passes_});
        const KnownWrong wrong{label.reason, said.reason, certain};
        if (right || acceptable) {
            EXPECT_TRUE(known == known_wrongs().end()) << "right now: strike it from known_wrong.tsv";
        } else if (is_detected(label.reason) || certain) {
            EXPECT_TRUE(known != known_wrongs().end() && known->second == wrong)
                << "wrong; known_wrong.tsv lacks\n"
                << known_wrong_line(capture, label.frame, two_passes_, wrong);
        }
        // What later frames alone can tell is claimed in one pass before they are read; known_wrong.tsv names it.
        const bool too_early = !two_passes_ && known != known_wrongs().end();
        EXPECT_TRUE(too_early || !holds(label.never, said.reason)) << "must not be claimed: " << said.reason;
        if (two_passes_ && right)
            judge_details(label, said);
    }

    void judge_details(const Label& label, const Said& said)
    {
        // In a burst the segments share one acknowledgement number: which of them a repeat answers
        // is not on the wire.
        if (label.trigger && !label.repeat_of) {
            EXPECT_EQ(said.trigger, label.trigger) << "trigger";
        }
        EXPECT_EQ(said.repeat_of.has_value(), label.repeat_of.has_value()) << "repeat_of";
        if (label.retransmissions) {
            EXPECT_EQ(said.retransmissions, label.retransmissions) << "retransmissions";
        }
        // What cannot be told apart need not be told (nat_bypassed: the host behind a NAT, or the NAT's own kernel);
        // a certain verdict tells its origin.
        if (label.origin && (!said.origin.empty() || said.confidence == static_cast<int>(Confidence::certain))) {
            EXPECT_EQ(said.origin, *label.origin) << "origin";
        }
        if (label.path) {
            EXPECT_EQ(said.path, *label.path) << "path";
        }
    }

    bool two_passes_;
    std::map<std::string, Score> scores_;
    Makers makers_;
};

void judge_all(Passes passes, const std::map<std::string, Verdicts>& said)
{
    Accuracy accuracy(passes == Passes::two);
    ASSERT_GT(captures().size(), 100u);
    for (const Capture& capture : captures())
        accuracy.judge(capture, said.at(capture.name));
    accuracy.print();
    if (passes == Passes::two)
        accuracy.expect_every_cause_named();
}

TEST(OnePass, SaysWhatTheLabelsSay)
{
    auto said = in_the_core(Passes::one);
    for (const Capture& capture : captures())
        if (!said.contains(capture.name))
            said[capture.name] = one_pass(capture);
    judge_all(Passes::one, said);
}

TEST(TwoPass, SaysWhatTheLabelsSay) { judge_all(Passes::two, final_verdicts()); }

TEST(Labels, EveryDetectedCauseHasFiringCapturesAndNearMisses)
{
    std::map<std::string, int> firing, near_misses;
    for (const Capture& capture : captures()) {
        std::set<std::string> here;
        for (const Label& label : capture.labels)
            here.insert(label.reason);
        for (const std::string& reason : here)
            ++firing[reason];
        for (const std::string& reason : capture.near_miss_for)
            ++near_misses[reason];
    }
    for (const CatalogueRow& row : kCatalogue) {
        const std::string token(row.token);
        if (!is_detected(token))
            continue;
        EXPECT_GE(firing[token], 2) << token << " needs captures in which it fires";
        EXPECT_GE(near_misses[token], 2) << token << " needs look-alikes";
    }
}

}  // namespace
}  // namespace rstcause::test
