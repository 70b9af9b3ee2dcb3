# SPDX-License-Identifier: GPL-2.0-or-later
"""The director's log: what each end of each connection did, when, and what the kernel's word then means.

    note(flow, "server", meaning, …)   as it is done
    meaning_of(flow, "server", time)   what was in force at that moment

A meaning maps the kernel's reason (tracepoint tcp:tcp_send_reset) to a token of the catalogue. A word that has no
place in it is a disagreement between what was done and what the kernel says, and the draw is thrown away.
"""

import bisect
import collections
from dataclasses import dataclass

from ..story import Flow

ANYBODY = ("", 0)

# Words beside the kernel's reasons.
REFUSAL = "refusal"  # NO_SOCKET for a segment without ACK: the answer to a SYN (form C)
NETFILTER = "netfilter"  # a rule made it: no row of the tracepoint, and no host's doing
FORGED = "forged"  # the lab made it in a host's name
# Of another stack, which has no tracepoint: to a SYN, out of a living socket, after its own FIN or reset.
FOREIGN_REFUSAL, FOREIGN, FOREIGN_LATE = "foreign, to a SYN", "foreign", "foreign, after its FIN or RST"

LATE = ("NO_SOCKET", "TCP_FLAGS", "TCP_ABORT_ON_DATA", "TCP_TIMEWAIT_SOCKET")


def late(token):
    """The meaning of a segment without a socket: whether its port listens makes another word of it, not another packet."""
    return dict.fromkeys(LATE, token)


# tcp_rcv_state_process(): TCP_ABORT_ON_DATA; __tcp_close(): TCP_ABORT_ON_CLOSE; tcp_disconnect(): TCP_STATE.
CLOSED = {"TCP_ABORT_ON_CLOSE": "unread_data", **late("data_after_close")}
VANISHED = late("half_open")
KILLED_BY_A_DEVICE = {NETFILTER: "firewall_reject", **late("data_after_close")}
GAVE_UP = late("retransmission_timeout")
KEPT_ALIVE = {"TCP_KEEPALIVE_TIMEOUT": "keepalive_timeout", **late("data_after_close")}
KILLED = {"TCP_ABORT_ON_CLOSE": "process_exit", "TCP_STATE": "process_exit", **late("data_after_close")}


def aborted(token):
    """An application's own abort, for a purpose. Bytes that lay unread make the kernel name those (__tcp_close()
    asks for them before it asks for SO_LINGER), but the abort was meant."""
    return {"TCP_STATE": token, "TCP_ABORT_ON_CLOSE": token, "TCP_ABORT_ON_LINGER": token,
            **late("data_after_close")}


@dataclass(frozen=True)
class Note:
    """From `time` on; `family` is the act's that did it."""

    time: float
    meaning: dict
    family: str


def _less_and_less_exact(flow):
    """The flow; then any port of that client; then anybody at that service; then anything between the two hosts."""
    (client, _), (server, _) = flow
    yield flow
    yield Flow((client, 0), flow.server)
    yield Flow(ANYBODY, flow.server)
    yield Flow((client, 0), (server, 0))


class Ledger:
    """All notes of one draw. A flow's ends may be left open: port 0 fits any, ANYBODY every client."""

    def __init__(self):
        self.notes = collections.defaultdict(list)  # (flow, side) -> notes, oldest first
        self.forged = {}  # what marks a forged segment -> its note

    def note(self, flow, side, note):
        bisect.insort(self.notes[flow, side], note, key=lambda n: n.time)

    def _in_force(self, flow, side, time):
        notes = self.notes.get((flow, side), ())
        at = bisect.bisect_right(notes, time, key=lambda n: n.time)
        return notes[at - 1] if at else None

    def find(self, flow, side, word, time):
        """(token, note) of the most exact note in force that gives the word a meaning; None without."""
        for known in _less_and_less_exact(flow):
            note = self._in_force(known, side, time)
            if note and word in note.meaning:
                return note.meaning[word], note
        return None
