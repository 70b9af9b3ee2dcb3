# SPDX-License-Identifier: GPL-2.0-or-later
"""Run scenarios side by side, each in its own process and namespaces, and keep what they made."""

import concurrent.futures
import importlib
import json
import multiprocessing
import os
import pkgutil
import platform
import re
import signal
import tempfile
import traceback
from pathlib import Path

from kept import label_paths, new_capture_path

from . import scenarios
from .capture import Captures, write_final
from .label import label, write_label
from .merged import MERGED, clock_offset
from .stage import Stage
from .story import SCENARIOS
from .topology import Network

WORKERS = 14  # scenarios mostly sleep
DEADLINE = 110  # seconds for one scenario
ALWAYS = ("client", "server", "router")  # tapped even if not kept: truth is read where it is born


def load_scenarios():
    for module in pkgutil.iter_modules(scenarios.__path__):
        importlib.import_module(f"{scenarios.__name__}.{module.name}")
    names = [s.name for s in SCENARIOS]
    doubles = {n for n in names if names.count(n) > 1}
    if doubles:
        raise RuntimeError(f"scenario names used twice: {doubles}")
    return SCENARIOS


def _perform(scenario, network, folder, rows):
    """Tell the story before running cameras; labels and raw captures come back."""
    taps = sorted(set(scenario.views + ALWAYS) - set(MERGED))
    with Captures(network, taps, folder) as captures:
        stage = Stage(network, scenario, captures)
        if not scenario.late:
            captures.start()
            if scenario.noise:
                stage.talk()
        scenario.tell(stage, **{k: v for k, v in scenario.options.items() if k != "note"})
        if scenario.noise:
            stage.talk()
        captures.finish()
    files = {}
    for view in set(taps) | set(scenario.views):
        files[view] = folder / f"{view}.pcapng"
        write_final(folder, view, files[view], clock_offset(view, scenario), captures.late_from)
    own = {node.address[ip] for node in network.nodes[::2] for ip in (4, 6)} | stage.more_addresses
    # An earlier telling of the story, which failed, has left rows of its own, as has what a capture that
    # starts late does not hold. Loopback addresses are everybody's: there, only the story's own endpoints count.
    ends = {end for item in stage.expected for end in item.flow}
    mine = [r for r in rows() if r.time > captures.started
            and ({r.sender[0], r.receiver[0]} & own or {r.sender, r.receiver} <= ends)]
    release = re.match(r"[\d.]+", platform.release()).group()
    return label(scenario, stage.expected, files, mine, f"Linux {release}", captures.late_from), files


def _too_late(*_):
    raise TimeoutError(f"not finished after {DEADLINE} s")


def run_one(scenario, number, rows, out):
    """In a worker process: everything of one scenario. Returns (labels, error text)."""
    signal.signal(signal.SIGALRM, _too_late)
    signal.alarm(DEADLINE)
    try:
        with tempfile.TemporaryDirectory(prefix="rstlab-") as folder:
            with Network(number, **scenario.network) as network:
                labels, files = _perform(scenario, network, Path(folder), rows)
            for view, content in labels.items():
                capture = new_capture_path(f"{scenario.name}.{view}", out)
                capture.write_bytes(files[view].read_bytes())
                write_label(content, capture.with_suffix(".json"))
        return labels, None
    except Exception as error:  # one broken story must not stop the others
        where = traceback.format_exc() if os.environ.get("RSTLAB_DEBUG") else ""
        return {}, f"{type(error).__name__}: {error}\n{where}".strip()
    finally:
        signal.alarm(0)


def _run_pool(chosen, rows, out, workers):
    fork = multiprocessing.get_context("fork")
    with concurrent.futures.ProcessPoolExecutor(workers, mp_context=fork) as pool:
        waiting = {pool.submit(run_by_name, scenario.name, number, rows, out): (scenario, number)
                   for scenario, number in chosen}
        for done in concurrent.futures.as_completed(waiting):
            yield waiting[done], *done.result()


def run_all(chosen, rows, out):
    """Run (scenario, number) pairs; yields (scenario, labels, error) as each one ends.

    Some stories depend on milliseconds. On a busy machine they fail, loudly; those get a second
    chance at the end, when little else runs.
    """
    out.mkdir(parents=True, exist_ok=True)
    again = []
    for pair, labels, error in _run_pool(chosen, rows, out, WORKERS):
        if error:
            again.append(pair)
        else:
            yield pair[0], labels, None
    for pair, labels, error in _run_pool(again, rows, out, 3) if again else ():
        yield pair[0], labels, error


def forget_stale(out, kept):
    """Remove lab captures of scenarios that no longer exist; others' captures stay untouched."""
    for file in label_paths(out):
        if file.stem not in kept and json.loads(file.read_text(encoding="utf-8")).get("made_by") == "lab":
            file.with_suffix(".pcapng").unlink(missing_ok=True)
            file.unlink()


def run_by_name(name, number, rows, out):
    """Workers find the scenario by its name: functions with decorators do not pickle."""
    scenario = next(s for s in SCENARIOS if s.name == name)
    return run_one(scenario, number, rows, out)
