// SPDX-License-Identifier: GPL-2.0-or-later
//
// Every rule of indistinguishability is shown by twins, and does not reach what only resembles them.
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "canonical.h"
#include "indistinguishable.h"
#include "kept.h"

namespace rstcause::test {
namespace {

const Kept& kept(const std::string& name)
{
    for (const Kept& capture : library().captures)
        if (capture.name == name)
            return capture;
    throw std::runtime_error("no capture " + name);
}

const Rule& rule(const std::string& name)
{
    const auto found = std::find_if(rules().begin(), rules().end(),
                                    [&](const Rule& each) { return each.name == name; });
    if (found == rules().end())
        throw std::runtime_error("no rule " + name);
    return *found;
}

bool speaks_of(const Rule& rule, const std::string& token)
{
    return std::find(rule.tokens.begin(), rule.tokens.end(), token) != rule.tokens.end();
}

/// The first reset of the capture whose cause the rule speaks of.
const Label& subject(const Rule& rule, const Kept& capture)
{
    for (const Label& label : capture.labels)
        if (speaks_of(rule, label.reason))
            return label;
    throw std::runtime_error(fmt::format("{}: no reset for {}", capture.name, rule.name));
}

bool grants(const Rule& rule, const Kept& capture, const Label& label, const std::string& token)
{
    const auto found = acceptable_by(label, capture.trace, label.frame);
    return std::any_of(found.begin(), found.end(), [&](const Acceptance& acceptance) {
        return acceptance.rule == rule.name && acceptance.token == token;
    });
}

TEST(Twins, DifferInNothingButNumbersAndAreGrantedEachOthersCause)
{
    for (const Kept& one : library().captures)
        for (const auto& [name, other_name] : one.twins) {
            SCOPED_TRACE(fmt::format("{}: {} and {}", name, one.name, other_name));
            const Rule& by = rule(name);
            const Kept& other = kept(other_name);
            EXPECT_EQ(other.twins.at(name), one.name) << "twins name each other";
            const Label& label = subject(by, one);
            const std::string& cause = subject(by, other).reason;
            EXPECT_NE(label.reason, cause);
            EXPECT_EQ(fmt::format("{}", fmt::join(canonical(one.trace), "\n")),
                      fmt::format("{}", fmt::join(canonical(other.trace), "\n")));
            for (const Label& each : one.labels)
                EXPECT_TRUE(each.reason != label.reason || grants(by, one, each, cause))
                    << "frame " << each.frame << " is not granted: " << cause;
            EXPECT_FALSE(holds(label.never, cause)) << "never, and yet the same";
        }
}

TEST(Twins, ShowEveryRule)
{
    for (const Rule& each : rules()) {
        const auto shown = std::count_if(
            library().captures.begin(), library().captures.end(),
            [&](const Kept& capture) { return capture.twins.count(std::string(each.name)) > 0; });
        EXPECT_GE(shown, 2) << each.name;
        EXPECT_FALSE(speaks_of(each, "unknown")) << each.name;
    }
}

struct NearMiss {
    const char* rule;
    const char* capture;
    const char* because;  ///< what in its packets the rule does not cover
};

constexpr NearMiss kNearMisses[] = {
    {"own_filter_or_closed_port", "not_listening-ipv6-closed-port.client", "a flow label"},
    {"own_filter_or_stopped", "service_stopped-ipv6-gone.client", "a flow label"},
    {"own_filter_or_limit", "refused_while_listening-ipv6-every-other.client", "no flow label"},
    {"other_machine_refuses", "firewall_reject-ipv4-router-syn.client", "hops of another stack"},
    {"no_acceptance_in_the_view", "service_stopped-ipv4-gone.server", "accepted before"},
    {"refused_ever_since", "service_stopped-ipv4-down-and-up.client", "accepted again"},
    {"one_bare_dial", "connect_cancelled-ipv4-slow-path.client", "options of a kernel"},
    {"gone_when_accepted", "connect_cancelled-ipv4-slow-path.client", "seen at the client"},
    {"abort_or_fast_close", "application_abort-ipv4-answer-half-sent.client", "data on the way"},
    {"abort_or_unread", "unread_data-ipv4-server-leaves-much.client", "the window grows"},
    {"abort_or_unread", "unread_data-ipv4-gvisor-two-questions.client", "the window shrinks"},
    {"abort_or_unread", "unread_data-ipv4-lwip-two-questions.client", "the window shrinks"},
    {"fast_close_or_unread", "unread_data-ipv6-client-leaves-much.client", "the window grows"},
    {"fast_close_or_unread", "unread_data-ipv4-served-too-soon.client", "the window grows"},
    {"abort_after_silence", "application_abort-ipv4-linger-by-client.client", "no silence"},
    {"fast_close_after_silence", "fast_close-ipv6-by-client.client", "no silence"},
    {"exit_or_unread", "process_exit-ipv4-killed.server", "refused afterwards"},
    {"exit_or_abort", "process_exit-ipv6-killed.client", "refused afterwards"},
    {"never_accepted_or_abort", "application_abort-ipv4-killed-by-administrator.client", "words"},
    {"first_check_or_abort", "health_check-ipv4-connect-and-reset.server", "again and again"},
    {"first_check_or_fast_close", "health_check-ipv6-connect-and-reset.client", "again and again"},
    {"close_before_the_view", "data_after_close-ipv4-orphan-expired.client", "the FIN is there"},
    {"silence_before_the_view", "half_open-ipv4-capture-starts-late.client", "words before"},
    {"death_seen_from_afar", "half_open-ipv4-server-crashed.server", "seen at the resetter"},
    {"own_filter_mid_stream", "half_open-ipv6-server-crashed.client", "a flow label"},
    {"other_machine_answers", "half_open-ipv4-server-crashed.client", "the same hops"},
    {"lost_after_silence", "half_open-ipv4-server-crashed.client", "no silence"},
    {"rejected_after_silence", "idle_timeout-ipv6-firewall-forgets.client", "no flow label"},
    {"one_segment_out_of_the_blue", "protocol_violation-ipv4-ack-scan.client", "many probes"},
    {"one_segment_out_of_the_blue", "half_open-twin-the-last-words.client", "timestamps"},
    {"lost_or_unread", "unread_data-twin-lwip.client", "acknowledged first, with an ID"},
    {"other_side_not_in_view", "nat_bypassed-ipv4-beyond-the-window.client", "the other address"},
    {"alive_or_filtered", "nat_bypassed-ipv4-beyond-the-window.client", "the other address"},
    {"alive_or_forged", "injected-ipv4-after-handshake.client", "other hops"},
    {"nat_or_its_filter", "nat_bypassed-ipv6-forwarding-forgets.client", "a flow label"},
    {"flawless_forgery_or_abort", "injected-ipv4-after-handshake.client", "other hops"},
    {"flawless_forgery_or_fast_close", "injected-ipv4-both-ends.client", "other hops"},
    {"flawless_forgery_or_unread", "injected-ipv4-both-ends.client", "other hops"},
    {"forged_refusal", "injected-ipv4-after-syn.client", "the server accepts"},
    {"forged_refusal_or_closed_port", "injected-ipv6-after-syn.client", "the server accepts"},
    {"forged_answer", "injected-ipv4-to-client.client", "the server goes on"},
    {"forged_stray", "injected-ipv4-same-hops.client", "the server goes on"},
};

TEST(NearMisses, AreReachedByNoRule)
{
    for (const NearMiss& miss : kNearMisses) {
        SCOPED_TRACE(fmt::format("{}: {} ({})", miss.rule, miss.capture, miss.because));
        const Kept& capture = kept(miss.capture);
        const Rule& by = rule(miss.rule);
        subject(by, capture);  // one of the rule's causes is there
        for (const Label& label : capture.labels)
            for (std::string_view token : by.tokens)
                EXPECT_FALSE(grants(by, capture, label, std::string(token))) << label.frame;
    }
}

TEST(NearMisses, EveryRuleHasOne)
{
    for (const Rule& each : rules())
        EXPECT_TRUE(std::any_of(std::begin(kNearMisses), std::end(kNearMisses),
                                [&](const NearMiss& miss) { return each.name == miss.rule; }))
            << each.name;
}

}  // namespace
}  // namespace rstcause::test
