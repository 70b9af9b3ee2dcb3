// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/core.h>

#include "causes/causes.h"
#include "facts/closing.h"
#include "facts/sender_view.h"
#include "facts/words.h"

namespace rstcause {

namespace {

/// Reason 0 is "unspecified": it names none.
Fact names_a_reason(const Case& c)
{
    const auto& option = c.rst.mptcp;
    return known(option && (option->fast_close || option->code != 0), c.rst.frame);
}

/// One side had ended the whole connection by MP_FASTCLOSE on an ACK, to which the other side's kernel answers with
/// a reset of each subflow (frame). No, where that cannot have come so far by then.
Fact carries_out_a_fast_close(const Case& c)
{
    if (c.own().fast_close)
        return yes(c.own().fast_close->frame);
    const auto& asked = c.peer().fast_close;
    return known(asked && !time_to_know(c, *asked).no(), asked ? asked->frame : c.rst.frame);
}

/// The peer's reset that this one answers, by an option of Multipath TCP in both; null when there is none.
const SentReset* answered_reset(const Case& c)
{
    const auto& theirs = c.resets.of(other(c.sender));
    if (closed_by(c) != Closer::peers_reset || theirs.empty() || !c.rst.mptcp || !theirs.front().mptcp)
        return nullptr;
    return theirs.front().mark.frame < c.rst.frame ? &theirs.front() : nullptr;
}

Fact answers_a_multipath_reset(const Case& c)
{
    const SentReset* answered = answered_reset(c);
    return known(answered, answered ? answered->mark.frame : c.rst.frame);
}

void weigh(const Case& c, Bearings& b)
{
    b.needs(either(names_a_reason(c), either(carries_out_a_fast_close(c), answers_a_multipath_reset(c))),
            "it carries MP_FASTCLOSE or MP_TCPRST with a reason, or answers one",
            "no Multipath TCP option gives a reason");
    b.supports(names_a_reason(c), Weight::proof, "the option says what ended the subflow");
    b.supports(carries_out_a_fast_close(c), Weight::proof, "MP_FASTCLOSE had come on an ACK before it");
    b.supports(answers_a_multipath_reset(c), Weight::proof, "the other side's reset carried such an option before");
}

constexpr const char* kOfAFastClose = "Look in the application's logs for an abort; the other paths end with this one.";

std::string meaning(const MptcpSign& option)
{
    return option.fast_close
        ? "MP_FASTCLOSE"
        : fmt::format("{} (MP_TCPRST reason {})", mptcp_reason(option.code), option.code);
}

Story tell_of_an_answer(const Case& c, const SentReset& answered)
{
    return {.headline = fmt::format("{} answered the reset of frame {}", sender(c), answered.mark.frame),
            .details = fmt::format("hosts answer a reset of Multipath TCP with one; that one said {}",
                                   meaning(*answered.mptcp)),
            .advice = fmt::format("Look at the reset of frame {}: the reason is there.", answered.mark.frame),
            .evidence = {{answered.mark.frame, "the reset that this one answers"}},
            .trigger = answered.mark.frame};
}

Story tell_of_a_fast_close(const Case& c, Frame asked)
{
    const bool by_sender = c.own().fast_close.has_value();
    const bool by_client = by_sender == sent_by_client(c);
    Story story{.headline = (by_sender ? sender(c) : receiver(c)) + " aborted the whole Multipath TCP connection",
                .details = fmt::format("MP_FASTCLOSE came on the ACK of frame {}; this reset only carries it out",
                                       asked),
                .advice = kOfAFastClose,
                .evidence = {{asked, "MP_FASTCLOSE option"}}};
    if (c.before.client())
        story.origin = by_client ? Origin::client : Origin::server;
    if (!by_sender)
        story.trigger = asked;
    return story;
}

Story tell(const Case& c)
{
    if (const SentReset* answered = answered_reset(c))
        return tell_of_an_answer(c, *answered);
    if (const Fact asked = carries_out_a_fast_close(c); asked.yes())
        return tell_of_a_fast_close(c, asked.frame);
    const MptcpSign& option = *c.rst.mptcp;
    if (option.fast_close)
        return {.headline = sender(c) + " aborted the whole Multipath TCP connection",
                .details = "the reset carries MP_FASTCLOSE",
                .advice = kOfAFastClose,
                .evidence = {{c.rst.frame, "MP_FASTCLOSE option"}}};
    return {.headline = sender(c) + " ended this Multipath TCP subflow",
            .details = meaning(option),
            .advice = "Look at the other subflows of the connection: data may go on there.",
            .evidence = {{c.rst.frame, "MP_TCPRST option"}}};
}

}  // namespace

/// Multipath TCP ended this subflow or the whole connection, and says so.
///
/// Wire: the reset carries MP_FASTCLOSE, which aborts the connection on all paths, or MP_TCPRST
/// with a reason other than "unspecified"; or MP_FASTCLOSE came on an ACK before it, which the other
/// side's kernel carries out by resets; or it answers a reset with such an option by one of its own.
/// Mistaken for: the ordinary causes, where the reason is "unspecified" and nothing had come before.
/// Next: MP_FASTCLOSE: look for an abort in the application. MP_TCPRST: look at the other
/// subflows. An answer: look at the reset that it answers.
/// Source: RFC 8684 §3.5, §3.6; Linux mptcp_do_fastclose, mptcp_check_fastclose.
const CauseRule mptcp{weigh, tell};

}  // namespace rstcause
