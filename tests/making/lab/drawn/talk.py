# SPDX-License-Identifier: GPL-2.0-or-later
"""Services and connections whose sockets are ours: both ends in one hand, each deed noted before it is done."""

import asyncio
import socket
import struct

from ..stage import FAMILY, TCP_REPAIR
from .ledger import CLOSED, GAVE_UP, KEPT_ALIVE, VANISHED, aborted

PATIENCE = 8.0  # seconds for a step that the path may slow down


def other(side):
    return "server" if side == "client" else "client"


class Service:
    """A listening port whose accepted sockets go to those that dialled them. Ports that several acts share have one."""

    def __init__(self, node, ip, port, backlog):
        self.node, self.ip, self.port = node, ip, port
        self.address = (node.address[ip], port)
        self.arrivals = {}  # client port -> future of the accepted socket
        self.listener = node.socket(FAMILY[ip])
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(self.address)
        self.listener.listen(backlog)
        self.listener.setblocking(False)
        self.accepting = asyncio.ensure_future(self._accept())

    def arrival(self, port):
        return self.arrivals.setdefault(port, asyncio.get_running_loop().create_future())

    async def _accept(self):
        loop = asyncio.get_running_loop()
        while True:
            try:
                sock, peer = await loop.sock_accept(self.listener)
            except ConnectionError:
                continue  # it came and was reset before we looked
            arrival = self.arrival(peer[1])
            if not arrival.done():
                arrival.set_result(sock)

    def expect_again(self, port):
        """Whoever dials from this port is a new connection."""
        self.arrivals.pop(port, None)

    def pause(self):
        """Accept nobody any more; connections queue up."""
        self.accepting.cancel()

    def resume(self):
        self.accepting = asyncio.ensure_future(self._accept())

    def stop(self):
        self.accepting.cancel()
        self.listener.close()


class Talk:
    """One connection with both of its ends in our hands."""

    def __init__(self, act, client, server, flow):
        self.act, self.flow = act, flow
        self.ends = {"client": client, "server": server}
        self.account = act.stage.losses.open(flow, both=True)

    def end(self, side):
        return self.ends[side]

    async def send(self, side, data):
        """Hand data to the kernel; its way is the path's business."""
        before = self.account.state()
        self.account.says(side, len(data))
        try:
            await asyncio.wait_for(self.act.loop.sock_sendall(self.ends[side], data), PATIENCE)
        except OSError:
            self.account.could_not_say(side, len(data), before)
            raise

    async def read(self, side, count):
        """Read `count` bytes; ConnectionError when the peer ends before."""
        got = 0
        while got < count:
            piece = await asyncio.wait_for(self.act.loop.sock_recv(self.ends[side], min(65536, count - got)), PATIENCE)
            if not piece:
                raise ConnectionError("the peer closed in the middle")
            got += len(piece)
            self.hears(side, len(piece))

    async def say(self, side, data):
        """One end sends, the other reads it all."""
        await asyncio.gather(self.send(side, data), self.read(other(side), len(data)))

    async def take_leave(self, side, data):
        """A good-bye, read by the other end: it asks for nothing, so that the floor stays where it was."""
        floor = self.account.state()
        await self.say(side, data)
        self.account.floor, self.account.unclear = floor

    async def ask(self, dice, rounds=1):
        """Questions of the client and answers of the server, all read."""
        for _ in range(rounds):
            await self.say("client", some_bytes(dice, 10, 600))
            await self.say("server", some_bytes(dice, 10, 5000))

    async def sees_the_end(self, side, patience=PATIENCE):
        """Read until the peer's FIN, its reset, or the kernel's giving up; whether it was a FIN."""
        try:
            while piece := await asyncio.wait_for(self.act.loop.sock_recv(self.ends[side], 65536), patience):
                self.hears(side, len(piece))
        except OSError:
            return False
        return True

    def hears(self, side, count):
        self.account.hears(side, count)
        if side == "client":
            self.act.stage.losses.was_served(self.flow)

    def note(self, side, meaning):
        self.act.note(self.flow, side, meaning)

    def close(self, side):
        """An ordinary close(): FIN, or a reset where bytes lie unread."""
        self.note(side, CLOSED)
        self.account.leaves(side, "closed", self.ends[side])
        self.ends[side].close()

    def abort(self, side, why):
        """SO_LINGER 0: the application wants a reset, for the cause `why`."""
        self.note(side, aborted(why))
        self.account.leaves(side, "aborted", self.ends[side])
        sock = self.ends[side]
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()

    def vanish(self, side):
        """The socket is gone without a word, as after a crash of its host (TCP_REPAIR)."""
        self.note(side, VANISHED)
        self.account.ends(side, "vanished")
        sock = self.ends[side]
        sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
        sock.close()

    async def gives_up(self, side, patience):
        """Wait until the kernel's retransmissions of this end have run out; what comes later meets no socket."""
        await self.sees_the_end(side, patience)
        self.note(side, GAVE_UP)
        self.account.ends(side, "gave up")

    def keep_alive(self, side, idle, interval, count):
        sock = self.ends[side]
        self.note(side, KEPT_ALIVE)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in ((socket.TCP_KEEPIDLE, idle), (socket.TCP_KEEPINTVL, interval), (socket.TCP_KEEPCNT, count)):
            sock.setsockopt(socket.IPPROTO_TCP, option, value)

    async def part(self, dice):
        """An orderly end, either side first."""
        first = dice.choice(("client", "client", "server"))
        self.close(first)
        await self.sees_the_end(other(first))
        self.close(other(first))


def some_bytes(dice, least, most):
    return bytes(dice.randrange(32, 127) for _ in range(dice.randrange(least, most + 1)))
