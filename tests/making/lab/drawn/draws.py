# SPDX-License-Identifier: GPL-2.0-or-later
"""Many draws side by side, each in a process and namespaces of its own; kept are those whose truths agree."""

import asyncio
import concurrent.futures
import json
import multiprocessing
import os
import signal
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from ..label import write_label
from ..story import Disagreement
from .labels import label
from .network import DrawnNetwork
from .packets import read_tap
from .stage import perform
from .truth import Places, find_births
from .views import build

DEADLINE = 300  # seconds for one draw with all its bookkeeping, however busy the machine


@dataclass
class Outcome:
    """What became of a draw. `thrown` says why it was thrown away; empty: it was kept."""

    name: str
    side: str
    families: list
    thrown: str = ""
    seconds: float = 0.0
    resets: int = 0  # over all views
    views: list = field(default_factory=list)  # stems of the files written
    mishaps: list = field(default_factory=list)
    late: int = 0  # acts that the curtain found playing

    def as_json(self):
        return dict(vars(self))


def _story(plan):
    acts = [f"{act.family} × {act.count} at {act.start:.1f} s" for act in plan.acts]
    return f"Drawn traffic, one act beside the other: {'; '.join(acts)}."


def _write_views(plan, network, taps, births, losses, out):
    """The stems of the views that hold a reset, and how many resets these hold together."""
    addresses = {name: set(node.address.values()) for name, node in network.hosts.items()}
    if plan.nat:  # behind it, each client shows the router's address
        for host in (h for h in plan.hosts if h.role == "client"):
            addresses[host.name] |= {f"{h.v4}.1" for h in plan.hosts}
    stems, resets = [], 0
    for number, view in enumerate(plan.views):
        stem = f"{plan.name}.{number}"
        path = out / f"{stem}.pcapng"
        frames = build(view, taps, addresses, path)
        content = label(plan, view, births, losses, frames, _story(plan))
        if not content["resets"]:
            path.unlink()
            continue
        write_label(content, path.with_suffix(".json"))
        stems.append(stem)
        resets += len(content["resets"])
    return stems, resets


def _draw(plan, rows, out, outcome):
    with tempfile.TemporaryDirectory(prefix="rstdraw-") as folder, DrawnNetwork(plan) as network:
        stage, cameras = asyncio.run(perform(plan, network, Path(folder)))
        outcome.mishaps, outcome.late = stage.mishaps, stage.late
        # The taps stop one after the other; what only some of them can have seen is no evidence.
        end = cameras.span[1] * 1e6
        taps = {name: [packet for packet in read_tap(file, name) if packet.micros < end]
                for name, file in cameras.files.items()}
        places = Places(plan, network)
        places.learn(taps, stage.published)
        births = find_births(places, stage.ledger, taps, rows(), cameras.span)
        outcome.views, outcome.resets = _write_views(plan, network, taps, births, stage.losses, out)


def _too_late(*_):
    raise TimeoutError(f"not finished after {DEADLINE} s")


def draw_one(plan, rows, out):
    """In a worker process: one draw, from the namespaces to the labels."""
    outcome = Outcome(plan.name, plan.side, [act.family for act in plan.acts])
    signal.signal(signal.SIGALRM, _too_late)
    signal.alarm(DEADLINE)
    begun = time.monotonic()
    try:
        _draw(plan, rows, out, outcome)
    except Disagreement as disagreement:
        outcome.thrown = f"disagreement: {disagreement}"
    except Exception as error:  # one broken draw must not stop the others
        where = traceback.format_exc() if os.environ.get("RSTLAB_DEBUG") else ""
        outcome.thrown = f"{type(error).__name__}: {error}\n{where}".strip()
    finally:
        signal.alarm(0)
    outcome.seconds = round(time.monotonic() - begun, 1)
    if outcome.thrown:
        for file in out.glob(f"{plan.name}.*"):
            file.unlink()
    return outcome


def stage_each(plans, rows, jobs):
    """Stage (plan, folder for its files) pairs, `jobs` at a time; yields each Outcome as it comes."""
    fork = multiprocessing.get_context("fork")
    with concurrent.futures.ProcessPoolExecutor(jobs, mp_context=fork) as pool:
        waiting = []
        for plan, folder in plans:
            folder.mkdir(parents=True, exist_ok=True)
            waiting.append(pool.submit(draw_one, plan, rows, folder))
        for done in concurrent.futures.as_completed(waiting):
            yield done.result()


def draw_all(plans, rows, out, jobs):
    """Stage the plans; yields each Outcome as it comes and adds it to OUT/draws.jsonl."""
    out.mkdir(parents=True, exist_ok=True)
    with open(out / "draws.jsonl", "a", encoding="utf-8") as log:
        for outcome in stage_each([(plan, out / plan.side) for plan in plans], rows, jobs):
            log.write(json.dumps(outcome.as_json()) + "\n")
            log.flush()
            yield outcome
