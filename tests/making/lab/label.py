# SPDX-License-Identifier: GPL-2.0-or-later
"""From foretold resets, captured frames and kernel rows to the label beside a capture.

    foretold (story)  --order-->  frame where the reset was born  --identity-->  frame in each view
                                      |                 |
                                 kernel row          trigger

Any disagreement is an error: the lab never labels by wish.
"""

import collections
import dataclasses
import ipaddress
import json

from .frames import read_frames
from .merged import MERGED, check_made_between, clock_offset, path, see_through_nat
from .story import Disagreement

CLOSE_IN_TIME = 0.05  # seconds between the tracepoint and the frame at its sender's interface


def _same(left, right):
    """Endpoints compared as addresses, not as text (IPv6 has many spellings)."""
    return left[1] == right[1] and ipaddress.ip_address(left[0]) == ipaddress.ip_address(right[0])


def _fits(row_end, frame_end):
    """A reset sent on behalf of a listener has a row without the far end: port 0."""
    return row_end[1] == 0 or _same(row_end, frame_end)


def _foretold(end, foretold):
    """As the story says; it leaves the port open (0) where a program chooses its own."""
    return _same(end, foretold) or (foretold[1] == 0 and _same(end, (foretold[0], end[1])))


def _home(expected):
    return expected.at or expected.by


def _is_from(frame, expected):
    flow = expected.flow_at(_home(expected))
    return (_foretold(frame.sender, flow.end(expected.by))
            and _foretold(frame.receiver, flow.other(expected.by)))


def find_births(expected, frames):
    """Each foretold reset with its frame at the interface where it was born."""
    births, taken = [], set()
    for item in expected:
        at_home = [f for f in frames[_home(item)] if f.reset and _is_from(f, item) and f.identity not in taken]
        if not at_home and item.optional:
            continue
        if not at_home:
            raise Disagreement(f"no reset by the {item.by} of {item.flow} ({item.reason}) at {_home(item)}")
        taken.add(at_home[0].identity)
        births.append((item, at_home[0]))
    return births


def check_kernel(expected, births, rows):
    """Each reset has the kernel row the story says, and each row is accounted for."""
    left = list(rows)
    # Those without a row come last: a kernel's own reset may be a moment away from a forged one.
    for item, frame in sorted(zip(expected, births), key=lambda pair: pair[0].kernel is None):
        sender, receiver = frame.sender, frame.receiver
        if item.behind_nat:
            sender, receiver = item.flow_at(item.by).end(item.by), item.flow_at(item.by).other(item.by)
        near = [r for r in left if _same(r.sender, sender) and _fits(r.receiver, receiver)
                and abs(r.time - frame.time) < CLOSE_IN_TIME]
        said = near[0].reason if near else None
        if said != item.kernel:
            raise Disagreement(f"the kernel says {said}, the story {item.kernel}: {item.flow} {item.reason}")
        if near:
            left.remove(near[0])
    if left:
        raise Disagreement(f"resets the story does not mention: {left}")


def elicits(frame, reset):
    """Whether `reset` has the form of an answer to `frame` (forms B and C)."""
    if frame.reset or frame.sender != reset.receiver or frame.receiver != reset.sender:
        return False
    if reset.acks:  # form C acknowledges all of a segment that acknowledges nothing
        return not frame.acks and reset.seq == 0 and reset.ack == frame.end
    return frame.acks and frame.ack == reset.seq


def find_trigger(item, reset, frames):
    """The last fitting frame before the reset, at the interface where the reset was born."""
    # Active resets (form A) acknowledge and have a sequence number: nothing elicited them.
    if not item.asked or (reset.acks and reset.seq != 0):
        return None
    before = [f for f in frames if f.number < reset.number and elicits(f, reset)]
    if not before and not reset.acks:
        # A form B whose segment never came by: the reset has lost its story.
        raise Disagreement(f"no segment acknowledges {reset.seq} before frame {reset.number}")
    return before[-1] if before else None


