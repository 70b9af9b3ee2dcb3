# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures of many rows: counts, shares and how far chance may have moved them."""

import collections
import math
from dataclasses import dataclass

Z = 1.959964  # two-sided 95 %
GRADES = ("right", "acceptable", "unknown", "wrong")
CONFIDENCES = ("certain", "likely", "possible")


def wilson(hits, count):
    """The 95 % interval of a share, after Wilson (1927): (low, high), both from 0 to 1. (0, 1) when count is 0."""
    if count <= 0:
        return 0.0, 1.0
    share = hits / count
    centre = share + Z * Z / (2 * count)
    spread = Z * math.sqrt(share * (1 - share) / count + Z * Z / (4 * count * count))
    below = 1 + Z * Z / count
    return max(0.0, (centre - spread) / below), min(1.0, (centre + spread) / below)


@dataclass
class Tally:
    """How many verdicts were right, acceptable, unknown, wrong; and the same with each cause of each draw counted
    once, since fifty connections of one storm are not fifty experiments."""

    resets: collections.Counter
    cells: dict  # (draw, truth) -> Counter

    @classmethod
    def of(cls, rows, grade=lambda row: row.grade):
        tally = cls(collections.Counter(), collections.defaultdict(collections.Counter))
        for row in rows:
            tally.resets[grade(row)] += 1
            tally.cells[row.draw or row.capture, row.truth][grade(row)] += 1
        return tally

    def _cell_hits(self, grades):
        return sum(sum(cell[g] for g in grades) / cell.total() for cell in self.cells.values())

    def as_json(self):
        count, cells = self.resets.total(), len(self.cells)
        shares = {}
        for name, grades in (("right", ("right",)), ("fine", ("right", "acceptable"))):
            hits, cell_hits = sum(self.resets[g] for g in grades), self._cell_hits(grades)
            shares[name] = {"resets": hits, "interval": [round(x, 4) for x in wilson(hits, count)],
                            "by_draw": round(cell_hits / cells, 4) if cells else 0,
                            "interval_by_draw": [round(x, 4) for x in wilson(cell_hits, cells)]}
        return {"resets": count, "cells": cells, **{g: self.resets[g] for g in GRADES}, "shares": shares}


def _shares_right(rows, what):
    known = [getattr(row, what) for row in rows if getattr(row, what) != "-"]
    return {"known": len(known), "right": known.count("right")}


IMPACT_GRADES = ("right", "careful", "false alarm", "missed", "too much", "too little")


def _impact(rows):
    """How often the impact was right, of first resets whose loss the staging knows and the view can show; by truth, too.
    Each cause of each draw counts once in `by_draw`. `untold`: how many more there are that no view could tell."""
    labelled = [row for row in rows if row.impact_grade and not row.repeat]
    known = [row for row in labelled if row.impact_grade != "untold"]
    cells = collections.defaultdict(list)
    for row in known:
        cells[row.draw or row.capture, row.truth].append(row.impact_grade == "right")
    hits = sum(sum(cell) / len(cell) for cell in cells.values())
    count = collections.Counter(row.impact_grade for row in known)
    return {"resets": len(known), "cells": len(cells), "by_draw": round(hits / len(cells), 4) if cells else 0,
            "interval_by_draw": [round(x, 4) for x in wilson(hits, len(cells))],
            **{grade: count[grade] for grade in IMPACT_GRADES}, "untold": len(labelled) - len(known)}


def _one_left(rows):
    """How sure the verdicts were where no rule makes another cause than the true one acceptable. `by_draw`: the share of
    `certain`, each cause of each draw counted once."""
    alone = [row for row in rows if row.others == 0]
    cells = collections.defaultdict(list)
    for row in alone:
        cells[row.draw or row.capture, row.truth].append(row.confidence == "certain")
    hits = sum(sum(cell) / len(cell) for cell in cells.values())
    count = collections.Counter(row.confidence for row in alone)
    return {"resets": len(alone), "cells": len(cells), **{word: count[word] for word in CONFIDENCES},
            "by_draw": round(hits / len(cells), 4) if cells else 0}


def _certain_and_wrong(rows):
    """Cause → said, with counts; never a frame, so that it can be printed of sealed captures, too."""
    counts = collections.Counter((row.truth, row.said) for row in rows if row.badly_wrong)
    return [{"truth": truth, "said": said, "resets": n} for (truth, said), n in sorted(counts.items())]


def _by_confidence(rows):
    """What one verdict has been worth, by how sure it was; words that it never came with are left out."""
    some = {word: [row for row in rows if row.confidence == word] for word in CONFIDENCES}
    return {word: Tally.of(those).as_json() for word, those in some.items() if those}


def figures_of(rows):
    """All figures of one set of captures."""
    by_cause = {cause: [row for row in rows if row.truth == cause] for cause in sorted({row.truth for row in rows})}
    return {
        "captures": len({row.capture for row in rows}),
        "draws": len({row.draw for row in rows if row.draw}),
        "all": Tally.of(rows).as_json(),
        "confidence": {c: Tally.of([r for r in rows if r.confidence == c]).as_json() for c in CONFIDENCES},
        "one_pass": {c: Tally.of([r for r in rows if r.one_pass_confidence == c], lambda r: r.one_pass_grade).as_json()
                     for c in CONFIDENCES},
        "cause": {cause: Tally.of(some).as_json() for cause, some in by_cause.items()},
        "said": {said: _by_confidence([r for r in rows if r.said == said]) for said in sorted({r.said for r in rows})},
        "origin": _shares_right(rows, "origin"),
        "trigger": _shares_right([row for row in rows if not row.repeat], "trigger"),
        "impact": _impact(rows),
        "one_left": _one_left(rows),
        "certain_and_wrong": _certain_and_wrong(rows),
    }


def monotone(figures):
    """Whether a surer word was never worth less."""
    worth = [figures["confidence"][c]["shares"]["fine"]["by_draw"] for c in CONFIDENCES
             if figures["confidence"][c]["cells"]]
    return worth == sorted(worth, reverse=True)
