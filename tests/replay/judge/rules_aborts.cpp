// SPDX-License-Identifier: GPL-2.0-or-later
//
// A living socket aborts. The packet is the same whatever its program had in mind.
#include <algorithm>

#include "indistinguishable.h"

namespace rstcause::test {

namespace {

/// An abort by a living socket that nothing contradicts: first of its kind, and its last word. A second
/// capture point could show that nobody sent it, but not what its sender had in mind.
bool aborts(const Sight& s)
{
    return s.form == Form::active && s.reset.payload == 0 && !s.lives_on() && !s.closed_before();
}

/// Nothing shows in the windows whether the last data were read. Windows, gVisor and lwIP put no window of
/// theirs into a reset.
bool tells_nothing_in_window(const Sight& s)
{
    return s.window_is_none() ? s.unanswered() && s.one_window_since() : s.window_as_if_read();
}

/// All that it had to send is through, the peer would take more, and no question is left open.
bool nothing_left(const Sight& s)
{
    const auto peer = s.last_of(s.reset.to);
    return s.all_acknowledged() && peer && peer->window > 0
        && (!s.unanswered() || !s.is_server());
}

bool fast_or_abort(const Sight& s) { return aborts(s) && nothing_left(s); }

bool unread_or_abort(const Sight& s)
{
    return aborts(s) && s.unanswered() && tells_nothing_in_window(s);
}

bool was_asked(const Sight& s)
{
    return std::any_of(s.before.begin(), s.before.end(), [&](const Segment& other) {
        return other.from == s.reset.to && other.payload > 0;
    });
}

/// The answer came last: to a client that may not have read it, or by a server that may not have read
/// all of the question.
bool unread_or_fast(const Sight& s)
{
    const bool answered = s.is_client() ? s.unanswered() : s.is_server() && was_asked(s);
    return aborts(s) && nothing_left(s) && answered && tells_nothing_in_window(s);
}

bool silent_abort(const Sight& s)
{
    return aborts(s) && s.all_acknowledged() && s.after_long_silence();
}

bool silent_fast_close(const Sight& s) { return silent_abort(s) && nothing_left(s); }

/// Is any other connection of the same service answered later, by whatever word? Also counts other
/// connections that the service resets or goes on with.
bool service_seen_later(const Sight& s)
{
    return std::any_of(s.seen.begin(), s.seen.end(), [&](const Segment& other) {
        return other.frame > s.reset.frame && other.from == s.reset.from
            && (other.flags.syn() || other.seq == Seq(0) || other.payload > 0);
    });
}

/// Is a connection to the same service refused later?
bool refuses_later(const Sight& s)
{
    return std::any_of(s.seen.begin(), s.seen.end(), [&](const Segment& other) {
        return other.frame > s.reset.frame && other.from == s.reset.from && other.flags.rst()
            && other.seq == Seq(0);
    });
}

/// A dying process leaves its last questions unread (TCP_ABORT_ON_CLOSE), as one that closes does. Of a
/// service with several processes the others serve on.
bool exit_or_unread(const Sight& s)
{
    return aborts(s) && s.unanswered() && s.is_server() && !refuses_later(s);
}

bool exit_or_abort(const Sight& s) { return exit_or_unread(s) && tells_nothing_in_window(s); }

bool silent_so_far(const Sight& s)
{
    return aborts(s) && s.is_client() && !s.last_payload() && s.all_acknowledged();
}

/// The only connection of this host to this service in the view.
bool first_probe(const Sight& s)
{
    return silent_so_far(s) && std::none_of(s.seen.begin(), s.seen.end(), [&](const Segment& other) {
               return other.from.address == s.reset.from.address && other.to == s.reset.to
                   && other.from.port != s.reset.from.port;
           });
}

/// Connections that wait to be accepted are reset when their listener closes (inet_csk_listen_stop).
bool never_taken(const Sight& s)
{
    return aborts(s) && s.is_server() && !s.last_payload() && !service_seen_later(s);
}

}  // namespace

std::vector<Rule> abort_rules()
{
    return {
        {"abort_or_fast_close",
         "An abort with everything acknowledged and no question open: to be done with it fast, or for "
         "any other reason of the program's.",
         {"application_abort", "fast_close"},
         fast_or_abort},
        {"abort_or_unread",
         "An abort after data that nothing answers, its window not larger by a segment than the one before, "
         "or none at all: read and dropped, or never read.",
         {"application_abort", "unread_data"},
         unread_or_abort},
        {"fast_close_or_unread",
         "An abort after the answer, in such a window: a client has read it or has not, a server had read "
         "the whole question or had not.",
         {"fast_close", "unread_data"},
         unread_or_fast},
        {"abort_after_silence",
         "An abort after a silence of 5 s or more, by far the connection's longest: the program's timer, "
         "or its will.",
         {"application_abort", "idle_timeout"},
         silent_abort},
        {"fast_close_after_silence",
         "The same, with no question open: the program's timer, or a connection it no longer needs.",
         {"fast_close", "idle_timeout"},
         silent_fast_close},
        {"exit_or_unread",
         "A service resets a client whose last words nothing answers, and refuses nobody later: a process of "
         "its has ended, or it only closed.",
         {"process_exit", "unread_data"},
         exit_or_unread},
        {"exit_or_abort",
         "The same where its window tells nothing either: a process of its has ended, or it read and "
         "aborted.",
         {"process_exit", "application_abort"},
         exit_or_abort},
        {"never_accepted_or_abort",
         "A service resets a client that has said nothing yet, and is not heard of again: its listener "
         "closed with the client unaccepted, or it accepted and aborted.",
         {"process_exit", "application_abort"},
         never_taken},
        {"first_check_or_abort",
         "A client connects and aborts without a word, once: the first of many checks, or one abort.",
         {"health_check", "application_abort"},
         first_probe},
        {"first_check_or_fast_close",
         "The same: the first of many checks, or a quick end of a connection not needed.",
         {"health_check", "fast_close"},
         first_probe},
    };
}

}  // namespace rstcause::test
