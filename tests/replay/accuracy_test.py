#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the verdicts are worth: the figures, the programs that are compared, what replay shows and what it keeps to
itself. Needs the judge, built: $RSTCAUSE_JUDGE."""

import contextlib
import importlib.machinery
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path[:1] = [str(HERE), str(HERE.parent)]

from accuracy import figures, program  # noqa: E402
from accuracy.page import page  # noqa: E402
from accuracy.rows import Row  # noqa: E402
from kept import capture_path  # noqa: E402

KEPT = capture_path("not_listening-macos-to-bsd")


def script(name):
    """The command of that name as a module: it has no suffix."""
    loader = importlib.machinery.SourceFileLoader(name, str(HERE / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    with mock.patch.object(sys, "path", list(sys.path)):
        loader.exec_module(module)
    return module


def row(**differences):
    plain = {"set": "studied", "capture": "7-1.0", "draw": "7-1", "family": "not_listening/sockets", "frame": 4,
             "repeat": False, "truth": "not_listening", "said": "not_listening", "confidence": "likely", "answers": "3",
             "grade": "right", "rule": "", "others": 0, "origin": "right", "trigger": "right", "one_pass_said": "not_listening",
             "one_pass_confidence": "likely", "one_pass_grade": "right", "true_impact": "-",
             "impact": "problem", "untold": "", "harm": "", "explanation": ""}
    return Row(**{**plain, **differences})


class Wilson(unittest.TestCase):
    def test_published_values(self):
        """Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
        for hits, count, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
                                       (1, 29, 0.0061, 0.1718)):
            found = figures.wilson(hits, count)
            self.assertAlmostEqual(found[0], low, 4)
            self.assertAlmostEqual(found[1], high, 4)

    def test_nothing_and_everything(self):
        self.assertEqual(figures.wilson(0, 0), (0.0, 1.0))
        low, high = figures.wilson(20, 20)
        self.assertAlmostEqual(low, 1 - 0.1611, 4)
        self.assertEqual(high, 1.0)


class Figures(unittest.TestCase):
    def test_a_storm_weighs_as_much_as_one_reset(self):
        storm = [row(frame=n, grade="wrong", said="half_open") for n in range(50)]
        tally = figures.Tally.of([*storm, row(draw="7-2"), row(draw="7-3", grade="acceptable")]).as_json()
        self.assertEqual((tally["resets"], tally["cells"], tally["wrong"]), (52, 3, 50))
        self.assertEqual(tally["shares"]["right"]["resets"], 1)
        self.assertAlmostEqual(tally["shares"]["right"]["by_draw"], 1 / 3, 4)
        self.assertAlmostEqual(tally["shares"]["fine"]["by_draw"], 2 / 3, 4)
        self.assertEqual(tally["shares"]["fine"]["interval_by_draw"], [round(x, 4) for x in figures.wilson(2, 3)])

    def test_unknown_is_neither_right_nor_acceptable(self):
        tally = figures.Tally.of([row(grade="unknown", said="unknown")]).as_json()
        self.assertEqual((tally["unknown"], tally["wrong"], tally["shares"]["fine"]["resets"]), (1, 0, 0))

    def test_certain_and_wrong_without_names_and_frames(self):
        bad = {"grade": "wrong", "confidence": "certain", "said": "half_open"}
        some = figures.figures_of([row(set="sealed", frame=n, **bad) for n in (4, 6)])
        self.assertEqual(some["certain_and_wrong"], [{"truth": "not_listening", "said": "half_open", "resets": 2}])
        self.assertNotIn("7-1.0", json.dumps(some))

    def test_one_pass_and_the_end_are_counted_apart(self):
        some = figures.figures_of([row(one_pass_confidence="possible", one_pass_grade="wrong")])
        self.assertEqual(some["one_pass"]["possible"]["wrong"], 1)
        self.assertEqual(some["confidence"]["likely"]["right"], 1)

    def test_repeats_have_no_trigger_to_be_right_about(self):
        some = figures.figures_of([row(), row(frame=5, repeat=True, trigger="wrong")])
        self.assertEqual(some["trigger"], {"known": 1, "right": 1})

    def test_where_one_cause_is_left_each_cause_of_a_draw_counts_once(self):
        some = figures.figures_of([row(confidence="certain"), row(frame=5), row(frame=6, others=1),
                                   row(draw="7-2", confidence="certain")])["one_left"]
        self.assertEqual(some, {"resets": 3, "cells": 2, "certain": 2, "likely": 1, "possible": 0, "by_draw": 0.75})

    def test_impact_counts_first_resets_of_which_the_loss_is_known(self):
        lost = {"true_impact": "problem", "impact": "problem"}
        done = {"true_impact": "normal", "draw": "7-2"}
        some = figures.figures_of([row(), row(frame=5, **lost), row(frame=6, repeat=True, true_impact="normal"),
                                   row(**done, impact="problem"), row(**done, impact="notice", frame=5),
                                   row(**done, impact="normal", frame=6), row(**lost, frame=7)])["impact"]
        self.assertEqual((some["resets"], some["right"], some["careful"], some["false alarm"], some["missed"]),
                         (5, 3, 1, 1, 0))
        self.assertAlmostEqual(some["by_draw"], (1 + 1 / 3) / 2, 4)
        self.assertEqual(row(true_impact="problem", impact="normal").impact_grade, "missed")
        self.assertEqual(row(true_impact="problem", impact="notice").impact_grade, "careful")
        self.assertEqual(row().impact_grade, "")

    def test_what_no_view_could_tell_counts_neither_as_right_nor_as_careful(self):
        blind = {"true_impact": "problem", "untold": "reset_alone"}
        some = figures.figures_of([row(true_impact="problem"), row(**blind, impact="notice", frame=5),
                                   row(**blind, impact="problem", frame=6)])["impact"]
        self.assertEqual((some["resets"], some["right"], some["careful"], some["untold"]), (1, 1, 0, 2))

    def test_the_page_tells_the_impact_where_the_figures_do(self):
        some = figures.figures_of([row(true_impact="problem")])
        made = {"date": "", "program": "", "kernel": "", "seeds": [7], "draws": 1, "thrown": {}, "labels": 1}
        self.assertIn("## Impact", page({"made": made, "sets": {"studied": some}}, []))
        del some["impact"]
        self.assertNotIn("## Impact", page({"made": made, "sets": {"studied": some}}, []))

    def test_whether_the_words_are_in_order(self):
        wrong = {"grade": "wrong", "said": "half_open"}
        self.assertTrue(figures.monotone(figures.figures_of([row(confidence="certain"), row(**wrong)])))
        self.assertFalse(figures.monotone(figures.figures_of([row(), row(confidence="certain", **wrong)])))


