# SPDX-License-Identifier: GPL-2.0-or-later
"""What a scenario is, how it is registered, and what it may expect.

A scenario is a function whose docstring tells the story; `@story(name, ...)` makes
one capture set of it. The decorator may be stacked: variants of one cause differ in
address family, ports, TTLs, timestamps and point of view.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

SCENARIOS = []


class Disagreement(Exception):
    """The capture or the kernel says something else than the story."""


class Flow(NamedTuple):
    """Who talks to whom, as (address, port)."""

    client: tuple
    server: tuple

    def end(self, role):
        return self.client if role == "client" else self.server

    def other(self, role):
        return self.server if role == "client" else self.client


@dataclass
class Expected:
    """One reset that the story foretells. Everything here is checked, nothing assumed."""

    flow: Flow
    reason: str
    by: str  # client | server: the sender named in the packet
    kernel: str | None  # the kernel's reason; None: netfilter made it, no row may exist
    at: str = ""  # the view at whose interface the reset is born; default: its sender's
    origin: str = ""  # who decided; default: the sender
    never: tuple = ()
    repeats: bool = False  # repeats the sender's earlier reset in this flow
    optional: bool = False  # happens or not, by timing that no story can rule
    counts: bool = False  # state the retransmissions of the oldest unacknowledged segment
    behind_nat: Flow | None = None  # the flow as the server sees it, where a NAT rewrites the packets
    forged: bool = False  # made by the lab on the router: no kernel row, and no form that must fit
    asked: bool = True  # answers a segment; a forger may also strike unasked
    dropped: bool = False  # lost on the way, behind its sender's capture point
    untraceable: bool = False  # behind a NAT that has moved the connection, a copy is no one's copy
    by_view: dict = field(default_factory=dict)  # view -> changes where less can be seen

    def flow_at(self, view):
        """The addresses and ports that a view shows."""
        return self.behind_nat if self.behind_nat and view.startswith("server") else self.flow

    @property
    def made_between(self):
        """Whether a device on the way made it, not the host that it names."""
        return self.forged or self.at.startswith("router")


@dataclass
class Scenario:
    name: str
    tell: object
    views: tuple
    near_miss_for: tuple
    ip: int
    late: bool  # the capture starts when the story says so, not before
    noise: bool
    clock_offset: float | None  # seconds that the server's clock is ahead in a skewed merged view
    options: dict  # for the story itself
    network: dict  # for Network
    twins: dict  # rule of tests/replay/judge -> the capture of another cause that looks the same

    @property
    def story(self):
        """The docstring's first paragraph, told on one line."""
        first = self.tell.__doc__.strip().split("\n\n")[0]
        text = re.sub(r"\s+", " ", first)
        note = self.options.get("note")
        return f"{text} {note}" if note else text


def story(name, views="client", near_miss_for="", ip=4, late=False, noise=True, network=None,
          clock_offset=None, twins=None, **options):
    """Register the decorated function as scenario `name`, i.e. <token>-<what happens>."""

    def register(tell):
        SCENARIOS.append(Scenario(name, tell, tuple(views.split()), tuple(near_miss_for.split()),
                                  ip, late, noise, clock_offset, options, network or {}, twins or {}))
        return tell

    return register
