// SPDX-License-Identifier: GPL-2.0-or-later
//
// The gallery of samples/: a small capture for every cause, which shows what its row promises.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "captures.h"
#include "diagnosis/catalogue.h"
#include "verdicts.h"

namespace rstcause::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const fs::path kSamples = SOURCE_DIR "/samples";

/// A row of samples/gallery.json.
struct Row {
    std::string cause;
    std::string capture;      ///< the kept capture that the sample is cut from
    std::uint32_t first = 1;  ///< that capture's first frame in the sample
    std::uint32_t reset = 0;  ///< the frame of the sample to look at
    std::string confidence;
    std::string story;

    fs::path file() const { return kSamples / (cause + ".pcapng"); }
};

std::vector<Row> gallery()
{
    std::vector<Row> rows;
    const std::vector<std::uint32_t> whole = {1};
    for (const json& row : json::parse(std::ifstream(kSamples / "gallery.json")))
        rows.push_back({.cause = row.at("cause"),
                        .capture = row.at("capture"),
                        .first = row.value("frames", whole).at(0),
                        .reset = row.at("reset"),
                        .confidence = row.at("confidence"),
                        .story = row.at("story")});
    return rows;
}

/// The number of `rstcause.confidence`.
int number(const std::string& confidence)
{
    for (const auto& [word, level] : {std::pair{"possible", Confidence::possible},
                                      std::pair{"likely", Confidence::likely},
                                      std::pair{"certain", Confidence::certain}})
        if (confidence == word)
            return static_cast<int>(level);
    return 0;
}

/// The beginning of a file: in pcapng the comment stands before the packets.
std::string beginning(const fs::path& file)
{
    std::string bytes(2048, '\0');
    std::ifstream(file, std::ios::binary).read(bytes.data(), 2048);
    return bytes;
}

TEST(Samples, ThereIsOneForEveryCause)
{
    std::map<std::string, int> rows;
    for (const Row& row : gallery())
        ++rows[row.cause];
    for (const CatalogueRow& cause : kCatalogue) {
        const std::string token(cause.token);
        EXPECT_EQ(rows[token], is_detected(token) ? 1 : 0) << token << " in samples/gallery.json";
        rows.erase(token);
    }
    for (const auto& [token, count] : rows)
        ADD_FAILURE() << token << " in samples/gallery.json is no cause of the catalogue";
}

TEST(Samples, TheirCauseIsSaidInOnePassAndInTwo)
{
    const auto rows = gallery();
    std::vector<Capture> samples;
    for (const Row& row : gallery())
        samples.push_back(make_readable({.name = row.cause, .capture = row.file()}));
    const auto final_verdicts = two_passes(samples);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const Row& row = rows[i];
        SCOPED_TRACE(row.cause);
        const Verdicts at_once = one_pass(samples[i]);
        const Verdicts& at_last = final_verdicts.at(row.cause);
        if (!at_once.count(row.reset) || !at_last.count(row.reset)) {
            ADD_FAILURE() << "no verdict for frame " << row.reset;
            continue;
        }
        EXPECT_EQ(at_once.at(row.reset).reason, row.cause);
        EXPECT_EQ(at_last.at(row.reset).reason, row.cause);
        EXPECT_EQ(at_last.at(row.reset).confidence, number(row.confidence));
    }
}

TEST(Samples, TheirCauseIsTheTruth)
{
    for (const Row& row : gallery()) {
        SCOPED_TRACE(row.cause);
        const Capture& kept = capture_like(row.capture);
        EXPECT_EQ(kept.name, row.capture);
        std::string truth = "no label";
        for (const Label& label : kept.labels)
            if (label.frame == row.first + row.reset - 1)
                truth = label.reason;
        EXPECT_EQ(truth, row.cause);
    }
}

TEST(Samples, TellTheirStoryInTheFile)
{
    for (const Row& row : gallery())
        EXPECT_NE(beginning(row.file()).find(row.story), std::string::npos) << row.cause;
}

TEST(Samples, AreSmall)
{
    std::uintmax_t all = 0;
    for (const Row& row : gallery()) {
        const auto size = fs::file_size(row.file());
        EXPECT_LE(size, 20u * 1024) << row.cause;
        all += size;
    }
    EXPECT_LE(all, 400u * 1024);
}

TEST(Samples, NoCaptureIsLeftOver)
{
    std::set<fs::path> wanted = {kSamples / "refused-and-lost.pcapng"};
    for (const Row& row : gallery())
        wanted.insert(row.file());
    std::set<fs::path> found;
    for (const auto& entry : fs::directory_iterator(kSamples))
        if (entry.path().extension() == ".pcapng")
            found.insert(entry.path());
    for (const fs::path& file : found)
        EXPECT_TRUE(wanted.count(file)) << file << " is in no row of gallery.json";
}

}  // namespace
}  // namespace rstcause::test
