# SPDX-License-Identifier: GPL-2.0-or-later
"""A host of the lab whose TCP is not the kernel's: gVisor's netstack or lwIP, on a node's own device.

    host = ForeignHost(node, "gvisor")
    await host.start()                              # from now on the node's addresses are the stack's
    await host.command("listen 80 close-unread answer=20 after=50")
    done = await host.wait_for("close", local=80)   # an Event
    await host.vanish()                             # dies without a word on the wire; start() is its reboot
    await host.stop()

`events` holds all that the stack has said: the truth for labels, since it has no tracepoint. README.md has the
commands, the events, and what each stack sends when.
"""

import asyncio
import ipaddress
import json
from dataclasses import dataclass, field
from pathlib import Path

BUILT = Path(__file__).resolve().parents[4] / "build" / "stacks"
STACKS = ("gvisor", "lwip")
PATIENCE = 10  # seconds


def is_built(stack):
    """Whether `build` has made it here."""
    return (BUILT / f"stack-{stack}").exists()


@dataclass(frozen=True)
class Event:
    """One line of the log; what does not belong to a connection has no addresses."""

    time: float  # Unix, seconds
    word: str
    local: int = 0  # port; also of "listening" and "stopped"
    peer: tuple = ("", 0)
    numbers: dict = field(default_factory=dict)  # read, written, unread: bytes
    text: str = ""  # the whole line without its time


def _is_address(text):
    try:
        return bool(ipaddress.ip_address(text))
    except ValueError:
        return False


def parse_event(line):
    """An Event of one line of the log."""
    time, _, text = line.partition(" ")
    word, *rest = text.split()
    local = int(rest[0]) if rest and rest[0].isdecimal() else 0
    peer = (rest[1], int(rest[2])) if len(rest) > 2 and _is_address(rest[1]) else ("", 0)
    pairs = (part.partition("=") for part in rest)
    numbers = {key: int(value) for key, equals, value in pairs if equals and value.isdecimal()}
    return Event(float(time), word, local, peer, numbers, text.rstrip())


def take_addresses(node, device="eth0"):
    """Take a device's addresses away from the kernel, which then answers nothing there. Returns them as a stack
    wants them: (ADDRESS/PREFIX, GATEWAY) for each IP version that has a default route."""
    here = json.loads(node.run("ip", "-j", "addr", "show", "dev", device))[0]["addr_info"]
    pairs = []
    for version, inet in (("-4", "inet"), ("-6", "inet6")):
        ways = json.loads(node.run("ip", "-j", version, "route", "show", "default", "dev", device) or "[]")
        mine = [a for a in here if a["family"] == inet and a["scope"] == "global"]
        if ways and mine:
            pairs.append((f"{mine[0]['local']}/{mine[0]['prefixlen']}", ways[0]["gateway"]))
    node.run("ip", "addr", "flush", "dev", device)
    node.sysctl(f"ipv6/conf/{device}/disable_ipv6", 1)
    return pairs


class ForeignHost:
    """One stack on one node. A node is a namespace (`node.namespace`) with a device that leads to the lab."""

    def __init__(self, node, stack, device="eth0"):
        self.node = node
        self.stack = stack
        self.device = device
        self.events = []
        self.pairs = None  # taken at the first start
        self._process = None
        self._reader = None
        self._news = asyncio.Condition()

    async def start(self):
        """Returns when the stack can be talked to. RuntimeError: it does not come up."""
        if self.pairs is None:
            self.pairs = take_addresses(self.node, self.device)
        self._process = await asyncio.create_subprocess_exec(
            "ip", "netns", "exec", self.node.namespace, str(BUILT / f"stack-{self.stack}"), self.device,
            *(word for pair in self.pairs for word in pair),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
        before = len(self.events)
        self._reader = asyncio.create_task(self._read())
        await self.wait_for("ready", after=before)

    async def _read(self):
        """Collects the log until the process is gone."""
        while line := await self._process.stdout.readline():
            self.events.append(parse_event(line.decode()))
            async with self._news:
                self._news.notify_all()
        async with self._news:
            self._news.notify_all()

    async def command(self, line):
        """Give one command. The stack's answer is an event."""
        self._process.stdin.write(f"{line}\n".encode())
        await self._process.stdin.drain()

    async def listen(self, port, behaviour):
        """Returns when the port listens."""
        before = len(self.events)
        await self.command(f"listen {port} {behaviour}")
        return await self.wait_for("listening", local=port, after=before)

    def find(self, *words, local=None, peer=None, after=0):
        """The first event with one of the words, from the event with index `after` on; None without."""
        for event in self.events[after:]:
            if event.word in words and local in (None, event.local) and peer in (None, event.peer):
                return event
        return None

    async def wait_for(self, *words, local=None, peer=None, after=0, patience=PATIENCE):
        """As find(), but waits for it. TimeoutError, after seconds; RuntimeError when the stack is gone, or has
        complained of a command meanwhile."""
        async with asyncio.timeout(patience), self._news:
            while not (found := self.find(*words, local=local, peer=peer, after=after)):
                if complaint := self.find("error", local=0, after=after):
                    raise RuntimeError(f"{self.stack}: {complaint.text}")
                if self._reader.done():
                    raise RuntimeError(f"{self.stack} has ended")
                await self._news.wait()
            return found

    async def vanish(self):
        """Kill it: connections are gone without FIN or RST, and the address answers no more, until start()."""
        if self._process and self._process.returncode is None:
            self._process.kill()
        await self._bury()

    async def stop(self):
        """The end of its input ends it; on the wire the same as vanish()."""
        if self._process and self._process.returncode is None:
            self._process.stdin.close()
        await self._bury()

    async def _bury(self):
        if not self._process:
            return
        try:
            await asyncio.wait_for(self._process.wait(), 3)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._reader
        self._process = None
