# SPDX-License-Identifier: GPL-2.0-or-later
"""Clients of real programs, whose sockets are ours; and what happens to them alike, whatever the program.

A `greet` is async (act, number) -> Visitor whom the program has served once; a `question` is what he sends next.
"""

import asyncio
import signal

from .talk import PATIENCE
from .ledger import CLOSED, KILLED, REFUSAL, late
from .losses import TURNED_AWAY


class Visitor:
    """A client's socket at a program."""

    def __init__(self, act, sock, flow):
        self.act, self.sock, self.flow = act, sock, flow
        self.account = act.stage.losses.open(flow, both=False)

    async def send(self, data, more=False):
        """`more` of what was sent before, however the program may have answered that."""
        before = self.account.state()
        self.account.says("client", len(data), more)
        try:
            await asyncio.wait_for(self.act.loop.sock_sendall(self.sock, data), PATIENCE)
        except OSError:
            self.account.could_not_say("client", len(data), before)
            raise

    async def read(self, patience=PATIENCE):
        """What has come; ConnectionError at the peer's FIN."""
        data = await asyncio.wait_for(self.act.loop.sock_recv(self.sock, 65536), patience)
        if not data:
            raise ConnectionError("the program closed")
        self.hears(data)
        return data

    def hears(self, data, complete=False):
        self.account.hears("client", len(data), complete)
        self.act.stage.losses.was_served(self.flow)

    async def read_until(self, word, patience=PATIENCE):
        data = b""
        while word not in data:
            data += await self.read(patience)
        return data

    async def ask(self, question, word):
        """Send, and read the answer up to a word in it."""
        await self.send(question)
        answer = await self.read_until(word)
        self.account.unclear = not answer.endswith(word)
        return answer

    async def sees_the_end(self, patience=PATIENCE):
        """Read until the program's FIN (True), its reset, or one's own patience ends."""
        try:
            while data := await asyncio.wait_for(self.act.loop.sock_recv(self.sock, 65536), patience):
                self.hears(data)
        except (OSError, TimeoutError):
            return False
        return True

    def note(self, side, meaning):
        self.act.note(self.flow, side, meaning)

    def close(self):
        """An ordinary close(): FIN, or a reset where bytes lie unread."""
        self.note("client", CLOSED)
        self.account.leaves("client", "closed", self.sock)
        self.sock.close()


async def visit(act, number, port=None, prepare=None):
    """Dial the program and be accepted by the server's kernel. `prepare` may set options of the socket before."""
    sock = act.caller(number)
    if prepare:
        prepare(sock)
    flow = act.flow(sock, port)
    await act.connect_to(sock, flow)
    return Visitor(act, sock, flow)


async def greet_all(act, greet, count=None):
    """Several greeted clients; fewer when the path is bad."""
    visitors = []

    async def come(number, dice):
        visitors.append(await greet(act, number))

    await act.each(come, count=count)
    return visitors


async def speak_too_late(act, greet, question, patience, pause=(0.05, 1)):
    """Each client is silent until the program has closed its connection, which takes `patience` seconds; after a
    `pause` (from, to) more it sends a question all the same."""
    async def play(number, dice):
        visitor = await greet(act, number)
        if await visitor.sees_the_end(patience + 5):
            await asyncio.sleep(dice.uniform(*pause))
            await visitor.send(question)
            await visitor.sees_the_end(3)
        visitor.close()

    await act.each(play)


async def die_while_busy(act, program, greet, question, processes=None):
    """The program (these processes of it) hangs, so that what most clients now ask lies unread; then it is killed. Some
    come again and are refused, unless it lives on (`processes`)."""
    async def ask(number, dice):
        if dice.random() < 0.7:
            await visitors[number].send(question)

    async def come_again(number, dice):
        await act.dial(number)

    visitors = await greet_all(act, greet)
    dying = processes() if processes else (program.pid, *program.workers)
    program.signal(signal.SIGSTOP, *dying)
    await act.each(ask, count=len(visitors), apart=0)
    await asyncio.sleep(act.dice.uniform(0.3, 1.5))
    if processes:
        act.note_service(KILLED)
        program.signal(signal.SIGKILL, *dying)
        await asyncio.sleep(1)
        await greet_all(act, greet, count=2)
    else:
        act.note_service({REFUSAL: "service_stopped", **KILLED})
        program.kill()
        await asyncio.sleep(0.4)
        await act.each(come_again, count=act.dice.choice((0, 1, 3)))
    for visitor in visitors:
        visitor.close()


async def go_down(act, program, greet, begin=None, signals=(signal.SIGTERM,)):
    """Clients are served; the program is ended in order; others are refused; with `begin` (async) it may come back."""
    async def refused(number, dice):
        for _ in range(dice.choice((1, 1, 3))):
            await act.dial(number)
            await asyncio.sleep(dice.choice((0.05, 0.3)))

    for visitor in await greet_all(act, greet, count=act.dice.choice((1, 2, 4))):
        visitor.close()
    await asyncio.sleep(0.4)
    act.note_service({REFUSAL: "service_stopped", **late("data_after_close")})
    program.signal(act.dice.choice(signals))
    await program.over()
    await act.each(refused)
    if begin and act.dice.random() < 0.6:
        await asyncio.sleep(0.3)
        await begin()
        for visitor in await greet_all(act, greet, count=2):
            visitor.close()


async def overflow(act, backlog, question):
    """More clients than fit: a program that accepts nobody has a queue of `backlog` + 1, and tcp_abort_on_overflow is
    set. The queue is filled but for one place. A full queue, as a full table of half-open connections (`backlog`),
    drops SYNs: so the others' SYNs all come before any of their handshakes is finished."""
    act.note_service({"INVALID_SYN": "accept_queue_overflow", **late("data_after_close")})

    async def play(number, dice):
        sock, flow, accepted = await act.dial(number, patience=4)
        if accepted:
            act.stage.losses.attempt(flow, TURNED_AWAY)
            await asyncio.wait_for(act.loop.sock_sendall(sock, question), 2)

    await act.each(play, count=backlog, apart=0.002)
    held_back = await act.rules(act.router, "forward",
                                [f"tcp sport {act.port} tcp flags & (syn | ack) == (syn | ack) drop"])
    dialling = asyncio.ensure_future(act.each(play, apart=0.002))
    await asyncio.sleep(0.7)
    await act.no_rules(act.router, held_back)
    await dialling
