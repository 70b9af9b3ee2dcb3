# SPDX-License-Identifier: GPL-2.0-or-later
"""Two captures in one file: the client's (interface 0) and the server's (interface 1).

Of two captures a reset's path can be read: it left its sender and reached the other end, or only
one of the two points saw it. What the frames say must be what the story says.
"""

import subprocess

from .story import Disagreement

# view -> seconds that the server's clock is ahead, unless the scenario says otherwise
MERGED = {"both": 0.0, "both-late": 0.0, "both-skewed": 0.7, "both-behind": -2.5}
POINT = {"client": "0/", "server": "1/"}  # Frame.interface
NETWORK = ("injected", "firewall_reject", "nat_bypassed")


def clock_offset(view, scenario):
    """Seconds that the server's clock is ahead in this view."""
    usual = MERGED.get(view, 0.0)
    return scenario.clock_offset if usual and scenario.clock_offset is not None else usual


def write_merged(folder, view, target, offset, late_from):
    """Merge the two captures by their own clocks, each with its interface."""
    server = folder / "server.pcap"
    if offset or view == "both-late":
        if view == "both-late" and late_from is None:
            raise RuntimeError("the story does not say when the server's capture starts")
        change = ["-t", str(offset)] if offset else ["-A", f"{late_from:.6f}"]
        server = folder / f"{view}-server.pcap"
        subprocess.run(["editcap", "-F", "pcap", *change, str(folder / "server.pcap"), str(server)],
                       check=True, capture_output=True, timeout=20)
    subprocess.run(["mergecap", "-I", "none", "-F", "pcapng", "-w", str(target), str(folder / "client.pcap"),
                    str(server)], check=True, capture_output=True, timeout=20)


def see_through_nat(expected, frames):
    """Give both sides of a NAT one identity: the addresses and ports of the client's side."""
    outer = {}
    for item in expected:
        if item.behind_nat:
            inside, outside = item.behind_nat, item.flow
            outer[inside.client, inside.server] = (outside.client, outside.server)
            outer[inside.server, inside.client] = (outside.server, outside.client)
    for frame in frames:
        sender, receiver = outer.get((frame.sender, frame.receiver), (frame.sender, frame.receiver))
        frame.identity = (sender, receiver, *frame.identity[2:])


def _shown_before(reset, seen, frames):
    """Whether the point that lacks the reset shows anything from well before it: a capture that has
    yet to start lacks it as well."""
    return any(frame.interface not in seen and frame.time < reset.time - 0.05 for frame in frames)


def path(item, reset, frames, late_from):
    """What became of one reset, from the points that saw it; None where one was not yet captured."""
    if late_from and reset.time < late_from:
        return None
    seen = {frame.interface for frame in frames if frame.identity == reset.identity}
    sent = POINT[item.by] in seen
    arrived = POINT["server" if item.by == "client" else "client"] in seen
    found = "delivered" if sent and arrived else "lost_between" if sent else "made_between"
    if not (sent and arrived) and not _shown_before(reset, seen, frames):
        return None
    foretold = "made_between" if item.made_between else "lost_between" if item.dropped else "delivered"
    if found != foretold:
        raise Disagreement(f"frame {reset.number} ({item.reason}) was {found}, the story says {foretold}")
    return found


def check_made_between(item):
    """A reset that its supposed sender never sent has no cause at that host."""
    if item.made_between and item.reason not in NETWORK:
        raise Disagreement(f"{item.reason}, though no host sent it")
