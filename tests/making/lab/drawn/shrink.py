# SPDX-License-Identifier: GPL-2.0-or-later
"""Make a draw whose verdict is wrong as small as it can be while the same verdict stays wrong.

Each round stages every plan that is one step smaller, side by side, and goes on from the smallest that still fails.
"""

import dataclasses

ROUNDS = 12  # far more than a draw has parts; a bound against chance that never ends


def smaller(plan):
    """Plans that do less: an act away, half the connections of one, one view alone."""
    for at, act in enumerate(plan.acts):
        rest = plan.acts[:at] + plan.acts[at + 1:]
        if rest:
            yield dataclasses.replace(plan, acts=rest)
        if act.count > 1:
            half = dataclasses.replace(act, count=act.count // 2)
            yield dataclasses.replace(plan, acts=plan.acts[:at] + (half,) + plan.acts[at + 1:])
    if len(plan.views) > 1:
        yield from (dataclasses.replace(plan, views=(view,)) for view in plan.views)


def size(plan):
    """What is to become small: connections first, then acts, then views."""
    return sum(act.count for act in plan.acts), len(plan.acts), len(plan.views)


def shrink(plan, failing):
    """The smallest plan found. `failing(plans)`: those of them that, staged, still show the failure."""
    for _ in range(ROUNDS):
        candidates = sorted(smaller(plan), key=size)
        still = failing(candidates)
        if not still:
            return plan
        plan = min(still, key=size)
    return plan
