# SPDX-License-Identifier: GPL-2.0-or-later
"""The director: plays a plan between running cameras and keeps the ledger of what was done."""

import asyncio
import contextlib
import itertools
import time

from ..capture import Capture
from ..stacks.foreign import STACKS, ForeignHost
from ..stacks.nat import UserModeNat
from .act import Act
from .family import FAMILIES
from .ledger import Ledger
from .losses import Losses
from .programs import end_all
from .talk import Service

CURTAIN = 30.0  # seconds after which the cameras stop, whoever is still playing
LAST_FRAMES = 0.4  # seconds for the kernel to hand them to tcpdump


class Stage:
    """The hosts of one draw, its ledger, what was lost, and its services."""

    def __init__(self, plan, network, folder):
        self.plan, self.network, self.folder = plan, network, folder
        self.ledger = Ledger()
        self.losses = Losses()
        self.services = {}  # (host's name, ip, port) -> Service
        self.published = {}  # address and port that the router translates -> those of the server
        self.keep = []  # sockets that must not be collected (closed) by Python
        self.programs = []  # that were started on the hosts
        self.errands = []  # tasks that go on beside the acts
        self.mishaps = []  # what went otherwise than its act hoped
        self.numbers = itertools.count()
        self.foreign = {h.name: ForeignHost(network.hosts[h.name], h.stack) for h in plan.hosts if h.stack in STACKS}
        self.nats = [UserModeNat(h.stack, network.hosts[h.behind], network.hosts[h.name]) for h in plan.hosts if h.behind]
        self.ports = set()

    def name_of(self, node):
        return next(name for name, known in self.network.hosts.items() if known is node)

    def free_port(self, dice):
        """A client port that nobody in this draw has used: behind a NAT the port alone tells who it is."""
        while (port := dice.randrange(32768, 61000)) in self.ports:
            pass
        self.ports.add(port)
        return port

    def listen(self, node, ip, port, backlog):
        key = self.name_of(node), ip, port
        if key not in self.services:
            self.services[key] = Service(node, ip, port, backlog)
        return self.services[key]

    def stop(self, service):
        service.stop()
        self.services.pop((self.name_of(service.node), service.ip, service.port), None)

    async def _play(self, plan):
        await asyncio.sleep(plan.start)
        act = Act(self, plan)
        await FAMILIES[plan.family].play(act)

    async def play(self):
        """All acts, side by side; those that the curtain finds playing are left as they stand."""
        acts = [asyncio.ensure_future(self._play(plan)) for plan in self.plan.acts]
        _, late = await asyncio.wait(acts, timeout=CURTAIN - LAST_FRAMES)
        await asyncio.sleep(LAST_FRAMES)
        self.late = len(late)
        failures = [act.exception() for act in acts if act.done() and act.exception()]
        return acts, failures

    async def dismiss(self, acts):
        """After the cameras have stopped: nobody plays on."""
        for act in (*acts, *self.errands):
            act.cancel()
        for service in self.services.values():
            service.stop()
        for other in (*self.foreign.values(), *self.nats):
            await other.stop()
        await asyncio.gather(*acts, *self.errands, return_exceptions=True)
        end_all(node.namespace for node in (*self.network.hosts.values(), self.network.router))
        await asyncio.gather(*(program.process.wait() for program in self.programs))


class Cameras:
    """A tap at every host, at the router's side of each wire, and on the router's "any" when a view wants it."""

    def __init__(self, plan, network, folder):
        places = {name: (node, network.devices[name]) for name, node in network.hosts.items()}
        places |= {f"router/{host.name}": (network.router, host.name) for host in plan.hosts if not host.behind}
        if any("router/any" in view.taps for view in plan.views):
            places["router/any"] = (network.router, "any")
        self.files = {name: folder / f"{name.replace('/', '-')}.pcap" for name in places}
        self.running = []
        self.places = places
        self.span = (0.0, 0.0)

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            stack.callback(self.stop)
            for name, (node, device) in self.places.items():
                self.running.append(Capture(node, device, name, self.files[name]))
            stack.pop_all()
        self.span = (time.time(), 0.0)
        return self

    def stop(self):
        """The taps that lost frames."""
        if self.running:
            self.span = (self.span[0], time.time())
        lossy = [tap.view for tap in self.running if not tap.stop()]
        self.running.clear()
        return lossy

    def __exit__(self, *_):
        self.stop()


async def perform(plan, network, folder):
    """Play a plan; (stage, cameras). RuntimeError when the capture has holes or an act has a fault of its own."""
    stage = Stage(plan, network, folder)
    acts = []
    try:
        for other in (*stage.foreign.values(), *stage.nats):
            await other.start()
        with Cameras(plan, network, folder) as cameras:
            acts, failures = await stage.play()
            lossy = cameras.stop()
    finally:
        await stage.dismiss(acts)
    if lossy:
        raise RuntimeError(f"tcpdump lost frames at {' '.join(lossy)}")
    if failures:
        raise failures[0]
    return stage, cameras
