// SPDX-License-Identifier: GPL-2.0-or-later
//
// thresholds: which verdicts hang on the exact value of a threshold.
//
//     thresholds          over the kept captures: the test
//     thresholds FOLDER…  over the kept captures, and over the labelled ones in each folder
//                         (build/drawn/studied)
//
// Each threshold of the core is scaled by 0.5 and by 1.5, one at a time. Prints a table, those that turn most
// verdicts first; fails when a kept verdict becomes certain and wrong by it, or when one threshold turns too
// many of them: then its rule hangs on a number, and wants to be thought over.
#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <filesystem>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "facts/words.h"
#include "scaling.h"
#include "wire/threshold_scales.h"

namespace rstcause::test {
namespace {

namespace fs = std::filesystem;

constexpr std::array kFactors = {0.5, 1.5};

/// The share of the kept verdicts that one threshold may turn. As measured: but for those below none turns more
/// than 0.7 %.
constexpr double kMostTurned = 0.01;

/// What passes nevertheless, one threshold by one factor: how many kept verdicts it may turn, how many may become
/// certain and wrong, and why. Every line is a debt: it goes when the rule behind it is better.
struct Allowed {
    std::string_view name;
    double factor = 0;
    std::size_t turned = 0, certain_and_wrong = 0;
    std::string_view why;
};
constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();
constexpr Allowed kAllowed[] = {
    {"port.runs_of_a_limit", 0.5, kAny, kAny, "half of two is one: any restart of a service would be a limit"},
    {"timers.one_timer", 0.5, kAny, kAny, "half of two is one: a silence would be its own likeness"},
    {"zero_window_timeout.probes", 0.5, 0, 2,
     "half of two is one: a single probe would show that the writer waited"},
};

const Allowed* allowed(std::string_view name, double factor)
{
    const auto found = std::find_if(std::begin(kAllowed), std::end(kAllowed), [&](const Allowed& each) {
        return each.name == name && each.factor == factor;
    });
    return found == std::end(kAllowed) ? nullptr : &*found;
}

/// One threshold, in one set of captures.
struct Row {
    const ThresholdScale* threshold = nullptr;
    std::array<Turns, kFactors.size()> by;  ///< as kFactors

    std::size_t most() const { return std::max(by[0].turned, by[1].turned); }
    std::size_t all() const { return by[0].turned + by[1].turned; }
};

std::string value(const ThresholdScale& threshold)
{
    if (threshold.is_time)
        return text(Time(std::llround(threshold.declared * 1e9)));
    return fmt::format("{:.10g}", threshold.declared);
}

std::vector<Row> scale_each(const Captures& captures)
{
    std::vector<Row> rows;
    for (ThresholdScale& threshold : threshold_scales()) {
        Row& row = rows.emplace_back(Row{.threshold = &threshold, .by = {}});
        for (std::size_t i = 0; i < kFactors.size(); ++i)
            row.by[i] = captures.with(threshold, kFactors[i]);
    }
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
        return std::pair(a.most(), a.all()) > std::pair(b.most(), b.all());
    });
    return rows;
}

void print_table(const std::string& name, const Captures& captures, const std::vector<Row>& rows)
{
    constexpr const char* kColumns = "   {:>6} {:>9} {:>9} {:>14}";
    fmt::print("{}: {} verdicts, {} thresholds\n\n{:30} {:>8}", name, captures.verdicts(), rows.size(),
               "threshold", "value");
    for (double factor : kFactors)
        fmt::print(kColumns, fmt::format("x{}", factor), "was right", "is right", "certain, wrong");
    fmt::print("\n");
    for (const Row& row : rows) {
        if (row.all() == 0 && row.by[0].certain_and_wrong.empty() && row.by[1].certain_and_wrong.empty())
            continue;
        fmt::print("{:30} {:>8}", row.threshold->name, value(*row.threshold));
        for (const Turns& turns : row.by)
            fmt::print(kColumns, turns.turned, turns.were_right, turns.are_right, turns.certain_and_wrong.size());
        fmt::print("\n");
    }
    fmt::print("\n");
    for (const Row& row : rows)
        for (std::size_t i = 0; i < kFactors.size(); ++i)
            for (const std::string& verdict : row.by[i].certain_and_wrong)
                fmt::print("{} x{}, certain: {}\n", row.threshold->name, kFactors[i], verdict);
    fmt::print("\n");
}

