#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The drawing of traffic: plans follow from their seed alone, labels from notes and rows; and, where there is root, the
same seed stages the same traffic twice."""

import asyncio
import collections
import dataclasses
import socket
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from lab.drawn.family import FAMILIES, load_families  # noqa: E402
from lab.drawn.ledger import ANYBODY, CLOSED, Ledger, Note, aborted  # noqa: E402
from lab.drawn.losses import (ANSWER_LOST, GIVEN_UP, LOST_TOUCH, NOT_READ, NOTHING, REFUSED, SERVED_LATER,  # noqa: E402
                              TURNED_AWAY, UNANSWERED, Account, Losses)
from lab.drawn.network import DrawnNetwork  # noqa: E402
from lab.drawn.packets import read_tap  # noqa: E402
from lab.drawn.plan import draw_plan  # noqa: E402
from lab.drawn.shrink import shrink, size  # noqa: E402
from lab.drawn.stage import perform  # noqa: E402
from lab.drawn.truth import Birth, met_time_wait  # noqa: E402
from lab.frames import ACK, FIN, RST, Frame  # noqa: E402
from lab.requirements import obstacle  # noqa: E402
from lab.story import Flow  # noqa: E402

STUDIED, SEALED, _ = load_families()
FLOW = Flow(("10.0.0.1", 40000), ("10.0.0.2", 80))


def plan(seed, number, studied=STUDIED, sealed=SEALED):
    return draw_plan(seed, number, studied, sealed, FAMILIES["healthy/sockets"])


class Plans(unittest.TestCase):
    def test_follow_from_the_seed(self):
        self.assertEqual([plan(7, n) for n in range(50)], [plan(7, n) for n in range(50)])
        self.assertNotEqual(plan(7, 1), plan(8, 1))

    def test_never_mix_studied_and_sealed_families(self):
        sealed = {family.name for family in SEALED}
        for number in range(200):
            drawn = plan(3, number)
            names = {act.family for act in drawn.acts} - {"healthy/sockets"}
            self.assertTrue(names <= sealed if drawn.side == "sealed" else not names & sealed, drawn.name)

    def test_give_each_host_a_network_of_its_own(self):
        for number in range(200):
            hosts = plan(4, number).hosts
            self.assertEqual(len({h.v4 for h in hosts}), len(hosts))
            self.assertEqual(len({h.v6 for h in hosts}), len(hosts))

    def test_leave_exclusive_ports_alone(self):
        for number in range(200):
            drawn = plan(5, number)
            uses = collections.Counter((act.server, act.port) for act in drawn.acts)
            own = {(act.server, act.port) for act in drawn.acts if act.own_port}
            self.assertFalse([use for use in own if uses[use] > 1], drawn.name)

    def test_shrink_to_what_still_fails(self):
        drawn = next(p for p in (plan(6, n) for n in range(99)) if len(p.acts) > 4)
        guilty = drawn.acts[1]
        small = shrink(drawn, lambda plans: [p for p in plans if guilty.number in {a.number for a in p.acts}])
        self.assertEqual(size(small), (1, 1, 1))
        self.assertEqual(small.acts[0], dataclasses.replace(guilty, count=1))


class WhatWasLost(unittest.TestCase):
    @staticmethod
    def account(*deeds, both=True):
        account = Account(both)
        for deed, side, *more in deeds:
            getattr(account, deed)(side, *more)
        return account.loss()

    def test_depends_on_who_spoke_last_and_what_was_heard(self):
        asked = ("says", "client", 9), ("hears", "server", 9)
        self.assertEqual(self.account(*asked), UNANSWERED)
        self.assertEqual(self.account(*asked, ("says", "server", 5), ("hears", "client", 4)), ANSWER_LOST)
        self.assertEqual(self.account(*asked[:1], ("says", "server", 5), ("hears", "client", 5)), NOT_READ)

    def test_depends_on_who_ended_it(self):
        talk = ("says", "client", 9), ("hears", "server", 9), ("says", "server", 5)
        self.assertEqual(self.account(*talk, ("ends", "client", "closed")), GIVEN_UP)
        self.assertEqual(self.account(*talk, ("ends", "client", "vanished")), ANSWER_LOST)
        self.assertEqual(self.account(*talk, ("ends", "server", "closed"), ("ends", "client", "closed")), ANSWER_LOST)
        heard = *talk, ("hears", "client", 5)
        self.assertEqual(self.account(*heard, ("ends", "server", "aborted")), NOTHING)
        self.assertEqual(self.account(*heard), LOST_TOUCH)
        self.assertEqual(self.account(("ends", "server", "aborted")), TURNED_AWAY)
        self.assertEqual(self.account(("ends", "client", "aborted")), NOTHING)

    def test_is_small_when_the_client_did_not_wait(self):
        account = Account(True)
        account.says("client", 9)
        account.spoke -= 3
        account.ends("client", "aborted")
        self.assertEqual(account.loss(), UNANSWERED)
        self.assertEqual(self.account(("says", "client", 9), ("ends", "client", "aborted")), GIVEN_UP)
        self.assertEqual(self.account(("says", "client", 9), ("ends", "client", "vanished")), UNANSWERED)

    def test_of_a_program_is_known_only_when_its_whole_answer_was_heard(self):
        self.assertEqual(self.account(("says", "client", 9), both=False), UNANSWERED)
        self.assertIsNone(self.account(("says", "client", 9), ("hears", "client", 5), both=False))
        self.assertEqual(self.account(("says", "client", 9), ("hears", "client", 5, True), both=False), NOTHING)

    def test_of_what_could_not_be_sent(self):
        account = Account(True)
        for side in ("client", "server"):
            account.says(side, 9)
            account.hears("server" if side == "client" else "client", 9)
        before = account.state()
        account.says("client", 20)
        account.could_not_say("client", 20, before)
        self.assertEqual(account.loss(), LOST_TOUCH)
        account.says("client", 50_000)
        account.could_not_say("client", 50_000, before)
        self.assertIsNone(account.loss())

    def test_an_answer_left_in_ones_own_socket_was_given_up(self):
        for answered, lost in ((True, GIVEN_UP), (False, UNANSWERED)):
            with socket.create_server(("127.0.0.1", 0)) as listener:
                client = socket.create_connection(listener.getsockname())
                server, _ = listener.accept()
            with client, server:
                account = Account(both=False)
                account.says("client", 4)
                if answered:
                    server.sendall(b"answer")
                    client.recv(1, socket.MSG_PEEK)
                account.spoke -= 5
                account.leaves("client", "closed", client)
                self.assertEqual(account.loss(), lost)

    def test_of_a_refusal_is_made_good_by_a_later_connection(self):
        losses = Losses()
        losses.attempt(FLOW, REFUSED)
        self.assertEqual(losses.of(FLOW), REFUSED)
        again = Flow(("10.0.0.1", 40001), FLOW.server)
        losses.open(again, both=True)
        self.assertEqual(losses.of(FLOW), REFUSED, "nobody has heard a word yet")
        losses.was_served(again)
        self.assertEqual(losses.of(FLOW), SERVED_LATER)

    def test_of_a_flow_that_was_used_twice_is_not_told(self):
        losses = Losses()
        losses.open(FLOW, both=True)
        losses.open(FLOW, both=True)
        self.assertIsNone(losses.of(FLOW))


class Families(unittest.TestCase):
    def test_tell_a_story_and_name_a_cause(self):
        for family in FAMILIES.values():
            self.assertRegex(family.name, r"^[a-z_]+/[a-z0-9-]+$")
            self.assertTrue((family.play.__doc__ or "").strip(), family.name)

    def test_a_third_is_sealed(self):
        causes = len(FAMILIES) - 1  # ordinary talk is on both sides
        sealed = sum(f.name in Path(__file__).with_name("drawn").joinpath("sealed.txt").read_text(encoding="utf-8").split()
                     for f in FAMILIES.values())
        self.assertAlmostEqual(sealed / causes, 1 / 3, delta=0.05)


class Ledgers(unittest.TestCase):
    def setUp(self):
        self.ledger = Ledger()

    def meaning(self, word, time, side="server"):
        found = self.ledger.find(FLOW, side, word, time)
        return found[0] if found else None

    def test_what_was_done_last_counts(self):
        self.ledger.note(FLOW, "server", Note(1, CLOSED, "a"))
        self.ledger.note(FLOW, "server", Note(5, aborted("fast_close"), "a"))
        self.assertEqual(self.meaning("TCP_ABORT_ON_CLOSE", 2), "unread_data")
        self.assertEqual(self.meaning("TCP_STATE", 6), "fast_close")
        self.assertIsNone(self.meaning("TCP_STATE", 2))
        self.assertIsNone(self.meaning("NO_SOCKET", 0.5))
        self.assertIsNone(self.meaning("NO_SOCKET", 2, side="client"))

    def test_a_flows_own_note_goes_before_its_services(self):
        self.ledger.note(Flow(ANYBODY, FLOW.server), "server", Note(9, {"refusal": "not_listening", "NO_SOCKET": "x"}, "a"))
        self.ledger.note(FLOW, "server", Note(1, CLOSED, "a"))
        self.assertEqual(self.meaning("NO_SOCKET", 10), "data_after_close")
        self.assertEqual(self.meaning("refusal", 10), "not_listening")


class TimeWait(unittest.TestCase):
    """The server closes first; then an old segment makes its TIME_WAIT speak, and the client resets that."""

    def met(self, *, trigger, own_fins=1):
        frames = [self.frame("server", 100, 50, FIN), *[self.frame("client", 50, 101, FIN)] * own_fins,
                  self.frame("server", 101, 51)]
        birth = Birth(self.frame("client", 51, 0, RST), FLOW, "client", "NO_SOCKET", "data_after_close", "a", "client",
                      trigger)
        return met_time_wait(birth, [*frames, trigger])

    @staticmethod
    def frame(side, seq, ack, flag=0, ip_id=1, length=0, count=1):
        ends = (FLOW.client, FLOW.server) if side == "client" else (FLOW.server, FLOW.client)
        flags = flag | (0 if flag == RST else ACK)
        return Frame(0, 0.0, "", *ends, flags, seq, ack, length, (side, seq, ack, flags, ip_id, count))

    def test_speaks_to_an_old_segment(self):
        self.assertTrue(self.met(trigger=self.frame("server", 101, 51, ip_id=2)))

    def test_is_not_met_by_late_data_nor_by_a_copy(self):
        self.assertFalse(self.met(trigger=self.frame("server", 101, 51, length=5)))
        self.assertFalse(self.met(trigger=self.frame("server", 101, 51, count=2)))

    def test_answers_a_fin_that_came_again(self):
        self.assertFalse(self.met(trigger=self.frame("server", 101, 51, ip_id=2), own_fins=2))


@unittest.skipIf(obstacle(), f"nothing can be staged here: {obstacle()}")
class Staged(unittest.TestCase):
    """Traffic of a plan without losses, staged twice."""

    @staticmethod
    def traffic(drawn):
        """Bytes by flow and direction, as the clients' taps saw them."""
        with tempfile.TemporaryDirectory(prefix="rstdraw-") as folder, DrawnNetwork(drawn) as network:
            _, cameras = asyncio.run(perform(drawn, network, Path(folder)))
            seen = collections.defaultdict(set)
            for name, file in cameras.files.items():
                if name.startswith("client"):
                    for frame in (p.frame for p in read_tap(file, name) if p.frame and p.frame.length):
                        seen[frame.sender, frame.receiver].add((frame.seq, frame.length))
        return {flow: sum(length for _, length in segments) for flow, segments in seen.items()}

    def test_the_same_seed_gives_the_same_traffic(self):
        names = ("fast_close/linger-after-the-answer", "unread_data/closed-on-request", "not_listening/closed-port")
        some = [FAMILIES[name] for name in names]
        drawn = next(p for p in (plan(11, n, some, []) for n in range(99)) if not _lossy(p) and not p.nat)
        first, second = self.traffic(drawn), self.traffic(drawn)
        self.assertTrue(first)
        self.assertEqual(first, second)


def _lossy(drawn):
    ways = [way for host in drawn.hosts if host.wire for way in host.wire.values()]
    return any(way["loss"] or way["doubled"] or way["overtaken"] for way in ways)


if __name__ == "__main__":
    unittest.main()
