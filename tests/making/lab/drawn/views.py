# SPDX-License-Identifier: GPL-2.0-or-later
"""What somebody captured of a draw: where, from when to when, how much of each frame.

A view is cut from what the taps saw after the traffic is over. That is what an earlier end, a snap length or a ring
file is; and all views of a draw show the same traffic.
"""

import copy
import dataclasses
from dataclasses import dataclass

from handmade import pcapng

SNAP = 96  # bytes of each frame
CLOCKS = (0.0, 0.0, 0.004, -0.3, 0.7, -2.5, 40.0)  # seconds that the second clock is ahead


@dataclass(frozen=True)
class View:
    taps: tuple  # "client0", "router/client0" (the router's side), "router/any"
    starts: float = 0.0  # share of the time that is over when the capture starts
    ends: float = 1.0
    ring: tuple = (1, 0)  # cut into so many files; the one kept
    snap: int = 0  # bytes; 0: whole frames
    only_from: str = ""  # a host: the other direction is not captured
    clock: float = 0.0  # seconds that the second tap's clock is ahead

    @property
    def text(self):
        """For people: "client0 + server1, its clock 0.7 s ahead, from 30 % on, ring file 2 of 4"."""
        parts = [" + ".join(self.taps)]
        parts += [f"the second clock {self.clock:+g} s"] * bool(self.clock)
        parts += [f"from {self.starts:.0%} on"] * bool(self.starts) + [f"until {self.ends:.0%}"] * (self.ends < 1)
        parts += [f"ring file {self.ring[1] + 1} of {self.ring[0]}"] * (self.ring[0] > 1)
        parts += [f"cut at {self.snap} bytes"] * bool(self.snap)
        parts += [f"only what {self.only_from} sends"] * bool(self.only_from)
        return ", ".join(parts)


def _place(dice, hosts):
    client, server = (dice.choice([h for h in hosts if h.role == role]) for role in ("client", "server"))
    outer = client.behind or client.name
    return dice.choice(((client.name,), (client.name,), (server.name,), (server.name,), (f"router/{server.name}",),
                        (f"router/{outer}",), (client.name, server.name), ("router/any",)))


def _less(dice, taps, hosts):
    """How this capture falls short of all, if it does."""
    clock = dice.choice(CLOCKS) if len(taps) == 2 else 0.0
    short = {"clock": clock}
    if dice.random() < 0.5:
        return short
    kind = dice.choice(("starts", "ends", "ring", "snap", "only_from"))
    if kind == "starts":
        short["starts"] = round(dice.uniform(0.1, 0.6), 2)
    elif kind == "ends":
        short["ends"] = round(dice.uniform(0.4, 0.95), 2)
    elif kind == "ring":
        files = dice.randrange(2, 6)
        short["ring"] = (files, dice.randrange(files))
    elif kind == "snap":
        short["snap"] = SNAP
    elif len(taps) == 1:
        short["only_from"] = dice.choice([h.name for h in hosts])
    return short


def draw_views(dice, hosts):
    """One to three different ones."""
    views = []
    for _ in range(dice.choice((1, 2, 2, 3))):
        taps = _place(dice, hosts)
        view = View(taps, **_less(dice, taps, hosts))
        if view not in views:
            views.append(view)
    return tuple(views)


def _cut(packets, view, addresses):
    """What is left of `packets`, which are in the order of time."""
    if not packets:
        return []
    first, last = packets[0].micros, packets[-1].micros
    begin, end = (first + (last - first) * share for share in (view.starts, view.ends))
    kept = [p for p in packets if begin <= p.micros <= end]
    if view.only_from:
        kept = [p for p in kept if p.frame and p.frame.sender[0] in addresses[view.only_from]]
    files, chosen = view.ring
    size = -(-len(kept) // files)
    return kept[size * chosen:size * (chosen + 1)]


def _shifted(packet, micros, interface):
    packet = copy.copy(packet)
    packet.micros += micros
    if packet.frame:
        packet.frame = dataclasses.replace(packet.frame, interface=f"{interface}:{packet.frame.interface}",
                                           time=packet.frame.time + micros / 1e6)
    return packet


def build(view, taps, addresses, path):
    """Write the view's capture; the TCP frames in it, numbered as there. `taps`: name -> packets; `addresses`: host
    -> all that it is known by."""
    ahead = [0, round(view.clock * 1e6)]
    packets = [(_shifted(p, ahead[n], n), n) for n, tap in enumerate(view.taps) for p in taps[tap]]
    packets.sort(key=lambda pair: pair[0].micros)
    interface = {id(p): n for p, n in packets}
    kept = _cut([p for p, _ in packets], view, addresses)
    file = pcapng.File([pcapng.Interface(taps[tap][0].link if taps[tap] else 1, tap) for tap in view.taps])
    frames = []
    for number, packet in enumerate(kept, start=1):
        data = packet.data[:view.snap] if view.snap else packet.data
        file.records.append(pcapng.Record(packet.micros, data, interface[id(packet)], packet.length))
        if packet.frame:
            frames.append(dataclasses.replace(packet.frame, number=number))
    pcapng.write(path, file)
    return frames
