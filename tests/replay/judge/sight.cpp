// SPDX-License-Identifier: GPL-2.0-or-later
#include "sight.h"

#include <algorithm>
#include <stdexcept>

namespace rstcause::test {

namespace {

using std::chrono::seconds;

constexpr std::uint32_t kEthernetSegment = 1460;  ///< bytes; captured before segmentation, they are larger

bool opens(const Segment& s) { return s.flags.syn() && !s.flags.ack() && !s.flags.rst(); }

bool speaks(const Segment& s) { return !s.flags.rst(); }

/// What a kernel's socket without an answer acknowledges: all of a segment (RFC 9293 §3.10.7.1).
bool refuses(const Segment& reset, const Segment& asked)
{
    return !asked.flags.ack() && reset.ack && *reset.ack == asked.end();
}

/// A probe repeats the number before the next one, or occupies nothing and says nothing new.
bool only_probes(const Segment& s) { return s.payload <= 1 && !s.flags.syn() && !s.flags.fin(); }

}  // namespace

bool same_ends(const Segment& segment, const Segment& other)
{
    return (segment.from == other.from && segment.to == other.to)
        || (segment.from == other.to && segment.to == other.from);
}

Sight::Sight(View view, Frame frame)
{
    const auto found = std::find_if(view.begin(), view.end(), [&](const Packet& packet) {
        return packet.kept == frame;
    });
    if (found == view.end())
        throw std::out_of_range("the view lacks this reset");
    reset = segment(*found);
    find_connection(view);
    find_form();
}

void Sight::find_connection(View view)
{
    bool passed = false;
    for (const Packet& packet : view) {
        const auto parsed = parse_segment(test::view(packet));
        if (!parsed || parsed->defect != Defect::none)
            continue;
        const Segment& s = parsed->segment;
        if (s.interface != reset.interface) {
            two_points = two_points || same_ends(s, reset);
            continue;
        }
        seen.push_back(s);
        if (s.frame == reset.frame) {
            passed = true;
        } else if (same_ends(s, reset)) {
            // A new SYN, not the old one sent again, begins another connection on the same ports.
            const bool again = !before.empty() && opens(before.front()) && before.front().seq == s.seq;
            if (passed && opens(s))
                break;
            if (opens(s) && !again)
                before.clear();
            (passed ? after : before).push_back(s);
        }
    }
    for (const Segment& s : before)
        if (s.flags.syn() && !opener)
            opener = s.flags.ack() ? s.to : s.from;
}

void Sight::find_form()
{
    const bool refusal = reset.flags.ack() && reset.seq == Seq(0);
    std::optional<Seq> next;
    for (const Segment& s : before) {
        if (s.flags.rst())
            continue;
        if (s.from == reset.from)
            next = next ? later(*next, s.end()) : s.end();
        else if (refusal ? refuses(reset, s) : !reset.flags.ack() && s.ack == reset.seq)
            trigger = s;
    }
    if (refusal)
        form = trigger ? Form::refusal : Form::other;
    else if (reset.flags.ack())
        form = !next || *next == reset.seq ? Form::active : Form::other;
    else if (reset.ack_field == 0 && trigger)
        form = Form::bare;
}

std::set<std::uint8_t> Sight::hop_limits() const
{
    std::set<std::uint8_t> found;
    for (const Segment& s : seen)
        if (speaks(s) && s.from.address == reset.from.address)
            found.insert(s.hop_limit);
    return found;
}

bool Sight::looks_like_its_host() const
{
    const auto usual = hop_limits();
    return usual.empty() || usual == std::set{reset.hop_limit};
}

bool Sight::from_afar() const
{
    const auto usual = hop_limits();
    return !usual.empty() && !usual.count(64) && !usual.count(128) && !usual.count(255);
}

bool Sight::exact() const
{
    return reset.window == 0 && reset.option_bytes == 0 && reset.payload == 0
        && reset.ip_id.value_or(0) == 0;
}

bool Sight::lives_on() const
{
    return std::any_of(after.begin(), after.end(), [&](const Segment& s) {
        return speaks(s) && s.from == reset.from;
    });
}

std::optional<Segment> Sight::last_of(const Endpoint& sender) const
{
    std::optional<Segment> last;
    for (const Segment& s : before)
        if (speaks(s) && s.from == sender)
            last = s;
    return last;
}

std::optional<Segment> Sight::last_payload() const
{
    std::optional<Segment> last;
    for (const Segment& s : before)
        if (s.payload > 0)
            last = s;
    return last;
}

bool Sight::closed_before() const
{
    return std::any_of(before.begin(), before.end(), [&](const Segment& s) {
        const bool own = s.from == reset.from;
        const bool series = own && form == Form::bare && !s.flags.ack();
        const bool copy = own && s.flags.bits == reset.flags.bits && s.seq == reset.seq
            && s.ack == reset.ack && s.ip_id == reset.ip_id && s.flow_label == reset.flow_label;
        return s.flags.rst() ? !series && !copy : own && s.flags.fin();
    });
}

bool Sight::all_acknowledged() const
{
    std::optional<Seq> sent, acked;
    for (const Segment& s : before) {
        if (s.from == reset.from)
            sent = sent ? later(*sent, s.end()) : s.end();
        else if (s.ack)
            acked = acked ? later(*acked, *s.ack) : *s.ack;
    }
    return !sent || (acked && !rstcause::before(*acked, *sent));
}

/// A living socket's reset acknowledges all that has come: what was on its way it does not.
bool Sight::has_heard(const Segment& s) const
{
    return form != Form::active || !reset.ack || !rstcause::before(*reset.ack, s.seq + s.payload);
}

bool Sight::unanswered() const
{
    bool theirs = false;  // the last word
    for (const Segment& s : before)
        if (s.payload > 0 && (s.from == reset.from || has_heard(s)))
            theirs = s.from == reset.to;
    return theirs;
}

bool Sight::window_as_if_read() const
{
    const auto last = last_of(reset.from);
    if (!last || last->flags.syn())
        return reset.window > 0;
    std::uint32_t largest = reset.window, segment = 0, shift = 0;
    for (const Segment& s : before) {
        if (s.from == reset.to)
            segment = std::max(segment, s.payload);
        else if (s.flags.syn())
            shift = s.window_shift.value_or(0);
        else if (speaks(s))
            largest = std::max<std::uint32_t>(largest, s.window);
    }
    const std::uint32_t missing = largest - last->window;
    // Without the handshake the scale is not known: a step of one can be a byte.
    const bool may_be_less_than_a_segment
        = opener ? missing << shift < std::min(segment, kEthernetSegment) : missing <= 1;
    return reset.window > 0 && reset.window >= last->window && (missing == 0 || may_be_less_than_a_segment);
}

bool Sight::window_is_none() const
{
    const auto last = last_of(reset.from);
    if (!last || last->flags.syn())
        return false;
    std::uint32_t came = 0, came_since = 0;  // bytes
    for (const Segment& s : before) {
        came += s.from == reset.to ? s.payload : 0;
        came_since += s.from == reset.to && s.frame > last->frame ? s.payload : 0;
    }
    // Field by field: a window scale would make either difference larger in bytes.
    const bool taken_back = reset.window == 0 && last->window > came_since;
    return taken_back || (opener && reset.window > last->window + came);
}

bool Sight::one_window_since() const
{
    std::set<std::uint16_t> windows;
    bool began = false;
    for (const Segment& s : before) {
        if (s.payload > 0)
            began = s.from == reset.to;
        if (!began)
            windows.clear();
        else if (s.from == reset.from && speaks(s))
            windows.insert(s.window);
    }
    return windows.size() <= 1;
}

bool Sight::after_long_silence() const
{
    const Segment& end = form == Form::active ? reset : trigger.value_or(reset);
    std::optional<Time> last;
    Time longest{};
    for (const Segment& s : before) {
        if (s.frame >= end.frame)
            break;
        if (last && only_probes(s) && s.time - *last > seconds(1))
            continue;
        if (last)
            longest = std::max(longest, s.time - *last);
        last = s.time;
    }
    if (!last)
        return false;
    const Time silence = end.time - *last;
    return silence >= seconds(5) && silence >= 5 * longest;
}

}  // namespace rstcause::test