def count_retransmissions(reset, trigger, frames):
    """How often the sender repeated its oldest unacknowledged segment, before the reset. What
    the trigger itself acknowledges came too late."""
    before = [f for f in frames
              if f.number < reset.number and not (trigger and f.identity == trigger.identity)]
    acked = [f.ack for f in before if f.acks and f.sender == reset.receiver and f.receiver == reset.sender]
    # Only the reset's own interface counts: the same packet on another one is a copy.
    sent = [f for f in before if f.sender == reset.sender and f.receiver == reset.receiver
            and f.occupies and f.interface == reset.interface]
    if not acked or not sent:
        raise Disagreement("nothing to count retransmissions of")
    return sum(f.seq == acked[-1] for f in sent) - 1


def _entry(item, reset, trigger, frames, repeat_of):
    entry = {"frame": reset.number, "reason": item.reason, "never": list(item.never)}
    if trigger:
        # Captured at all interfaces of a router, it may have passed twice as it was.
        same = [f for f in frames if f.identity == trigger.identity and f.number < reset.number
                and f.sender == reset.receiver and f.receiver == reset.sender
                and f.interface.partition("/")[0] == reset.interface.partition("/")[0]]
        if same:  # of copies at one point, the first in the capture
            entry["trigger"] = same[0].number
    if repeat_of:
        entry["repeat_of"] = repeat_of
    if item.counts:
        entry["retransmissions"] = count_retransmissions(reset, trigger, frames)
    entry["origin"] = item.origin or item.by
    if item.kernel:
        entry["kernel"] = item.kernel
    return entry


def label_view(view, known, frames, offset, late_from):
    """The list of resets in one capture, every one of them; `known` maps a reset's identity to what
    the story says of it and to its trigger."""
    entries = []
    first = {}  # (flow, sender) -> frame of the reset that later ones repeat
    copied = {}  # identity -> frame that a copy of this reset repeats
    for reset in (f for f in frames if f.reset):
        if reset.identity not in known:
            raise Disagreement(f"{view}: frame {reset.number} is a reset that nobody foretold")
        item, trigger = known[reset.identity]
        changed = dataclasses.replace(item, **_changes(item, view))
        if view in MERGED:
            check_made_between(changed)
        key = (item.flow, item.by)
        copy_of = None if item.untraceable else copied.get(reset.identity)
        repeats = copy_of or (first.get(key) if item.repeats else None)
        copied[reset.identity] = repeats or reset.number
        entries.append(_entry(changed, reset, trigger, frames, repeats))
        if view in MERGED and (found := path(item, reset, frames, late_from)):
            entries[-1]["path"] = found
        if not repeats:
            first[key] = reset.number
    return entries


def _changes(item, view):
    changes = dict(item.by_view.get(view, {}))
    if "never" in changes:
        changes["never"] = tuple(changes["never"].split())
    return changes


def label(scenario, expected, files, rows, source, late_from):
    """Labels of all kept views; `files` maps every view (kept or not) to its capture."""
    frames = {view: read_frames(file) for view, file in files.items()}
    for view in frames:
        see_through_nat(expected, frames[view])
    found = find_births(expected, frames)
    expected, births = [item for item, _ in found], [birth for _, birth in found]
    check_kernel(expected, births, rows)
    known = {b.identity: (e, find_trigger(e, b, frames[_home(e)])) for e, b in zip(expected, births)}
    claimed = {item.reason for item in expected}
    if claimed & set(scenario.near_miss_for):
        raise Disagreement(f"both the cause and a near miss: {claimed & set(scenario.near_miss_for)}")
    labels = {}
    for view in scenario.views:
        offset = clock_offset(view, scenario)
        labels[view] = {"story": scenario.story, "made_by": "lab", "source": source,
                        "near_miss_for": list(scenario.near_miss_for)}
        if scenario.twins:
            labels[view]["twins"] = scenario.twins
        if offset:
            labels[view]["clock_offset"] = offset
        labels[view]["resets"] = label_view(view, known, frames[view], offset,
                                            late_from if view == "both-late" else None)
    return labels


def write_label(content, file):
    file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def tally(labels):
    """Reason -> number of captures that hold it, for the summary."""
    return collections.Counter(reason for content in labels
                               for reason in {r["reason"] for r in content["resets"]})
