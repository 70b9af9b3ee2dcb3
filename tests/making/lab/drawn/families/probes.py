# SPDX-License-Identifier: GPL-2.0-or-later
"""nping, which sends what it is told to."""

from .. import programs
from ..family import family
from ..ledger import REFUSAL, late
from .scanners import SCANNED, note_scan


@family("protocol_violation/nping", most=20, seconds=9, nat=False, tools=("nping",))
async def odd_flags(act):
    """nping sends segments of no connection, with odd flags, to an open or closed port of a server, as to see what its
    firewall lets through; resets come back."""
    port = act.dice.choice(SCANNED)
    if act.dice.random() < 0.5:
        act.listen(port)
    note_scan(act, [port], {REFUSAL: "protocol_violation", **late("protocol_violation")}, {})
    flags = act.dice.choice(("ack", "fin,ack", "psh,ack", "fin", "fin,psh,urg", "psh", "ack,urg"))
    size = act.dice.choice((0, 0, 64, 700)) if "ack" in flags else 0
    version = ["-6"] if act.ip == 6 else []
    await programs.run(act, act.client(0), "nping", *version, "--tcp", "--send-ip", "--flags", flags, "-g",
                       act.stage.free_port(act.dice), "-p", port, "-c", act.count, "--delay",
                       f"{act.dice.choice((5, 40, 200))}ms", "--data-length", size, act.address, patience=7)
