# SPDX-License-Identifier: GPL-2.0-or-later
"""Who sent each reset, and why: from the ledger and the kernel's rows, never from the plugin.

    reset at its birthplace --4-tuple, time--> kernel's row --word--> ledger's note --meaning--> token
    reset in a view         --identity------> reset at its birthplace

Any disagreement throws the draw away.
"""

import collections
from dataclasses import dataclass

from ..frames import FIN, RST, SYN, Frame
from ..label import CLOSE_IN_TIME, elicits
from ..story import Disagreement, Flow
from .ledger import FOREIGN, FOREIGN_LATE, FOREIGN_REFUSAL, FORGED, NETFILTER, REFUSAL


@dataclass
class Birth:
    """One reset where it was made."""

    frame: Frame
    flow: Flow  # as the client's side shows it
    side: str  # that it speaks for
    word: str
    token: str
    family: str
    origin: str
    trigger: Frame | None = None


class Places:
    """Whose addresses are whose, and which client a NAT's port stands for."""

    def __init__(self, plan, network):
        self.plan = plan
        self.behind = {host.name for host in plan.hosts if host.behind}  # a NAT in user mode
        # pasta gives its client the IPv6 address that it has itself.
        self.host_of = {address: name for name, node in network.hosts.items() for ip, address in node.address.items()
                        if ip == 4 or name not in self.behind}
        self.role = {host.name: host.role for host in plan.hosts}
        self.foreign = {host.name for host in plan.hosts if host.stack and not host.behind}
        self.router = {f"{host.v4}.1" for host in plan.hosts}
        self.inside = {}  # (the NAT's port, server) -> client
        self.published = {}  # address and port that stand for a server's own

    def learn(self, taps, published):
        """A masquerading router keeps ports as they are, so that the clients' own taps tell who is who; what the
        router has `published` is the stage's to tell."""
        self.published = published
        if self.plan.nat:
            for name, packets in taps.items():
                if self.role.get(name) == "client":
                    for frame in (p.frame for p in packets if p.frame and self._is(p.frame.sender, name)):
                        self.inside[frame.sender[1], frame.receiver] = frame.sender

    def _is(self, end, name):
        return self.host_of.get(end[0]) == name

    def own_addresses(self):
        """Whose rows are this draw's. Every such NAT gives its client the same address, in other draws, too."""
        return {address for address, name in self.host_of.items() if name not in self.behind} | self.router

    def maker(self, frame, tap):
        """(whether a reset seen at this tap may have been made here, the host that made it, whether that has another
        stack). A host's resets are made at its own tap, a NAT's at its client's; what only a router shows, by none."""
        home = self.host_of.get(frame.sender[0])
        if home == tap:
            return True, home, home in self.foreign
        if tap in self.behind:
            return True, tap, True
        return tap.startswith("router"), "", False

    def flow(self, frame):
        """(flow as the client's side shows it, sender's side)."""
        ends = [frame.sender, frame.receiver]
        if ends[0][0] in self.router:
            ends[0] = self.inside.get((ends[0][1], ends[1]), ends[0])
        if ends[1][0] in self.router:
            ends[1] = self.inside.get((ends[1][1], ends[0]), ends[1])
        if self.role.get(self.host_of.get(ends[0][0])) == "client":
            return Flow(*ends), "client"
        return Flow(ends[1], ends[0]), "server"

    def real(self, flow):
        """The same with the server's own address."""
        return Flow(flow.client, self.published.get(flow.server, flow.server))

    def identity(self, frame):
        """The same for the same packet on both sides of a NAT."""
        flow, side = self.flow(frame)
        return (self.real(flow), side, *frame.identity[2:])


def _unify(places, taps):
    for packets in taps.values():
        for packet in packets:
            if packet.frame:
                packet.frame.identity = places.identity(packet.frame)


# tcp_send_active_reset() speaks of these, after it has sent; all others are tcp_v4_send_reset()'s, before it sends.
# On a plain veth the answers to an active reset can therefore have their rows before it.
ACTIVE = {"TCP_ABORT_ON_CLOSE", "TCP_ABORT_ON_LINGER", "TCP_ABORT_ON_MEMORY", "TCP_STATE", "TCP_KEEPALIVE_TIMEOUT",
          "TCP_DISCONNECT_WITH_DATA"}


class Rows:
    """The kernel's rows of this draw, each taken once. A row is a moment older than its frame: at the end of the
    capture, either may be there without the other."""

    def __init__(self, rows, own, span):
        self.end = span[1]
        inside = [r for r in rows if span[0] <= r.time <= self.end]
        self.left = collections.defaultdict(list)  # sender -> rows in the order of time
        for row in inside:
            if row.sender[0] in own:  # the receiver may be the router of another draw's network, with the same address
                self.left[row.sender].append(row)

    def take(self, frame):
        """The row of a reset at its sender's own tap; None when the kernel's TCP did not send it."""
        active = frame.acks and frame.seq != 0
        for row in self.left.get(frame.sender, ()):
            if (row.reason in ACTIVE) != active:
                continue
            # A reset sent on behalf of a listener has a row without the far end: port 0.
            fits = row.receiver == frame.receiver or row.receiver[1] == 0
            if fits and abs(row.time - frame.time) < CLOSE_IN_TIME:
                self.left[frame.sender].remove(row)
                return row
        return None

    def rest(self):
        """Rows without a frame."""
        return [row for rows in self.left.values() for row in rows if row.time < self.end - CLOSE_IN_TIME]


