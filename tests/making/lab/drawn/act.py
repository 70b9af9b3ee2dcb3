# SPDX-License-Identifier: GPL-2.0-or-later
"""What a family can do: listen, dial, cut the path, forge; each deed is noted before it is done.

Everything runs in one asyncio loop; sockets live in the namespaces that they were made in.
"""

import asyncio
import contextlib
import ipaddress
import random
import socket
import time

from ..forge import ACK, send
from ..stage import FAMILY
from ..story import Flow
from .ledger import ANYBODY, FORGED, KILLED, REFUSAL, Note, aborted, late
from .losses import REFUSED
from .talk import PATIENCE, Talk


class Act:
    """One act on the stage; what every family gets."""

    def __init__(self, stage, plan):
        self.stage, self.plan = stage, plan
        self.loop = asyncio.get_running_loop()
        self.family, self.ip, self.port, self.count = plan.family, plan.ip, plan.port, plan.count
        self.server = stage.network.hosts[plan.server]
        self.clients = [stage.network.hosts[name] for name in plan.clients]
        self.router = stage.network.router
        behind = {host.name: host.behind for host in stage.plan.hosts}
        self.outer = stage.network.hosts.get(behind[plan.clients[0]])  # what runs the NAT that the client is behind
        self.foreign = stage.foreign.get(plan.server)  # what plays the server, if not the kernel
        self.address = self.server.address[plan.ip]
        self.seed = f"{stage.plan.seed}/{stage.plan.number}/{plan.number}/{plan.family}"
        self.dice = random.Random(self.seed)

    # -- who and when

    def client(self, number):
        return self.clients[number % len(self.clients)]

    async def each(self, play, count=None, apart=None):
        """Play `count` (the act's) times side by side: play(number, dice). Begun at once, or `apart` seconds from
        each other; drawn if not given. What the path or the peer does to one of them does not stop the others."""
        count = self.count if count is None else count
        if not count:
            return
        apart = self.dice.choice((0, 0.002, 0.05, 0.2, 4 / count)) if apart is None else apart
        plays = []
        for number in range(count):
            dice = random.Random(f"{self.seed}/{number}")
            plays.append(asyncio.ensure_future(self._play_one(play, number, dice)))
            await asyncio.sleep(min(apart * dice.uniform(0.5, 1.5), 4 / count))
        await asyncio.gather(*plays)

    async def _play_one(self, play, number, dice):
        try:
            await play(number, dice)
        except (OSError, TimeoutError) as mishap:  # refused, reset, or too slow a path: the ledger knows what was done
            self.stage.mishaps.append(f"{self.family}: {type(mishap).__name__}: {mishap}")

    # -- truth

    def note(self, flow, side, meaning):
        self.stage.ledger.note(flow, side, Note(time.time(), meaning, self.family))

    def note_service(self, meaning, side="server", port=None):
        """What the kernel's words mean for anybody who comes to this port, unless a note on his own flow says more."""
        self.note(Flow(ANYBODY, (self.address, port or self.port)), side, meaning)

    def note_events(self, meanings):
        """Note what another stack says that it has done: event -> meaning. To be called when the act is over."""
        for event in self.foreign.events:
            if event.word in meanings and event.peer[1]:
                flow = Flow((str(ipaddress.ip_address(event.peer[0])), event.peer[1]), (self.address, event.local))
                # The log may be a moment behind the wire.
                self.stage.ledger.note(flow, "server", Note(event.time - 0.02, meanings[event.word], self.family))

    # -- connections

    def listen(self, port=None, backlog=64):
        return self.stage.listen(self.server, self.ip, port or self.port, backlog)

    def stop(self, service, then="service_stopped"):
        """The service listens no more; who comes now is refused, for the cause `then`."""
        self.note_service({REFUSAL: then}, port=service.port)
        self.stage.stop(service)

    def caller(self, number, source_port=None):
        """A client's socket, bound so that its flow is known before anything is sent."""
        node = self.client(number)
        sock = node.socket(FAMILY[self.ip])
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        port = source_port or self.stage.free_port(random.Random(f"{self.seed}/{number}/port"))
        sock.bind((node.address[self.ip], port))
        self.stage.keep.append(sock)
        return sock

    def flow(self, sock, port=None):
        return Flow(sock.getsockname()[:2], (self.address, port or self.port))

    async def connect(self, service, number, source_port=None, prepare=None, at=None):
        """Dial and be accepted; at the service's own address, or at one that stands for it."""
        sock = self.caller(number, source_port)
        if prepare:
            prepare(sock)
        flow = self.flow(sock, service.port)
        arrival = service.arrival(flow.client[1])
        await self.connect_to(sock, flow, at=at or service.address)
        accepted = await asyncio.wait_for(arrival, PATIENCE)
        accepted.setblocking(False)
        self.stage.keep.append(accepted)
        return Talk(self, sock, accepted, flow)

    async def connect_to(self, sock, flow, patience=PATIENCE, at=None):
        """Dial the server, or where a NAT answers for it; ConnectionError when refused."""
        try:
            await asyncio.wait_for(self.loop.sock_connect(sock, at or flow.server), patience)
        except ConnectionError:
            self.stage.losses.attempt(flow, REFUSED)
            raise

    def flow_of(self, number, source_port, port=None):
        """The flow of a connection that no socket of ours will have."""
        return Flow((self.client(number).address[self.ip], source_port), (self.address, port or self.port))

    async def dial(self, number, port=None, patience=PATIENCE):
        """Dial a port of the server, whatever becomes of it; (socket, flow, whether it was accepted)."""
        sock = self.caller(number)
        flow = self.flow(sock, port)
        try:
            await self.connect_to(sock, flow, patience)
        except ConnectionError:
            return sock, flow, False
        return sock, flow, True

    async def destroy(self, talk, side):
        """Destroy one end's socket as an administrator would: ss -K."""
        talk.note(side, aborted("application_abort"))
        talk.account.ends(side, "aborted")
        node = self.node_of(talk.flow.end(side)[0])
        (_, own), (_, far) = talk.end(side).getsockname()[:2], talk.end(side).getpeername()[:2]
        await asyncio.to_thread(node.run, "ss", "-K", "-t", "-n", f"sport = {own} and dport = {far}")

    def node_of(self, address):
        return next(node for node in (*self.clients, self.server) if node.address[self.ip] == address)

    def kill(self, service, talks):
        """The server's process dies with all of its sockets, in the same instant."""
        for talk in talks:
            talk.note("server", KILLED)
            talk.account.ends("server", "killed")
        self.note_service({REFUSAL: "service_stopped", **KILLED}, port=service.port)
        self.stage.stop(service)
        for talk in talks:
            talk.end("server").close()

    # -- a NAT on the router

    async def publish(self, service):
        """An address of nobody's that stands for the service: the router translates it, as kube-proxy does."""
        address = {4: f"100.127.{self.plan.number}.10", 6: f"fd00:10:96::{self.plan.number + 1:x}:a"}[self.ip]
        word, real = ("ip6", f"[{self.address}]") if self.ip == 6 else ("ip", self.address)
        await asyncio.to_thread(self.router.nft, (
            f"table {word} published{self.plan.number} {{ chain c {{ type nat hook prerouting priority -100; "
            f"{word} daddr {address} tcp dport {service.port} dnat to {real}:{service.port}\n}}\n}}"))
        self.stage.published[address, service.port] = service.address
        return address, service.port

    async def forget(self, talk, at):
        """The router's connection tracking loses this connection with the published address."""
        client, port = talk.flow.client
        await asyncio.to_thread(self.router.run, "conntrack", "-D", "-p", "tcp", "--orig-src", client, "--sport",
                                str(port), "--orig-dst", at[0])

    # -- a device beside the router

    def forge(self, source, target, *numbers, **more):
        """Send one segment from the router in anybody's name, as forge.segment() makes it."""
        send(self.router, source, target, *numbers, **more)

    def forged(self, flow, victim, flags, seq, ack):
        """Note that a reset of `victim` with these marks will be no host's own."""
        mark = (flow.other(victim), flow.end(victim), flags, seq % 2**32, ack % 2**32 if flags & ACK else 0)
        self.stage.ledger.forged[mark] = Note(time.time(), {FORGED: "injected"}, self.family)

    async def forge_reset(self, flow, victim, flags, seq, ack, look):
        """Reset `victim` in the other end's name."""
        self.forged(flow, victim, flags, seq, ack)
        source, target = flow.other(victim), flow.end(victim)
        ack = ack % 2**32 if flags & ACK else 0
        await asyncio.to_thread(self.forge, source, target, flags, seq, ack, look=look)

    async def strike(self, talk, victim, heard, flags, ahead, look):
        """Reset `victim` with the numbers of a segment of the client's that was overheard; `ahead` guesses too high.
        If that ends its socket, what it then resets are late data."""
        seq, ack = (heard.ack, heard.end) if victim == "client" else (heard.end, heard.ack)
        talk.note(victim, late("data_after_close"))
        await self.forge_reset(talk.flow, victim, flags, seq + ahead, ack, look)

    # -- the path

    @contextlib.asynccontextmanager
    async def blocked(self, flow, towards):
        """The router drops the flow's segments towards "client", "server" or "both" for the length of the block."""
        self.stage.losses.cut(flow)
        (client, cport), (server, sport) = flow
        word = "ip" if self.ip == 4 else "ip6"
        there = f"{word} saddr {client} {word} daddr {server} tcp sport {cport} tcp dport {sport} drop"
        back = f"{word} saddr {server} {word} daddr {client} tcp sport {sport} tcp dport {cport} drop"
        rules = {"server": [there], "client": [back], "both": [there, back]}[towards]
        table = await self.rules(self.router, "forward", rules)
        try:
            yield
        finally:
            await self.no_rules(self.router, table)

    async def rules(self, node, hook, lines, priority=10):
        """Packet filter rules at a node's hook (forward, input, output), before a NAT's; the table that they are in."""
        table = f"rules{next(self.stage.numbers)}"
        text = (f"table inet {table} {{ chain c {{ type filter hook {hook} priority {priority};\n"
                + "\n".join(lines) + "\n}\n}\n")
        await asyncio.to_thread(node.nft, text)
        return table

    async def no_rules(self, node, table):
        await asyncio.to_thread(node.nft, f"delete table inet {table}")
