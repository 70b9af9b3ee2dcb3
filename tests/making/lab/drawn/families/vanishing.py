# SPDX-License-Identifier: GPL-2.0-or-later
"""Servers that vanish, under clients who watch them closely or not at all."""

import asyncio
import socket

from .. import programs, visitors
from ..family import family
from ..ledger import VANISHED
from ..talk import some_bytes

TCP_USER_TIMEOUT = 18  # linux/tcp.h
PING = b"\0\0\x08\6\0\0\0\0\0lab ping"  # HTTP/2
ASK_TUBE = b"list-tube-used\r\n"
USING = b"USING default\r\n"


@family("retransmission_timeout/ping-unanswered", most=16, seconds=18)
async def ping_unanswered(act):
    """A client as gRPC's pings its server on a connection at rest and allows little time for the acknowledgement
    (TCP_USER_TIMEOUT). The server's link is down: the ping is sent again until that time is over, in silence. When the
    link is up, the server has something to say and meets no socket."""
    service = act.listen()
    allowed = act.dice.choice((3000, 5000, 8000))  # ms

    def hurried(sock):
        sock.setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, allowed)

    async def play(number, dice):
        talk = await act.connect(service, number, prepare=hurried)
        await talk.ask(dice, dice.choice((1, 2, 4)))
        await asyncio.sleep(dice.uniform(0.3, 2))
        async with act.blocked(talk.flow, "both"):
            await talk.send("client", PING)
            await talk.gives_up("client", 14)
        await talk.send("server", some_bytes(dice, 10, 900))
        await talk.sees_the_end("server", 3)

    await act.each(play)


async def greeted(act, number):
    visitor = await visitors.visit(act, number)
    await visitor.ask(ASK_TUBE, USING)
    return visitor


@family("half_open/beanstalkd-power-cut", own_port=True, most=20, seconds=14, tools=("beanstalkd",))
async def power_cut(act):
    """The host of a work queue goes dark and comes back with none of its connections. Its workers, who have heard
    nothing of that, ask for work and are reset."""
    act.server.sysctl("ipv4/tcp_orphan_retries", 1)
    program = await programs.serve(act, "beanstalkd", "-l", act.address, "-p", act.port)
    workers = await visitors.greet_all(act, greeted)

    async def ask(number, dice):
        await asyncio.sleep(dice.uniform(0, 2))
        await workers[number].send(b"reserve-with-timeout 1\r\n")
        await workers[number].sees_the_end(3)
        workers[number].close()

    await asyncio.sleep(0.5)
    dark = await programs.power_cut(act, program)
    act.note_service(VANISHED)
    if act.dice.random() < 0.5:
        program = await programs.start(act, act.server, "beanstalkd", "-l", act.address, "-p", act.port)
        await programs.until_serving(program, act.port)
    await act.no_rules(act.server, dark)
    await act.each(ask, count=len(workers), apart=0)
