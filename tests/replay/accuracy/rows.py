# SPDX-License-Identifier: GPL-2.0-or-later
"""What the judge says, a Row for each reset; and where labelled captures are."""

import concurrent.futures
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from kept import label_paths

from .program import ROOT

SETS = ("kept", "studied", "sealed", "wild")
CONFIDENCES = ("certain", "likely", "possible")
IMPACT_GRADES = {  # (truth, said)
    ("problem", "notice"): "careful", ("normal", "notice"): "careful",
    ("normal", "problem"): "false alarm", ("problem", "normal"): "missed",
    ("notice", "problem"): "too much", ("notice", "normal"): "too little"}


@dataclass(frozen=True)
class Row:
    """One reset: the truth, what was said, and how that compares. The judge's columns, by name."""

    set: str
    capture: str
    draw: str
    family: str
    frame: int
    repeat: bool
    truth: str
    said: str
    confidence: str
    answers: str  # the frame that the reset answers, or -
    grade: str  # right, acceptable, unknown, wrong
    rule: str  # that makes it acceptable
    others: int  # causes that this view cannot tell from the true one
    origin: str  # right, wrong, -
    trigger: str
    one_pass_said: str
    one_pass_confidence: str
    one_pass_grade: str
    true_impact: str  # problem, notice, normal; - where the label does not say
    impact: str
    untold: str  # why the view does not show what was lost, or empty
    harm: str
    explanation: str

    @property
    def key(self):
        return self.set, self.capture, self.frame

    @property
    def fine(self):
        return self.grade in ("right", "acceptable")

    @property
    def impact_grade(self):
        """right; untold: no view of it could tell; careful: "may have lost" of what was lost or was not; false
        alarm; missed; too much, too little: of what was given up or made good. Empty where nobody knows the truth."""
        if self.true_impact == "-":
            return ""
        if self.untold:
            return "untold"
        if self.impact == self.true_impact:
            return "right"
        return IMPACT_GRADES[self.true_impact, self.impact]

    @property
    def badly_wrong(self):
        return self.grade == "wrong" and self.confidence == "certain"


def _row(header, line):
    values = dict(zip(header, line.split("\t")))
    values["frame"] = int(values["frame"])
    values["others"] = int(values["others"])
    values["repeat"] = values["repeat"] == "1"
    return Row(**values)


def _judged(program, files):
    done = subprocess.run([str(program), *map(str, files)], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"the judge ended with status {done.returncode}: {done.stderr[-2000:]}")
    header, *lines = done.stdout.splitlines()
    return [_row(header.split("\t"), line) for line in lines], done.stderr


def judged(program, files):
    """(rows, what could not be read, a line each), in the order of the files' names."""
    files = sorted(map(str, files))
    jobs = os.cpu_count() or 1
    shares = [files[n::4 * jobs] for n in range(4 * jobs)]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        parts = list(pool.map(lambda share: _judged(program, share) if share else ([], ""), shares))
    rows = sorted((row for part, _ in parts for row in part), key=lambda row: row.key)
    return rows, sorted(line for _, errors in parts for line in errors.splitlines())


def drawn_folder():
    """The cache of drawn captures."""
    return Path(os.environ.get("RSTCAUSE_DRAWN") or ROOT / "build" / "drawn")


def all_labels():
    """Every label at hand: kept, drawn and, where RSTCAUSE_STUDY says so, other people's captures."""
    found = label_paths()
    for side in ("studied", "sealed"):
        found += (drawn_folder() / side).glob("*.json")
    if study := os.environ.get("RSTCAUSE_STUDY"):
        table = Path(study) / "labels.tsv"
        if not table.exists():
            sys.exit(f"RSTCAUSE_STUDY: there is no {table}")
        found.append(table)
    return found


def rules(program):
    """The rules of indistinguishability: (name, tokens, sentence) each."""
    done = subprocess.run([str(program), "--rules"], capture_output=True, text=True, check=True)
    return [line.split("\t") for line in done.stdout.splitlines()]
