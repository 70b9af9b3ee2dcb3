// SPDX-License-Identifier: GPL-2.0-or-later
//
// judge: what the core says of each reset of labelled captures, and how that compares with the truth.
//
//     judge FILE…    labels (.json beside their captures), tables of experts (.tsv), captures without label
//     judge --ring N CAPTURE…  each capture whole, and cut into ring files of N frames
//     judge --why CAPTURE FRAME  what every cause says of one reset
//     judge --rules  the rules by which another cause is acceptable: name, tokens, sentence
//
// Prints a table, tab-separated, its columns named in the first line; one line a reset. What cannot be
// read is named on standard error, and the status is then 1. tests/replay/replay and tests/replay/calibrate read it.
#include <algorithm>
#include <exception>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "answers.h"
#include "diagnosis/catalogue.h"
#include "diagnosis/say.h"
#include "diagnosis/weigh.h"
#include "capture_file.h"
#include "indistinguishable.h"
#include "score.h"
#include "untold.h"

namespace rstcause::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kColumns =
    "set\tcapture\tdraw\tfamily\tframe\trepeat\ttruth\tsaid\tconfidence\tanswers\tgrade\trule\tothers\torigin\ttrigger\t"
    "one_pass_said\tone_pass_confidence\tone_pass_grade\ttrue_impact\timpact\tuntold\tharm\texplanation";

std::string shown(std::optional<bool> right)
{
    return !right ? "-" : *right ? "right" : "wrong";
}

/// How many other causes this view cannot tell from the true one.
std::size_t causes_beside(const Label& label, const Trace& trace)
{
    std::set<std::string> causes(label.acceptable.begin(), label.acceptable.end());
    for (const Acceptance& other : acceptable_by(label, trace, label.frame))
        causes.insert(other.token);
    causes.erase(label.reason);
    return causes.size();
}

void print_row(const std::string& set, const LabelFile& file, const Label& label, const Verdict& final,
               const Verdict& early, const Trace& trace)
{
    const Score scored = score(label, final, trace);
    const std::string said_impact(rstcause::token(final.harm.impact));
    const Score early_scored = score(label, early, until(trace, label.frame));
    std::string explanation = final.explanation;
    std::replace(explanation.begin(), explanation.end(), '\t', ' ');
    fmt::print("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", set, file.name,
               file.draw, label.family, label.frame, label.repeat_of ? 1 : 0, label.reason,
               reason(final), rstcause::token(final.confidence),
               final.trigger ? fmt::format("{}", *final.trigger) : "-", token(scored.grade), scored.rule,
               causes_beside(label, trace),
               shown(scored.origin_right), shown(scored.trigger_right), reason(early),
               rstcause::token(early.confidence), token(early_scored.grade),
               label.impact.value_or("-"), said_impact,
               untold(said_impact, label, trace), final.harm.says, explanation);
}

/// One line for each labelled reset; where nobody labelled, for each reset.
void judge(const std::string& set, LabelFile file)
{
    const Trace trace = read_trace(file.capture);
    const Answers final = answers(trace);
    const Answers early = one_pass_answers(trace);
    if (file.labels.empty())
        for (const auto& [frame, _] : final)
            file.labels.push_back({.frame = frame, .reason = "-"});
    for (const Label& label : file.labels) {
        if (!final.count(label.frame))
            throw std::runtime_error(fmt::format("frame {} cannot be read here", label.frame));
        print_row(set, file, label, final.at(label.frame).front(), early.at(label.frame).front(), trace);
    }
}

bool try_to_judge(const std::string& set, const LabelFile& file)
{
    try {
        judge(set, file);
        return true;
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}: {}\n", file.name, error.what());
        return false;
    }
}