class Programs(unittest.TestCase):
    """Which program belongs to which sources."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name in ("analysis/a.cpp", "tests/replay/judge/j.cpp", "CMakeLists.txt", "README.md"):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(name, encoding="utf-8")
        self.git("init", "-q")
        self.commit()
        patched = mock.patch.object(program, "ROOT", self.root)
        patched.start()
        self.addCleanup(patched.stop)

    def git(self, *arguments):
        return subprocess.run(["git", "-C", self.root, "-c", "user.name=t", "-c", "user.email=t@t", *arguments],
                              check=True, capture_output=True, text=True).stdout

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "-q", "-m", "as it is")

    def test_edit_and_commit_need_no_second_program(self):
        before = program.key_of_last_commit()
        self.assertEqual(program.key_of_working_tree(), before)
        (self.root / "analysis" / "new.cpp").write_text("new", encoding="utf-8")
        edited = program.key_of_working_tree()
        self.assertNotEqual(edited, before)
        self.assertEqual(program.key_of_last_commit(), before)
        self.assertEqual(self.git("status", "--porcelain"), "?? analysis/new.cpp\n")  # the index is as it was
        self.commit()
        self.assertEqual(program.key_of_last_commit(), edited)

    def test_a_judge_that_has_moved_is_found_where_it_was(self):
        now = program.key_of_working_tree()
        self.git("mv", "tests/replay/judge", "tests/judge")
        self.commit()
        before = program.key_of_last_commit()
        self.git("mv", "tests/judge", "tests/replay/judge")
        self.assertEqual(program.key_of_working_tree(), now)
        self.assertEqual(program.key_of_last_commit(), before)

    def test_no_judge_no_key(self):
        self.git("rm", "-q", "-r", "tests")
        self.commit()
        with self.assertRaises(RuntimeError):
            program.key_of_last_commit()

    def test_other_files_do_not_matter(self):
        before = program.key_of_working_tree()
        (self.root / "README.md").write_text("edited", encoding="utf-8")
        self.assertEqual(program.key_of_working_tree(), before)


@unittest.skipUnless(os.environ.get("RSTCAUSE_JUDGE"), "RSTCAUSE_JUDGE names no judge")
class Replay(unittest.TestCase):
    """Over a folder of drawn captures with one studied and one sealed draw, both of which are judged wrong."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.drawn = Path(folder.name)
        for side, number in (("studied", 1), ("sealed", 2)):
            self.draw(side, number)
        patched = mock.patch.dict(os.environ, {"RSTCAUSE_DRAWN": folder.name})
        patched.start()
        self.addCleanup(patched.stop)
        self.replay = script("replay")

    def draw(self, side, number):
        label = json.loads(KEPT.with_suffix(".json").read_text(encoding="utf-8"))
        label.update(seed=990, draw=number, side=side, families=["mptcp/sockets"], view="client")
        for reset in label["resets"]:
            reset.update(reason="mptcp", family="mptcp/sockets")
        (self.drawn / side).mkdir()
        (self.drawn / side / f"990-{number}.0.json").write_text(json.dumps(label), encoding="utf-8")
        shutil.copy(KEPT, self.drawn / side / f"990-{number}.0.pcapng")

    def run_replay(self, *arguments, before=None):
        """What it prints, on both streams, and how it ends."""
        out, status = io.StringIO(), None
        drawn = sorted(self.drawn.glob("*/*.json"))
        with mock.patch.object(sys, "argv", ["replay", *map(str, arguments)]), \
                mock.patch.object(self.replay.program, "of_last_commit", return_value=before), \
                mock.patch.object(self.replay, "all_labels", return_value=drawn), \
                contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            try:
                self.replay.main()
            except SystemExit as end:
                status = end.code
        return out.getvalue(), status

    def less_sure(self):
        """A judge of the past, which was not as sure."""
        judge = self.drawn / "before"
        judge.write_text(f"#!/bin/sh\n{os.environ['RSTCAUSE_JUDGE']} \"$@\" | sed 's/\tlikely\t/\tpossible\t/g'\n",
                         encoding="utf-8")
        judge.chmod(0o755)
        return judge

    def test_says_of_each_reset_what_changed(self):
        said, _ = self.run_replay(before=self.less_sure())
        self.assertRegex(said, r"worse +990-1\.0 frame \d+, mptcp: \w+ \(possible\) -> \w+ \(likely\)")
        self.assertRegex(said, r"(\d+) verdicts changed, \d+ of them in sealed captures")

    def test_says_that_nothing_changed(self):
        self.assertIn("0 verdicts changed", self.run_replay(before=Path(os.environ["RSTCAUSE_JUDGE"]))[0])

    def test_shows_nothing_of_sealed_captures_but_sums(self):
        for arguments in ((), ("--wrong",), ("--score", self.drawn)):
            said, _ = self.run_replay(*arguments, before=self.less_sure())
            self.assertRegex(said, r"(?m)^sealed +[1-9]")
            self.assertNotIn("990-2", said)

    def test_lists_what_is_wrong_when_asked(self):
        self.assertIn("990-1.0 frame ", self.run_replay("--wrong")[0])

    def test_explains_a_studied_capture(self):
        said, status = self.run_replay(self.drawn / "studied" / "990-1.0.pcapng")
        self.assertRegex(said, r"990-1\.0 frame \d+: \w+ \(likely\), answers frame \d+, wrong: it is mptcp\n    \w+")
        self.assertIsNone(status)

    def expect_refusal(self, path):
        said, status = self.run_replay(path)
        self.assertIn("is sealed", str(status))
        self.assertIn("scored as a whole", str(status))
        self.assertEqual(said, "")

    def test_refuses_a_sealed_capture_and_says_why(self):
        self.expect_refusal(self.drawn / "sealed" / "990-2.0.pcapng")
        self.expect_refusal(self.drawn / "sealed" / "990-2.0.json")

    def test_refuses_it_without_its_label_and_by_another_name(self):
        (self.drawn / "sealed" / "990-2.0.json").unlink()
        link = self.drawn / "link.pcapng"
        link.symlink_to(self.drawn / "sealed" / "990-2.0.pcapng")
        self.expect_refusal(self.drawn / "sealed" / "990-2.0.pcapng")
        self.expect_refusal(link)

    def test_says_which_capture_is_missing(self):
        self.assertIn("no such file", str(self.run_replay(self.drawn / "none.pcapng")[1]))