/// What is wrong with one threshold, by one factor; empty when nothing is.
std::string complaint(std::string_view name, double factor, const Turns& turns, std::size_t verdicts)
{
    const auto most = static_cast<std::size_t>(kMostTurned * static_cast<double>(verdicts));
    const std::size_t worst = turns.certain_and_wrong.size();
    const Allowed* debt = allowed(name, factor);
    if (debt && turns.turned <= most && worst == 0)
        return fmt::format("{} x{} does no harm any more: take it out of kAllowed", name, factor);
    if (worst > (debt ? debt->certain_and_wrong : 0))
        return fmt::format("{} x{} makes {} verdicts certain and wrong", name, factor, worst);
    if (turns.turned > std::max(most, debt ? debt->turned : 0))
        return fmt::format("{} x{} turns {} of {} verdicts: think its rule over", name, factor, turns.turned,
                           verdicts);
    return "";
}

/// Says what is wrong with how the kept verdicts depend on thresholds; true when nothing is.
bool holds(const Captures& captures, const std::vector<Row>& rows)
{
    std::vector<std::string> complaints;
    std::set<std::string_view> names;
    for (const Row& row : rows) {
        if (!names.insert(row.threshold->name).second)
            complaints.push_back(fmt::format("two thresholds are named {}", row.threshold->name));
        for (std::size_t i = 0; i < kFactors.size(); ++i)
            complaints.push_back(complaint(row.threshold->name, kFactors[i], row.by[i], captures.verdicts()));
    }
    for (const Allowed& debt : kAllowed)
        if (!names.contains(debt.name))
            complaints.push_back(fmt::format("kAllowed names {}, and no threshold is called so", debt.name));
    std::erase(complaints, "");
    for (const std::string& each : complaints)
        fmt::print("FAILED: {}\n", each);
    return complaints.empty();
}

/// The labelled captures of a folder of drawn ones.
std::vector<Kept> captures_in(const fs::path& folder)
{
    if (fs::canonical(folder).filename() == "sealed")
        throw std::runtime_error(folder.string() + " is sealed: nobody opens it");
    std::vector<Kept> found;
    for (const LabelFile& file : read_label_folder(folder)) {
        if (file.side == "sealed")
            throw std::runtime_error(file.name + " is sealed: nobody opens it");
        try {
            found.push_back(read_kept(file));
        } catch (const std::exception& error) {
            fmt::print(stderr, "{}: {}\n", file.name, error.what());
        }
    }
    if (found.empty())
        throw std::runtime_error(folder.string() + " holds no labelled capture");
    return found;
}

/// Thresholds that turned nothing in any set: the captures say nothing of them.
void print_unmoved(const std::map<std::string_view, std::size_t>& turned)
{
    for (const auto& [name, count] : turned)
        if (count == 0)
            fmt::print("turns nothing: {}\n", name);
}

int run(const std::vector<fs::path>& folders)
{
    std::map<std::string_view, std::size_t> turned;
    const auto show = [&](const std::string& name, const Captures& captures) {
        const std::vector<Row> rows = scale_each(captures);
        print_table(name, captures, rows);
        for (const Row& row : rows)
            turned[row.threshold->name] += row.all();
        return rows;
    };
    const Captures kept(library().captures);
    const std::vector<Row> rows = show("kept", kept);
    for (const fs::path& folder : folders)
        show(folder.string(), Captures(captures_in(folder)));
    print_unmoved(turned);
    return holds(kept, rows) ? 0 : 1;
}

}  // namespace
}  // namespace rstcause::test

int main(int count, char** arguments)
{
    try {
        return rstcause::test::run({arguments + 1, arguments + count});
    } catch (const std::exception& error) {
        fmt::print(stderr, "thresholds: {}\n", error.what());
        return 2;
    }
}
