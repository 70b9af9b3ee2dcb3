// SPDX-License-Identifier: GPL-2.0-or-later
//
// What was lost is known to the staging, which held both sockets. Here is what of it a view may lack.
#include "untold.h"

#include <algorithm>
#include <array>

#include "indistinguishable.h"

namespace rstcause::test {

namespace {

using std::chrono::seconds;

constexpr seconds kRepeatsWithin{3};  ///< a living socket that gets no acknowledgement (RFC 6298 §2.1, §2.4)

bool speaks(const Segment& s) { return !s.flags.rst(); }

bool seen_from(const Sight& s, const Endpoint& end)
{
    return std::any_of(s.before.begin(), s.before.end(), [&](const Segment& other) {
        return speaks(other) && other.from == end;
    });
}

/// The same two ports speak between other addresses: a NAT's other side of the connection.
bool seen_elsewhere(const Sight& s)
{
    const auto ports = [](const Segment& x) { return std::minmax({x.from.port, x.to.port}); };
    return std::any_of(s.seen.begin(), s.seen.end(), [&](const Segment& other) {
        return !same_ends(other, s.reset) && ports(other) == ports(s.reset);
    });
}

bool repeats(const Segment& later, const Segment& earlier)
{
    return later.payload > 1 && earlier.payload > 1 && later.from == earlier.from && later.seq == earlier.seq
        && later.time - earlier.time > std::chrono::milliseconds(50);
}

/// One sequence number carries words more than once, and nothing new was heard since: they did not get through.
bool words_were_repeated(const Sight& s)
{
    const auto again = std::find_if(s.before.rbegin(), s.before.rend(), [&](const Segment& later) {
        return std::any_of(s.before.begin(), s.before.end(),
                           [&](const Segment& earlier) { return repeats(later, earlier); });
    });
    return again != s.before.rend()
        && std::all_of(again.base(), s.before.end(), [&](const Segment& later) { return later.ack == again->ack; });
}

/// The resetter's own words are long past, it acknowledges nothing new, and it was alive: it would have repeated them.
bool rests(const Sight& s)
{
    const auto last = s.last_of(s.reset.from);
    return s.form == Form::active && last && s.reset.time - last->time >= kRepeatsWithin && s.reset.ack == last->ack;
}

/// A refusal tells that nobody could connect.
bool refuses(const Sight& s) { return s.form == Form::refusal || (s.reset.flags.ack() && s.reset.seq == Seq(0)); }

bool alone(const Sight& s, bool) { return s.before.empty() && !refuses(s) && !seen_elsewhere(s); }

/// The bare reset of a server tells that what the client said reached no socket.
bool one_side(const Sight& s, bool by_server)
{
    const bool resetter = seen_from(s, s.reset.from), other = seen_from(s, s.reset.to);
    if (resetter == other || refuses(s) || seen_elsewhere(s))
        return false;
    if (other && by_server && s.trigger && s.trigger->payload > 0)
        return false;
    return !words_were_repeated(s) && !(resetter && by_server && rests(s));
}

constexpr std::array kBlindnesses = std::to_array<Blindness>({
    {"reset_alone", "the view holds nothing of the connection but its reset", alone},
    {"one_side_alone", "before the reset the view holds one side of the connection alone, and that one repeats nothing",
     one_side},
});

/// A program that leaves an answer unread, and one that has read it: the causes have a rule for that pair.
bool read_or_unread(const std::string& said, const Label& truth, View view)
{
    return truth.reason == "unread_data" && truth.impact == "notice" && said == "normal"
        && is_acceptable("fast_close", truth, view, truth.frame);
}

/// Another capture point shows more of it than resets.
bool seen_at_another_point(const Sight& s, View view)
{
    return std::any_of(view.begin(), view.end(), [&](const Packet& packet) {
        const auto parsed = parse_segment(test::view(packet));
        return parsed && parsed->segment.interface != s.reset.interface && same_ends(parsed->segment, s.reset)
            && speaks(parsed->segment);
    });
}

/// Not the truth, but neither what a view that shows too little leaves.
bool claims(const std::string& said, const std::string& truth) { return said != truth && said != "notice"; }

}  // namespace

std::span<const Blindness> blindnesses() { return kBlindnesses; }

std::string_view untold(const std::string& said, const Label& truth, View view)
{
    if (!truth.impact || !truth.origin)
        return {};
    if (read_or_unread(said, truth, view))
        return "fast_close_or_unread";
    if (claims(said, *truth.impact))
        return {};
    const Sight sight(view, truth.frame);
    if (sight.two_points && seen_at_another_point(sight, view))
        return {};
    for (const Blindness& each : kBlindnesses)
        if (each.holds(sight, *truth.origin == "server"))
            return each.name;
    return {};
}

}  // namespace rstcause::test
