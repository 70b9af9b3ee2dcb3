// SPDX-License-Identifier: GPL-2.0-or-later
//
// Who ended the connection, and whether anybody wanted that.
#include "facts/closing.h"
#include "facts/form_facts.h"
#include "facts/harm.h"
#include "facts/timers.h"
#include "wire/threshold.h"

namespace rstcause {

namespace {

using namespace std::chrono_literals;

// Who waits no longer than this does not feel kept waiting (Nielsen, Usability Engineering, 1993, §5.5: 1 s).
const Threshold<Time> kKeptWaiting{"harm.kept_waiting", 1s};

const HalfConnection& client(const Case& c) { return c.before.half(client_side(c)); }
const HalfConnection& server(const Case& c) { return c.before.half(other(client_side(c))); }

}  // namespace

Fact client_ended_it(const Case& c)
{
    if (made_on_the_way(c).yes())
        return no();
    const HalfConnection& asking = client(c);
    if (asking.fin)
        return yes(asking.fin->frame);
    if (asking.rst)
        return yes(asking.rst->frame);
    if (!sent_by_client(c))
        return no();
    return aborts(c) ? yes(c.rst.frame) : closed_before(c);
}

Fact client_did_not_wait(const Case& c)
{
    const HalfConnection& asking = client(c);
    const Fact ended = client_ended_it(c);
    if (!ended.yes() || !asking.last_data)
        return ended.unknown() ? ended : no();
    if (server(c).fin && server(c).fin->frame < ended.frame)
        return no(server(c).fin->frame);  // it had nobody to wait for
    const Time end = asking.fin ? asking.fin->time : asking.rst ? asking.rst->time : c.rst.time;
    const Time waited = end - asking.last_data->time;
    return known(waited < kKeptWaiting(), ended.frame).lasting(waited);
}

Fact neither_side_ended_it(const Case& c)
{
    if (made_on_the_way(c).yes())
        return yes();
    const Fact lost = both(known(passive_form(c) && !aborts(c), c.trigger ? c.trigger->frame : 0),
                           both(!closed_before(c), took_part(c)));
    const bool never_came_back = c.own().opened_passively && c.peer().first && !c.peer().spoke_after_syn;
    return either(either(lost, known(never_came_back)), probes_unanswered(c));
}

}  // namespace rstcause
