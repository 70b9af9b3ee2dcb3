// SPDX-License-Identifier: GPL-2.0-or-later
//
// The policy of impact, in one place. A connection that never came about loses all; of one that did, what was asked
// weighs more than what was answered, and what was lost more than what was given up.
#include "diagnosis/harm.h"

#include <array>
#include <optional>
#include <string_view>

#include <fmt/core.h>

#include "diagnosis/say.h"
#include "facts/exchange.h"
#include "facts/harm.h"
#include "facts/port.h"
#include "facts/timers.h"
#include "facts/words.h"

namespace rstcause {

namespace {

using Kind = Harm::Kind;
using MaybeHarm = std::optional<Harm>;

Harm problem(Kind kind, const Fact& fact, std::string says)
{
    return {kind, Impact::problem, std::move(says), fact.frame};
}

Harm notice(Kind kind, const Fact& fact, std::string says)
{
    return {kind, Impact::notice, std::move(says), fact.frame};
}

Harm normal(Kind kind, const Fact& fact, std::string says)
{
    return {kind, Impact::normal, std::move(says), fact.frame};
}

Harm not_told(const Case& c, const Fact& fact)
{
    return {.says = fmt::format("whether anything was lost is not known: {}", why_not_known(c, fact.gap))};
}

MaybeHarm ended_nothing(const Case& c)
{
    if (c.defect != Defect::none)
        return Harm{.says = "whether anything was lost is not known: hosts should ignore such a reset"};
    if (const Fact goes_on = connection_goes_on(c); goes_on.yes())
        return normal(Kind::no_effect, goes_on,
                      fmt::format("nothing was lost: the connection goes on (frame {})", goes_on.frame));
    else if (goes_on.unknown())
        return not_told(c, goes_on);
    if (const Fact ended = had_ended_before(c); ended.yes())
        return normal(Kind::ended_before, ended,
                      fmt::format("nothing more was lost: the connection had ended in frame {}", ended.frame));
    return std::nullopt;
}

/// A connection that did not come about, or not to use: a problem, unless the client got one later, or tries all.
Harm without_connection(const Case& c, Kind kind, const Fact& fact, std::string says)
{
    if (const Fact served = was_served_later(c); served.yes())
        return notice(Kind::served_later, served,
                      fmt::format("{}, but it was served later (frame {})", says, served.frame));
    if (asker_scans(c).yes())
        return notice(kind, fact, fmt::format("{}, as it was elsewhere: it tries many", says));
    const Fact again = tried_again(c);
    return problem(kind, fact,
                   again.yes() ? fmt::format("{}, in all of {} attempts", says, again.count) : std::move(says));
}

MaybeHarm without_connection(const Case& c)
{
    const std::string client = c.before.endpoint(client_side(c)).address.text();
    if (const Fact refused = was_refused(c); refused.yes())
        return without_connection(c, Kind::refused, refused, fmt::format("{} could not connect", client));
    if (const Fact waited = waited_in_vain(c); waited.yes())
        return without_connection(c, Kind::refused, waited,
                                  fmt::format("{} waited {} for a connection in vain", client, text(waited.span)));
    if (const Fact away = turned_away(c); away.yes())
        return without_connection(c, Kind::turned_away, away, fmt::format("{} was turned away without a word", client));
    return std::nullopt;
}

/// Words that reached a host, but no connection of it.
MaybeHarm past_the_nat(const Case& c)
{
    const Fact words = words_went_past_the_nat(c);
    if (!words.yes())
        return std::nullopt;
    return problem(sent_by_client(c) ? Kind::data_lost : Kind::request_unanswered, words,
                   fmt::format("what {} said in frame {} went past the NAT and was lost", c.rst.to.address.text(),
                               words.frame));
}

/// What the client had asked for.
MaybeHarm request(const Case& c)
{
    if (const Fact error = error_was_said(c); error.yes() && said_error(c).sign.kind == Sign::Kind::tls_alert)
        return problem(Kind::failed, error,
                       fmt::format("the conversation failed: {} (frame {})", text(said_error(c).sign), error.frame));
    const Fact unanswered = request_left_unanswered(c);
    if (!unanswered.yes())
        return std::nullopt;
    if (client_did_not_wait(c).yes() && !somebody_was_held_back(c).yes())
        return notice(Kind::given_up, unanswered,
                      fmt::format("the client itself did not wait for an answer to frame {}", unanswered.frame));
    return problem(Kind::request_unanswered, unanswered,
                   fmt::format("the request of frame {} was never answered", unanswered.frame));
}

std::string cut(const Fact& fact)
{
    if (fact.count == 0)
        return fmt::format("the answer of frame {} was cut short", fact.frame);
    return fmt::format("the answer of frame {} was cut short: at least {} bytes are missing", fact.frame, fact.count);
}

/// What the server had to say, or the client besides its question.
MaybeHarm words(const Case& c)
{
    const bool given_up = client_ended_it(c).yes();
    if (const Fact missing = answer_cut_short(c); missing.yes())
        return given_up ? notice(Kind::given_up, missing,
                                 fmt::format("the client itself gave up the answer of frame {}", missing.frame))
                        : problem(Kind::answer_cut, missing, cut(missing));
    if (const Fact back = somebody_was_held_back(c); back.yes() && !given_up)
        return problem(Kind::held_back, back,
                       fmt::format("one side had more to say, and the other no room for it (since frame {})", back.frame));
    if (const Fact words = server_unheard(c); words.yes() && given_up)
        return notice(Kind::given_up, words,
                      fmt::format("the client itself gave up what the server said in frame {}", words.frame));
    else if (words.yes() && !sent_by_client(c) && !server_sent_again(c).yes())
        return notice(Kind::may_have_arrived, words,
                      fmt::format("what the server said in frame {} may not have arrived", words.frame));
    else if (words.yes())
        return problem(Kind::data_lost, words, fmt::format("what the server said in frame {} was lost", words.frame));
    if (const Fact words = words_lay_unread(c); words.yes() && sent_by_client(c))
        return notice(Kind::given_up, words,
                      fmt::format("the client itself left unread what the server said in frame {}", words.frame));
    if (const Fact words = either(client_unheard(c), words_lay_unread(c)); words.yes())
        return notice(Kind::not_read, words,
                      fmt::format("what the client said in frame {} was not read, but its question was answered",
                                  words.frame));
    return std::nullopt;
}

/// An error that the server gave for an answer: the client asked for something else.
MaybeHarm error(const Case& c)
{
    const Fact error = error_was_said(c);
    if (!error.yes())
        return std::nullopt;
    return notice(Kind::failed, error,
                  fmt::format("the answer was an error: {} (frame {})", text(said_error(c).sign), error.frame));
}

Harm at_rest(const Case& c)
{
    const Fact nothing = nothing_was_outstanding(c);
    if (!nothing.yes())
        return not_told(c, nothing);
    if (neither_side_ended_it(c).yes())
        return notice(Kind::lost_touch, nothing, "nothing was outstanding, but neither side had ended the connection");
    return normal(Kind::nothing, nothing, "nothing was lost: nothing was outstanding");
}

struct Words {
    Kind kind;
    std::string_view token, one, many;
};

constexpr std::array kWords = std::to_array<Words>({
    {Kind::not_told, "not_told", "reset of which this is not known", "resets of which this is not known"},
    {Kind::no_effect, "no_effect", "connection went on", "connections went on"},
    {Kind::ended_before, "ended_before", "connection had ended before", "connections had ended before"},
    {Kind::nothing, "nothing", "connection had nothing outstanding", "connections had nothing outstanding"},
    {Kind::lost_touch, "lost_touch", "connection was lost at rest", "connections were lost at rest"},
    {Kind::refused, "refused", "attempt to connect failed", "attempts to connect failed"},
    {Kind::served_later, "served_later", "attempt to connect failed at first", "attempts to connect failed at first"},
    {Kind::turned_away, "turned_away", "client was turned away without a word", "clients were turned away without a word"},
    {Kind::failed, "failed", "conversation ended by an error", "conversations ended by an error"},
    {Kind::request_unanswered, "request_unanswered", "request was never answered", "requests were never answered"},
    {Kind::answer_cut, "answer_cut", "answer was cut short", "answers were cut short"},
    {Kind::data_lost, "data_lost", "server's words were lost", "servers' words were lost"},
    {Kind::held_back, "held_back", "reader had no room left", "readers had no room left"},
    {Kind::may_have_arrived, "may_have_arrived", "answer may not have arrived", "answers may not have arrived"},
    {Kind::given_up, "given_up", "answer was given up by its client", "answers were given up by their clients"},
    {Kind::not_read, "not_read", "client's words were not read to their end", "clients' words were not read to their end"},
});

constexpr bool in_order_of_kind()
{
    for (std::size_t i = 0; i < kWords.size(); ++i)
        if (static_cast<std::size_t>(kWords[i].kind) != i)
            return false;
    return static_cast<std::size_t>(Kind::not_read) + 1 == kWords.size();
}

static_assert(in_order_of_kind(), "each kind has exactly one row, in enum order");

const Words& words_of(Kind kind) { return kWords[static_cast<std::size_t>(kind)]; }

/// Another subflow may carry what this one lost (RFC 8684 §3.3).
Harm of_a_subflow(Harm harm)
{
    if (harm.impact == Impact::problem)
        harm.impact = Impact::notice;
    return harm;
}

}  // namespace

Harm harm_of(const Case& c)
{
    using Look = MaybeHarm (*)(const Case&);
    for (const Look look : {Look{ended_nothing}, Look{without_connection}, Look{past_the_nat},
                            Look{request}, Look{words}, Look{error}})
        if (MaybeHarm harm = look(c))
            return c.rst.mptcp ? of_a_subflow(*harm) : *harm;
    return at_rest(c);
}

std::string_view token(Harm::Kind kind) { return words_of(kind).token; }

std::string harm_in_numbers(Harm::Kind kind, std::size_t count)
{
    return fmt::format("{} {}", count, count == 1 ? words_of(kind).one : words_of(kind).many);
}

}  // namespace rstcause
