// SPDX-License-Identifier: GPL-2.0-or-later
//
// What runs on a host, and that advice speaks of its tools.
#include "facts/stack.h"

#include <gtest/gtest.h>

#include "causes/causes.h"
#include "causes/rule.h"
#include "traffic.h"

namespace rstcause::test {
namespace {

/// An answer (a plain reset) of a host whose other packets have this TTL; 0: there are none.
Case answer_of(std::uint8_t usual_ttl, std::uint8_t reset_ttl)
{
    Case c;
    if (usual_ttl != 0) {
        c.before.half(c.sender).first = Mark{};
        c.before.half(c.sender).hop_limit = usual_ttl;
    }
    c.rst.hop_limit = reset_ttl;
    return c;
}

/// The abort of such a host.
Case abort_of(std::uint8_t ttl, std::uint16_t window)
{
    Case c = answer_of(ttl, ttl);
    c.before.half(c.sender).next = Seq{100};
    c.rst.seq = Seq{100};
    c.rst.ack = Seq{7};
    c.rst.flags = Flags{0x14};
    c.rst.window = window;
    return c;
}

TEST(RunsWindows, IsToldByTheTtl)
{
    EXPECT_TRUE(runs_windows(answer_of(128, 128)).yes());
    EXPECT_TRUE(runs_windows(answer_of(113, 113)).yes()) << "15 hops away";
    EXPECT_TRUE(runs_windows(answer_of(64, 64)).no());
    EXPECT_TRUE(runs_windows(answer_of(52, 128)).no()) << "its other packets count";
    EXPECT_TRUE(runs_windows(answer_of(255, 255)).no());
    EXPECT_TRUE(runs_windows(answer_of(0, 128)).yes()) << "there are none";
    EXPECT_TRUE(runs_windows(answer_of(0, 0)).unknown());
}

TEST(RunsWindows, IsNotKnownOfAHostThatAbortsAsOthersDo)
{
    ASSERT_TRUE(aborts(abort_of(128, 0)));
    EXPECT_TRUE(runs_windows(abort_of(128, 0)).yes());
    EXPECT_TRUE(runs_windows(abort_of(128, 501)).unknown()) << "a TTL that somebody has set";
    EXPECT_TRUE(runs_windows(abort_of(64, 0)).no());
}

TEST(Advice, NamesTheToolsOfTheHost)
{
    EXPECT_EQ(listeners(answer_of(128, 128)), "netstat -abno");
    EXPECT_EQ(listeners(answer_of(64, 64)), "ss -ltn");
    EXPECT_EQ(listeners(answer_of(0, 0)), "ss -ltn (Linux) or netstat -abno (Windows)");
}

/// What to do about a port on which nothing listens, of a host with this TTL.
std::string on_a_refusal(std::uint8_t ttl)
{
    Talk talk;
    talk.client({.flags = "S", .seq = 1000});
    talk.server({.flags = "RA", .ack = 1001, .window = 0, .hop_limit = ttl});
    return talk.verdict().advice;
}

TEST(Advice, OnAWindowsHostIsNoLinuxTool)
{
    EXPECT_TRUE(contains(on_a_refusal(128), "; netstat -abno on 10.0.0.2 shows what listens"));
    EXPECT_FALSE(contains(on_a_refusal(128), "ss -ltn"));
    EXPECT_TRUE(contains(on_a_refusal(64), "; ss -ltn on 10.0.0.2 shows what listens"));
    EXPECT_FALSE(contains(on_a_refusal(64), "netstat"));
}

/// The end of a process at 10.0.0.1:41000, which had opened the connection or not, and sends with this TTL.
Story end_of_a_process(bool client, std::uint8_t ttl)
{
    Case c = answer_of(ttl, ttl);
    constexpr std::uint8_t kAddress[] = {10, 0, 0, 1};
    c.rst.from = {address_from_ipv4(kAddress), 41000};
    c.before.endpoints[index(c.sender)] = c.rst.from;
    c.before.opener = client ? c.sender : other(c.sender);
    return process_exit.tell(c);
}

TEST(Advice, OnAProcessThatEndedNamesTheClientsProgram)
{
    EXPECT_EQ(end_of_a_process(true, 128).headline, "A program on 10.0.0.1 ended");
    EXPECT_TRUE(contains(end_of_a_process(true, 128).advice, "of the program on 10.0.0.1 at this time"));
    EXPECT_TRUE(contains(end_of_a_process(false, 64).advice, "of the service on 10.0.0.1:41000 at this time"));
}

TEST(Advice, OnAProcessThatEndedNamesTheLogsOfItsSystem)
{
    EXPECT_TRUE(contains(end_of_a_process(true, 128).advice, "Get-WinEvent"));
    EXPECT_FALSE(contains(end_of_a_process(true, 128).advice, "journalctl"));
    EXPECT_TRUE(contains(end_of_a_process(false, 64).advice, "journalctl"));
    EXPECT_FALSE(contains(end_of_a_process(false, 64).advice, "Get-WinEvent"));
}

}  // namespace
}  // namespace rstcause::test
