// SPDX-License-Identifier: GPL-2.0-or-later
//
// judge: what the core says of each reset of labelled captures, and how that compares with the truth.
//
//     judge FILE…    labels (.json beside their captures), tables of experts (.tsv), captures without label
//     judge --rules  the rules by which another cause is acceptable: name, tokens, sentence
//
// Prints a table, tab-separated, its columns named in the first line; one line a reset. What cannot be
// read is named on standard error, and the status is then 1. tests/replay/replay and tests/replay/calibrate read it.
#include <algorithm>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "answers.h"
#include "capture_file.h"
#include "indistinguishable.h"
#include "score.h"

namespace rstcause::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kColumns =
    "set\tcapture\tdraw\tfamily\tframe\trepeat\ttruth\tsaid\tconfidence\tanswers\tgrade\trule\torigin\ttrigger\t"
    "one_pass_said\tone_pass_confidence\tone_pass_grade\texplanation";

std::string shown(std::optional<bool> right)
{
    return !right ? "-" : *right ? "right" : "wrong";
}

void print_row(const std::string& set, const LabelFile& file, const Label& label, const Verdict& final,
               const Verdict& early, const Trace& trace)
{
    const Score scored = score(label, final, trace);
    const Score early_scored = score(label, early, until(trace, label.frame));
    std::string explanation = final.explanation;
    std::replace(explanation.begin(), explanation.end(), '\t', ' ');
    fmt::print("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", set, file.name,
               file.draw, label.family, label.frame, label.repeat_of ? 1 : 0, label.reason,
               reason(final), rstcause::token(final.confidence),
               final.trigger ? fmt::format("{}", *final.trigger) : "-", token(scored.grade), scored.rule,
               shown(scored.origin_right), shown(scored.trigger_right), reason(early),
               rstcause::token(early.confidence), token(early_scored.grade), explanation);
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

void print_rules()
{
    for (const Rule& rule : rules()) {
        std::string tokens;
        for (std::string_view token : rule.tokens)
            tokens += fmt::format("{}{}", tokens.empty() ? "" : " ", token);
        fmt::print("{}\t{}\t{}\n", rule.name, tokens, rule.sentence);
    }
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
    bool fine = true;
    fmt::print("{}\n", rstcause::test::kColumns);
    for (int i = 1; i < count; ++i)
        fine &= rstcause::test::judge_path(arguments[i]);
    return fine ? 0 : 1;
}
