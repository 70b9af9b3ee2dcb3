// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "captures.h"
#include "tshark.h"

namespace rstcause::test {
namespace {

/// The reasons of a capture's resets, a line each, under some preferences.
TsharkRun reasons(const std::string& name, std::vector<std::string> preferences,
            const char* field = "rstcause.reason")
{
    std::vector<std::string> arguments
        = {"-n", "-2", "-r", capture_like(name).path, "-Y", "rstcause", "-T", "fields", "-e", field};
    for (std::string& preference : preferences)
        arguments.insert(arguments.end(), {"-o", std::move(preference)});
    return tshark(arguments);
}

TEST(Preferences, DataRetransmissionsMoveTheThreshold)
{
    const char* capture = "retransmission_timeout-windows-data";
    EXPECT_EQ(reasons(capture, {}).out, "retransmission_timeout\n");
    EXPECT_EQ(reasons(capture, {}, "rstcause.confidence").out, "3\n");
    EXPECT_EQ(reasons(capture, {"rstcause.data_retransmissions:6"}, "rstcause.confidence").out, "1\n");
}

TEST(Preferences, SynRetransmissionsMoveTheThreshold)
{
    const char* capture = "retransmission_timeout-windows-syn-ack";
    EXPECT_EQ(reasons(capture, {}).out, "retransmission_timeout\n");
    EXPECT_NE(reasons(capture, {"rstcause.syn_retransmissions:3"}).out,
              "retransmission_timeout\n");
}

TEST(Preferences, IdleThresholdMovesTheThreshold)
{
    const char* capture = "idle_timeout-probes-answered-then-abort";
    EXPECT_EQ(reasons(capture, {}, "rstcause.confidence").out[0], '2');
    EXPECT_EQ(reasons(capture, {"rstcause.idle_threshold:604800"}, "rstcause.confidence").out[0], '1');
}

TEST(Preferences, TimeWaitLengthDecidesWhatIsCertain)
{
    const char* capture = "data_after_close-bsd";
    EXPECT_EQ(reasons(capture, {}, "rstcause.confidence").out[0], '3');
    const TsharkRun run = reasons(capture, {"rstcause.time_wait:1"}, "rstcause.explanation");
    EXPECT_EQ(run.status, 0) << run.err;
}

TEST(Preferences, MinimumConfidenceHidesTheRest)
{
    EXPECT_EQ(reasons("application_abort-push-flag", {"rstcause.minimum_confidence:certain"}).out,
              "unknown\n");
}

TEST(Preferences, InfoColumnCanBeLeftAlone)
{
    const std::string& path = capture_like("retransmission_timeout-windows-data").path;
    const TsharkRun on = tshark({"-n", "-r", path, "-Y", "rstcause"});
    EXPECT_NE(on.out.find("[Cause: retransmission_timeout, certain]"), std::string::npos) << on.out;
    const TsharkRun off
        = tshark({"-n", "-r", path, "-Y", "rstcause", "-o", "rstcause.info_column:FALSE"});
    EXPECT_EQ(off.out.find("[Cause"), std::string::npos) << off.out;
}

TEST(Preferences, OutOfRangeIsRefusedWithAReason)
{
    for (const char* preference :
         {"rstcause.data_retransmissions:0", "rstcause.data_retransmissions:256",
          "rstcause.syn_retransmissions:0", "rstcause.syn_retransmissions:128",
          "rstcause.idle_threshold:0", "rstcause.time_wait:3601"}) {
        const TsharkRun run = reasons("retransmission_timeout-windows-data", {preference});
        EXPECT_EQ(run.out, "retransmission_timeout\n") << preference;
        EXPECT_NE(run.err.find("preference refused"), std::string::npos) << preference << run.err;
        EXPECT_NE(run.err.find(" must be 1 to "), std::string::npos) << preference << run.err;
    }
}

TEST(Preferences, WithoutSequenceAnalysisTheCountIsUnknownAndTheCauseIsTold)
{
    const char* capture = "retransmission_timeout-windows-data";
    const char* off = "tcp.analyze_sequence_numbers:FALSE";
    EXPECT_EQ(reasons(capture, {off}).out, "retransmission_timeout\n");
    EXPECT_EQ(reasons(capture, {off}, "rstcause.retransmissions").out, "\n");
    EXPECT_EQ(reasons(capture, {}, "rstcause.retransmissions").out, "5\n");
    const TsharkRun tree = tshark({"-n", "-r", capture_like(capture).path, "-O", "rstcause", "-o", off});
    EXPECT_NE(tree.out.find("Retransmissions: unknown (TCP sequence analysis is off)"),
              std::string::npos);
}

}  // namespace
}  // namespace rstcause::test