def _word(row, frame):
    if row is None:
        return NETFILTER
    answers_a_syn = frame.acks and frame.seq == 0
    return REFUSAL if answers_a_syn and row.reason == "NO_SOCKET" else row.reason


def _foreign_word(frame, earlier):
    """What can be said of a stack without a tracepoint, by what it had sent before on this flow."""
    own = [f for f in earlier if f.sender == frame.sender]
    if any(f.flags & (FIN | RST) for f in own):
        return FOREIGN_LATE
    asked = [f for f in earlier if f.sender == frame.receiver]
    return FOREIGN_REFUSAL if not own and asked and asked[-1].flags & SYN else FOREIGN


def _birth(places, ledger, frame, maker, foreign, row, earlier):
    """`maker`: as Places.maker() says; empty for a reset that only the router shows."""
    flow, side = places.flow(frame)
    mark = (frame.sender, frame.receiver, frame.flags, frame.seq, frame.ack)
    if row is None and mark in ledger.forged:
        note = ledger.forged[mark]
        return Birth(frame, flow, side, FORGED, note.meaning[FORGED], note.family, "network")
    word = _foreign_word(frame, earlier) if foreign else _word(row, frame)
    found = (ledger.find(flow, side, word, frame.time + 0.001)
             or ledger.find(places.real(flow), side, word, frame.time + 0.001))
    if not found and row is None and not maker:
        word = FORGED  # by a program on the way, which does not tell its numbers; no rule rejects in this flow
        found = ledger.find(flow, side, word, frame.time + 0.001)
    if not found:
        raise Disagreement(f"{word} by the {side} of {flow} means nothing to what was done")
    token, note = found
    return Birth(frame, flow, side, word, token, note.family, side if maker else "network")


def _trigger(birth, earlier):
    """The last segment before, at the same tap, that the reset answers by its form."""
    reset = birth.frame
    if birth.word == FORGED or (reset.acks and reset.seq != 0):
        return None
    return next((frame for frame in reversed(earlier) if elicits(frame, reset)), None)


def met_time_wait(birth, earlier):
    """Its trigger came from an end in TIME_WAIT, which an old segment had made to speak (RFC 1337 §2): a bare ACK of the
    side that closed first, behind its FIN, that says what it had acknowledged before. Not when the resetter's own
    FIN, sent again, may have asked for it, nor when the wire doubled it."""
    trigger = birth.trigger
    if birth.token != "data_after_close" or trigger is None or trigger.length or trigger.flags & (SYN | FIN | RST):
        return False
    fins = [f for f in earlier if f.flags & FIN]
    own = [f for f in fins if f.sender == birth.frame.sender]
    if len(fins) < 2 or len(own) != 1 or fins[0].sender != trigger.sender or trigger.seq != fins[0].end:
        return False
    acknowledged = [f for f in earlier if f.sender == trigger.sender and f.acks and f.ack == own[0].end]
    return (acknowledged[0] is not trigger
            and all(f is trigger or f.identity[:-1] != trigger.identity[:-1] for f in acknowledged))


def find_births(places, ledger, taps, rows, span):
    """Every reset, where it was made: at its sender's tap, or at the first router's tap that shows one which its
    sender's has not."""
    _unify(places, taps)
    rows = Rows(rows, places.own_addresses(), span)
    births = {}
    for name in sorted(taps, key=lambda tap: tap.startswith("router")):
        earlier = collections.defaultdict(list)  # flow -> frames at this tap
        for frame in (p.frame for p in taps[name] if p.frame):
            before = earlier[places.flow(frame)[0]]
            made_here, maker, foreign = places.maker(frame, name)
            if frame.reset and made_here and frame.identity not in births:
                birth = _copy_of(frame, births) if not maker else None
                if not birth:
                    row = rows.take(frame) if maker == places.host_of.get(frame.sender[0]) else None
                    birth = _birth(places, ledger, frame, maker, foreign, row, before)
                    birth.trigger = _trigger(birth, before)
                    if met_time_wait(birth, before):
                        birth.token = "time_wait_assassination"
                    birth.token = _repeated(birth, before, births) or birth.token
                births[frame.identity] = birth
            before.append(frame)
    if rest := rows.rest():
        raise Disagreement(f"the kernel says that it sent resets that no tap has seen: {rest[:3]}")
    return births


def _repeated(birth, earlier, births):
    """The cause that a passive reset repeats: its sender has sent nothing since but passive resets, so that nothing
    new has ended (the catalogue's border on repeats). A socket that an overflow denied is not one that had closed."""
    last = next((f for f in reversed(earlier) if f.sender == birth.frame.sender), None)
    if last is None or not last.reset or last.acks or birth.frame.acks:
        return None
    known = births.get(last.identity)
    return known.token if known and known.origin == birth.origin else None


def _copy_of(frame, births):
    """A wire that doubles frames makes one more of the same. A rule that rejects twice makes two."""
    *same, count = frame.identity
    known = births.get((*same, count - 1)) if count > 1 else None
    return known if known and known.word != NETFILTER else None