/// The capture as ring files of `size` frames, each read by itself: what a fresh file says of each reset
/// against what the whole says.
void judge_ring(const std::string& name, const fs::path& capture, std::size_t size)
{
    const Trace trace = read_trace(capture);
    const Answers whole = answers(trace);
    for (std::size_t from = 0; from < trace.size(); from += size) {
        const auto end = trace.begin() + static_cast<std::ptrdiff_t>(std::min(from + size, trace.size()));
        const Trace piece(trace.begin() + static_cast<std::ptrdiff_t>(from), end);
        for (const auto& [frame, verdicts] : answers(piece)) {
            const Verdict& alone = verdicts.front();
            const Verdict& full = whole.at(frame).front();
            fmt::print("{}\t{}\t{}\t{}\t{}\t{}\n", name, frame, reason(full),
                       rstcause::token(full.confidence), reason(alone), rstcause::token(alone.confidence));
        }
    }
}

const char* shown(Standing::Place place)
{
    return place == Standing::Place::met ? "met" : place == Standing::Place::open ? "open" : "out";
}

const char* shown(const Fact& fact) { return fact.yes() ? "yes" : fact.no() ? "no" : "?"; }

/// All that every cause says of one reset that is not plainly out, and how it adds up.
void print_why(const fs::path& capture, Frame frame)
{
    constexpr const char* kKinds[] = {"needs", "excluded by", "supports", "doubts", "rules out"};
    Session session{Settings{}};
    for (const Packet& packet : read_trace(capture))
        give(session, packet);
    for (ResetId id = 0; id < session.reset_count(); ++id) {
        if (session.segment(id).frame != frame)
            continue;
        const Differential d = session.differential(id);
        fmt::print("{} ({})\n", row(d.winner).token, rstcause::token(d.confidence));
        for (const CatalogueRow& cause : kCatalogue) {
            const Standing& standing = d.standing_of(cause.cause);
            fmt::print("{} {}: {}{}\n", cause.token, shown(standing.place), standing.score,
                       standing.against ? fmt::format(", {}", say(*standing.against)) : "");
            for (const Bearing& bearing : d.bearings_of(cause.cause).all())
                if (standing.place != Standing::Place::out)
                    fmt::print("    {} {} {}: {}\n", kKinds[static_cast<int>(bearing.kind)],
                               static_cast<int>(bearing.weight), shown(bearing.fact), say(bearing));
        }
    }
}

void print_rules()
{
    for (const Rule& rule : rules()) {
        std::string tokens;
        for (std::string_view token : rule.tokens)
            tokens += fmt::format("{}{}", tokens.empty() ? "" : " ", token);
        fmt::print("{}\t{}\t{}\n", rule.name, tokens, rule.sentence);
    }
    for (const Blindness& each : blindnesses())
        fmt::print("{}\timpact\t{}\n", each.name, each.sentence);
}

bool judge_path(const fs::path& path)
{
    bool fine = true;
    if (path.extension() == ".tsv") {
        for (const LabelFile& file : read_expert_labels(path))
            fine &= try_to_judge("wild", file);
    } else if (path.extension() == ".json") {
        const LabelFile file = read_label_file(path);
        fine = try_to_judge(file.side.empty() ? "kept" : file.side, file);
    } else {
        fine = try_to_judge("unlabelled", {.name = path.filename().string(), .capture = path});
    }
    return fine;
}

}  // namespace
}  // namespace rstcause::test

int main(int count, char** arguments)
{
    if (count == 2 && std::string(arguments[1]) == "--rules") {
        rstcause::test::print_rules();
        return 0;
    }
    if (count > 3 && std::string(arguments[1]) == "--ring") {
        fmt::print("capture\tframe\twhole\twhole_confidence\tpiece\tpiece_confidence\n");
        for (int i = 3; i < count; ++i)
            rstcause::test::judge_ring(std::filesystem::path(arguments[i]).stem().string(), arguments[i],
                                       std::stoul(arguments[2]));
        return 0;
    }
    if (count == 4 && std::string(arguments[1]) == "--why") {
        rstcause::test::print_why(arguments[2], static_cast<rstcause::Frame>(std::stoul(arguments[3])));
        return 0;
    }
    bool fine = true;
    fmt::print("{}\n", rstcause::test::kColumns);
    for (int i = 1; i < count; ++i)
        fine &= rstcause::test::judge_path(arguments[i]);
    return fine ? 0 : 1;
}