class Page(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.calibrate = script("calibrate")
        self.calibrate.FIGURES, self.calibrate.PAGE = Path(folder.name, "figures.json"), Path(folder.name, "page.md")
        sets = {"studied": figures.figures_of([row()]),
                "sealed": figures.figures_of([row(set="sealed", capture="990-2.0", said="half_open", grade="wrong",
                                                  confidence="certain")])}
        made = {"seeds": [7], "draws": 2, "thrown": {}, "kernel": "6.18", "program": "0", "date": "2026-01-01"}
        self.figures = {"made": made, "unread": 0, "rules": [], "sets": sets}

    def check(self, text):
        self.calibrate.FIGURES.write_text(json.dumps(self.figures), encoding="utf-8")
        self.calibrate.PAGE.write_text(text, encoding="utf-8")
        with mock.patch.object(sys, "argv", ["calibrate", "--check"]), self.assertRaises(SystemExit) as end:
            self.calibrate.main()
        return end.exception.code

    def test_must_be_what_the_figures_make(self):
        text = page(self.figures, [])
        self.assertEqual(self.check(text), 0)
        self.assertIn("calibrate --write", self.check(text + "A kinder word.\n"))

    def test_names_no_sealed_capture(self):
        text = page(self.figures, [])
        self.assertIn("| drawn, sealed | `not_listening` | `half_open` | 1 |", text)
        self.assertNotIn("990-2", text)


if __name__ == "__main__":
    unittest.main()
