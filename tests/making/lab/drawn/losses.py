# SPDX-License-Identifier: GPL-2.0-or-later
"""What was lost with each connection: what its two applications said to each other and heard, and who ended it.

An account is kept by those who hold the sockets; nothing of it comes from packets. "Heard" is what an application has
read. Three verdicts, as people would judge (docs/causes.md, "Impact"):

problem  somebody lost something that he had not given up himself, or could not connect
notice   he gave it up himself, or got it in the end; or nothing was outstanding, but neither side had ended it
normal   nothing was outstanding

An account that does not tell says so: None.
"""

import array
import collections
import fcntl
import socket
import termios
import time
from dataclasses import dataclass, field

KEPT_WAITING = 1.0  # seconds: who waits no longer than this does not feel kept waiting (analysis/facts/harm.cpp)
ONE_PIECE = 4096  # bytes that a socket with room for any takes at once
OWN_ENDS = ("closed", "aborted", "killed")


def is_over(sock):
    """The other side, or the kernel, has ended this connection already (TCP_INFO: TCP_CLOSE, TCP_CLOSE_WAIT)."""
    return sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] in (7, 8)


def holds_unread(sock):
    """Words of the other side have arrived and wait to be read (tcp(7), SIOCINQ)."""
    count = array.array("i", [0])
    fcntl.ioctl(sock, termios.FIONREAD, count)
    return count[0] > 0


@dataclass(frozen=True)
class Loss:
    impact: str
    what: str


UNANSWERED = Loss("problem", "a request was never answered")
ANSWER_LOST = Loss("problem", "an answer did not arrive")
REFUSED = Loss("problem", "a client could not connect")
TURNED_AWAY = Loss("problem", "a client was turned away without a word")
GIVEN_UP = Loss("notice", "the client itself gave up an answer")
NOT_READ = Loss("notice", "the server had answered, and did not read all that the client said")
SERVED_LATER = Loss("notice", "a client could not connect at first, and was served later")
LOST_TOUCH = Loss("notice", "nothing was outstanding, but neither side had ended the connection")
NOTHING = Loss("normal", "nothing was outstanding")


@dataclass
class Account:
    """Of one connection. With `both` ends in our hands; else of a program's only what its client has heard."""

    both: bool
    said: collections.Counter = field(default_factory=collections.Counter)  # bytes, by side
    heard: collections.Counter = field(default_factory=collections.Counter)
    floor: str = ""  # who spoke last
    first_end: tuple = ()  # (side, how)
    spoke: float = 0.0  # when somebody spoke last
    waited: float = 0.0  # seconds from then to the first end
    cut: bool = False  # its path was cut on purpose
    unclear: bool = False
    left_unread: bool = False  # the client left an answer of a program in its socket

    def says(self, side, count, more=False):
        """`more` of the same question, while nobody knows what the other side says to it."""
        self.said[side] += count
        self.floor = side
        self.spoke = time.time()
        self.unclear = more

    def state(self):
        return self.floor, self.unclear

    def could_not_say(self, side, count, before):
        """The socket was dead, or died of it. A small piece is taken whole or not at all; how much of a larger one was
        sent nobody knows. `before`: the state before says()."""
        self.floor, self.unclear = before
        self.said[side] -= count
        self.unclear |= count > ONE_PIECE

    def hears(self, side, count, complete=False):
        """`complete`: it was all that the other side, a program, had to say."""
        self.heard[side] += count
        if not self.both and side == "client" and count:
            self.floor = "server"
            self.unclear = not complete

    def leaves(self, side, how, sock):
        """One side ends it, unless its socket shows that it was over before."""
        self.left_unread |= side == "client" and not self.both and holds_unread(sock)
        if is_over(sock):
            self.ends("server" if side == "client" else "client", "gone")
        self.ends(side, how)

    def ends(self, side, how):
        if not self.first_end:
            self.first_end = side, how
            self.waited = time.time() - self.spoke

    def loss(self):
        if self.unclear:
            return None
        if self.floor == "client":
            if self.left_unread:
                return GIVEN_UP
            left = self.first_end[:1] == ("client",) and self.first_end[1] in OWN_ENDS
            return GIVEN_UP if left and self.waited < KEPT_WAITING else UNANSWERED
        return self._of_answered() if self.floor else self._of_unused()

    def _of_unused(self):
        if self.first_end == ("server", "aborted"):
            return TURNED_AWAY
        return NOTHING if self.first_end[:1] == ("client",) else None

    def _of_answered(self):
        side, how = self.first_end or ("", "")
        if self.both and self.said["server"] > self.heard["client"]:
            return GIVEN_UP if side == "client" and how in OWN_ENDS else ANSWER_LOST
        if self.both and self.said["client"] > self.heard["server"]:
            return NOT_READ
        return NOTHING if (how in OWN_ENDS or not self.both) and not self.cut else LOST_TOUCH


class Losses:
    """The accounts of one draw, by flow. Of a flow that carried several connections nothing is said."""

    def __init__(self):
        self.accounts = {}
        self.several = set()
        self.attempts = {}  # flow -> (how an attempt to connect ended, when)
        self.opened = {}  # flow -> when
        self.served = {}  # (client's address, service) -> when the latest connection began of which it heard an answer

    def open(self, flow, both):
        """A new account."""
        if flow in self.accounts or flow in self.attempts:
            self.several.add(flow)
        self.opened[flow] = time.time()
        self.accounts[flow] = Account(both)
        return self.accounts[flow]

    def cut(self, flow):
        if flow in self.accounts:
            self.accounts[flow].cut = True

    def attempt(self, flow, loss):
        """How an attempt to connect ended."""
        self.attempts[flow] = loss, time.time()

    def was_served(self, flow):
        place = flow.client[0], flow.server
        self.served[place] = max(self.served.get(place, 0), self.opened[flow])

    def of(self, flow):
        """What was lost with this connection; None when nobody can say."""
        if flow in self.several:
            return None
        if flow in self.attempts:
            loss, when = self.attempts[flow]
            in_the_end = loss.impact == "problem" and self.served.get((flow.client[0], flow.server), 0) > when
            return SERVED_LATER if in_the_end else loss
        return self.accounts[flow].loss() if flow in self.accounts else None
