# SPDX-License-Identifier: GPL-2.0-or-later
"""From a draw with a wrong verdict to the smallest kept capture that shows it."""

import collections
import json
import shutil
import tempfile
from pathlib import Path

from accuracy import program
from accuracy.rows import judged
from kept import new_capture_path

from .draws import stage_each
from .shrink import shrink


class Keeper:
    """Stages plans and asks the judge which verdicts are wrong."""

    def __init__(self, rows, jobs):
        self.rows, self.jobs = rows, jobs
        self.judge = program.of_working_tree()
        self.failure = None  # (truth, said) that must stay wrong

    def _wrong(self, folder):
        """(truth, said) -> rows, over all views in a folder."""
        found = collections.defaultdict(list)
        for row in judged(self.judge, folder.glob("*.json"))[0]:
            if row.grade == "wrong":
                found[row.truth, row.said].append(row)
        return found

    def failing(self, plans):
        """Those of the plans that, staged, still show the failure."""
        with tempfile.TemporaryDirectory() as place:
            folders = [Path(place) / str(n) for n in range(len(plans))]
            for _ in stage_each(zip(plans, folders), self.rows, self.jobs):
                pass
            return [plan for plan, folder in zip(plans, folders) if self.failure in self._wrong(folder)]

    def worst(self, plan):
        """The failure of a draw that matters most: certain ones first, then the most frequent."""
        with tempfile.TemporaryDirectory() as place:
            for _ in stage_each([(plan, Path(place))], self.rows, 1):
                pass
            wrong = self._wrong(Path(place))
        return max(wrong, key=lambda kind: (any(row.badly_wrong for row in wrong[kind]), len(wrong[kind])), default=None)

    def write(self, plan):
        """Stage the smallest plan once more and put the view that fails into tests/captures; its name, or None when
        chance did not repeat itself."""
        with tempfile.TemporaryDirectory() as place:
            for _ in stage_each([(plan, Path(place))], self.rows, 1):
                pass
            failed = self._wrong(Path(place)).get(self.failure)
            if not failed:
                return None
            stem = failed[0].capture
            name = f"{self.failure[0]}-drawn-{stem.replace('.', '-')}"
            capture = new_capture_path(name)
            shutil.copy(Path(place) / f"{stem}.pcapng", capture)
            content = json.loads((Path(place) / f"{stem}.json").read_text(encoding="utf-8"))
            del content["side"]  # kept ones are nobody's secret
            capture.with_suffix(".json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
            return name


def keep(plan, rows, jobs):
    """Shrink a failing draw and keep it; a sentence on what came of it. Sealed draws are refused."""
    if plan.side == "sealed":
        return "sealed: it is scored as a whole and never opened"
    keeper = Keeper(rows, jobs)
    keeper.failure = keeper.worst(plan)
    if not keeper.failure:
        return "no verdict of it is wrong: nothing to keep"
    truth, said = keeper.failure
    small = shrink(plan, keeper.failing)
    name = keeper.write(small) or keeper.write(small)
    acts = "; ".join(f"{act.family} × {act.count}" for act in small.acts)
    return f"{truth} taken for {said}: " + (f"kept in tests/captures as {name} ({acts})" if name else
                                            f"not shown again by {acts}")
