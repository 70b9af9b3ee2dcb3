// SPDX-License-Identifier: GPL-2.0-or-later
//
// What would settle a verdict is said once, and where it decides something.
#include <gtest/gtest.h>

#include "diagnosis/next_capture.h"
#include "report/report_rivals.h"
#include "traffic.h"

namespace rstcause::test {
namespace {

Verdict likely(Cause cause, Cause rival)
{
    return {.cause = cause, .confidence = Confidence::likely, .alternatives = {rival}};
}

TEST(WhatWouldSettle, IsTheLogUnlessTheAdviceIsTheLog)
{
    const Case c;
    EXPECT_TRUE(contains(what_would_settle(c, likely(Cause::idle_timeout, Cause::fast_close)),
                         "The application's log on "));
    EXPECT_EQ(what_would_settle(c, likely(Cause::application_abort, Cause::fast_close)), "");
    EXPECT_EQ(what_would_settle(c, likely(Cause::process_exit, Cause::unread_data)), "");
}

TEST(WhatWouldSettle, IsSaidOnceInTheReport)
{
    Traffic traffic;
    traffic.handshake();
    traffic.client({.flags = "PA", .seq = 1001, .ack = 5001, .payload = 100});
    traffic.wait(1s);
    traffic.client({.flags = "RA", .seq = 1101, .ack = 5001});
    ASSERT_EQ(traffic.reason(), "application_abort");
    const std::string text = as_text(traffic.report());
    const auto first = text.find("logs on 10.0.0.1");
    ASSERT_NE(first, text.npos) << text;
    EXPECT_FALSE(contains(text, "log on 10.0.0.1")) << text;
}

/// A refusal whose connection a second capture point, which captured meanwhile, does not have.
Case unmatched()
{
    Case c;
    c.rst.from.port = 80;
    c.rst.to = {address_from_ipv4(std::array<std::uint8_t, 4>{10, 0, 0, 1}.data()), 40000};
    c.unmatched = true;
    return c;
}

TEST(TheOtherCapturePoint, IsNamedWhereItCouldHaveDecided)
{
    EXPECT_TRUE(contains(what_would_settle(unmatched(), likely(Cause::not_listening, Cause::firewall_reject)),
                         "would settle it; the other capture point has nothing of this connection."));
    EXPECT_FALSE(contains(what_would_settle(unmatched(), likely(Cause::idle_timeout, Cause::fast_close)),
                          "capture point"));
    Verdict certain = likely(Cause::not_listening, Cause::firewall_reject);
    certain.confidence = Confidence::certain;
    EXPECT_EQ(what_would_settle(unmatched(), certain), "");
}

TEST(Alternatives, AreSaidInWords)
{
    Verdict verdict = likely(Cause::idle_timeout, Cause::fast_close);
    EXPECT_EQ(alternatives_in_words(verdict), " It could also be a close by reset on purpose.");
    verdict.alternatives = {Cause::fast_close, Cause::application_abort, Cause::injected};
    EXPECT_EQ(alternatives_in_words(verdict),
              " It could also be a close by reset on purpose, an abort by the application or a forgery.");
    verdict.alternatives.clear();
    EXPECT_EQ(alternatives_in_words(verdict), "");
}

}  // namespace
}  // namespace rstcause::test
