// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "judge/labels.h"
#include "judge/scratch.h"

namespace rstcause::test {
namespace {

TEST(LabelFile, OfADrawnCapture)
{
    const Scratch scratch;
    scratch.write("7-5.1.json", R"({"story": "", "made_by": "draw", "source": "", "near_miss_for": [],
        "seed": 7, "draw": 5, "side": "sealed", "families": ["unread_data/nginx", "healthy/sockets"],
        "view": "client, ring 3 of 5", "resets": [{"frame": 9, "reason": "unread_data", "trigger": 8,
        "family": "unread_data/nginx", "origin": "server", "kernel": "TCP_ABORT_ON_CLOSE"}]})");
    const auto files = read_label_folder(scratch.folder);
    ASSERT_EQ(files.size(), 1u);
    const LabelFile& file = files.front();
    EXPECT_EQ(file.name, "7-5.1");
    EXPECT_EQ(file.capture, scratch.folder / "7-5.1.pcapng");
    EXPECT_EQ(file.draw, "7-5");
    EXPECT_EQ(file.side, "sealed");
    EXPECT_EQ(file.families.size(), 2u);
    EXPECT_EQ(file.view, "client, ring 3 of 5");
    EXPECT_EQ(file.labels.at(0).family, "unread_data/nginx");
    EXPECT_EQ(file.labels.at(0).trigger, 8u);
    EXPECT_EQ(file.labels.at(0).repeat_of, std::nullopt);
}

TEST(LabelFile, ThatIsDamagedIsNamed)
{
    const Scratch scratch;
    const auto damaged = scratch.write("half.json", R"({"near_miss_for": [], "resets": [{"frame": 1)");
    const auto frameless =
        scratch.write("no-frame.json", R"({"near_miss_for": [], "resets": [{"reason": "mptcp"}]})");
    for (const auto& path : {damaged, frameless})
        try {
            read_label_file(path);
            ADD_FAILURE() << path << " was read";
        } catch (const std::runtime_error& error) {
            EXPECT_NE(std::string(error.what()).find(path.string()), std::string::npos);
        }
}

/// Where tests/kept.py looks for it. No name can be there twice, and none lies where nobody reads it.
TEST(KeptLabels, LieInTheFolderThatTheFirstWordOfTheirNameNames)
{
    for (const LabelFile& file : read_labels())
        EXPECT_EQ(file.capture.parent_path().filename(), file.name.substr(0, file.name.find('-')))
            << file.name;
    for (const auto& entry : std::filesystem::directory_iterator(SOURCE_DIR "/tests/captures"))
        EXPECT_TRUE(entry.is_directory() || entry.path().extension() == ".tsv") << entry;
}

TEST(LabelFolder, ThatIsMissingHoldsNone) { EXPECT_TRUE(read_label_folder("/nowhere").empty()); }

TEST(ExpertLabels, AreReadWithWhatTheyAccept)
{
    const Scratch scratch;
    const auto table = scratch.write("labels.tsv",
        "capture\tframe\tbest\tacceptable\tcertain_ok\torigin\ttrigger\trepeat_of\twhy\n"
        "two.pcap\t30\tsyn_scan\t\tyes\t\t\t\tmany ports\n"
        "one.pcapng\t2\tnot_listening\tnot_listening|firewall_reject\tno\tserver\t1\t\trefused\n"
        "one.pcapng\t4\tnot_listening\tnot_listening\tno\tserver\t3\t2\trefused again\n");
    const auto files = read_expert_labels(table);
    ASSERT_EQ(files.size(), 2u);
    EXPECT_EQ(files[0].name, "one");
    EXPECT_EQ(files[0].capture, scratch.folder / "one.pcapng");
    ASSERT_EQ(files[0].labels.size(), 2u);
    EXPECT_TRUE(holds(files[0].labels[0].acceptable, "firewall_reject"));
    EXPECT_EQ(files[0].labels[0].origin, "server");
    EXPECT_EQ(files[0].labels[0].trigger, 1u);
    EXPECT_EQ(files[0].labels[1].repeat_of, 2u);
    EXPECT_TRUE(files[1].labels[0].acceptable.empty());
    EXPECT_EQ(files[1].labels[0].origin, std::nullopt);
}

TEST(ExpertLabels, SayWhichLineIsNone)
{
    const Scratch scratch;
    const auto table = scratch.write("labels.tsv", "capture\tframe\tbest\nonly.pcap\tseven\n");
    try {
        read_expert_labels(table);
        ADD_FAILURE() << "was read";
    } catch (const std::runtime_error& error) {
        EXPECT_EQ(error.what(), table.string() + ":2: no label in this line");
    }
    EXPECT_THROW(read_expert_labels(scratch.folder / "none.tsv"), std::runtime_error);
}

}  // namespace
}  // namespace rstcause::test
