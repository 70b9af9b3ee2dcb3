// SPDX-License-Identifier: GPL-2.0-or-later
#include "connection.h"

namespace {

void end_with_answer(Connection& c, const std::string&)
{
    c.close_after(c.number("after"), c.number("answer"));
}

const std::map<std::string, Habit> kHabits = {
    {"echo", {true, true, nullptr, [](Connection& c, const std::string& text) { c.send(text); }}},
    {"answer-close", {true, true, nullptr, end_with_answer}},
    {"close-unread", {false, false, nullptr, end_with_answer}},
    {"close-early", {true, true, [](Connection& c) { c.close_after(c.number("after"), 0); }}},
    {"abort", {true, false, [](Connection& c) { c.abort_after(c.number("after")); }}},
    {"sink", {true, true}},
    {"deaf", {false, false}},
    {"keepalive", {true, true, [](Connection& c) { c.keep_alive(); }}},
    {"upload", {false, false, [](Connection& c) {
        c.send(some_text(c.number("bytes")));
        c.close_after(c.number("after"), 0);
    }}},
    {"hold", {true, false}},
};

}  // namespace

const Habit* find_habit(const std::string& name)
{
    const auto found = kHabits.find(name);
    return found == kHabits.end() ? nullptr : &found->second;
}

std::string some_text(unsigned size)
{
    std::string text(size, 'x');
    if (size > 0)
        text.back() = '\n';
    return text;
}
