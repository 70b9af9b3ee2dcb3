# SPDX-License-Identifier: GPL-2.0-or-later
"""The label beside a view: every reset in it, with its truth."""

import collections


def _known(frame, births):
    """The birth of a reset that a view shows. A wire may have doubled it on its last stretch: then it is the last
    one of its kind."""
    *same, count = frame.identity
    return next((births[(*same, n)] for n in range(count, 0, -1) if (*same, n) in births), None)


def _trigger(birth, reset, shown):
    """Where this view shows the segment that the reset answers, on the reset's own interface."""
    if not birth.trigger:
        return None
    point = reset.interface.partition(":")[0]
    same = [f.number for f in shown.get(birth.trigger.identity, ())
            if f.number < reset.number and f.interface.partition(":")[0] == point]
    return same[0] if same else None


def _entry(birth, frame, shown, repeat_of):
    entry = {"frame": frame.number, "reason": birth.token, "family": birth.family, "origin": birth.origin}
    if trigger := _trigger(birth, frame, shown):
        entry["trigger"] = trigger
    if repeat_of:
        entry["repeat_of"] = repeat_of
    entry["kernel"] = birth.word
    return entry


def _enders(births, frames):
    """The reset of each connection that was made first, of those that a view shows."""
    first = {}
    for birth in (_known(frame, births) for frame in frames if frame.reset):
        if birth and (birth.flow not in first or birth.frame.time < first[birth.flow].frame.time):
            first[birth.flow] = birth
    return first


def label_view(births, losses, frames):
    """The list of resets among a view's frames. What was lost with a connection is said of the one that ended it."""
    shown = collections.defaultdict(list)  # identity -> frames
    first = {}  # (flow, side, by a device) -> the frame that later ones repeat
    copies = {}  # identity -> the same packet, seen before
    enders = _enders(births, frames)
    entries = []
    for frame in frames:
        shown[frame.identity].append(frame)
        if not frame.reset:
            continue
        birth = _known(frame, births)
        if birth is None:  # made after the last tap had begun to stop
            raise RuntimeError(f"frame {frame.number} of this view is a reset without birth")
        maker = (birth.flow, birth.side, birth.origin == "network")
        repeat_of = copies.get(id(birth)) or first.get(maker)
        entry = _entry(birth, frame, shown, repeat_of)
        if enders.get(birth.flow) is birth and (loss := losses.of(birth.flow)):
            entry["harm"] = {"impact": loss.impact, "what": loss.what}
        entries.append(entry)
        copies.setdefault(id(birth), repeat_of or frame.number)
        first.setdefault(maker, frame.number)
    return entries


def label(plan, view, births, losses, frames, story):
    """What is written beside a view's capture."""
    return {"story": story, "made_by": "draw", "source": f"drawn: seed {plan.seed}, draw {plan.number}",
            "near_miss_for": [], "seed": plan.seed, "draw": plan.number, "side": plan.side,
            "families": [act.family for act in plan.acts], "view": view.text,
            "resets": label_view(births, losses, frames)}
