# SPDX-License-Identifier: GPL-2.0-or-later
"""memcached as a server; its clients are sockets of ours."""

import asyncio
import signal

from .. import programs, visitors
from ..family import family
from ..ledger import late
from ..talk import some_bytes

VERSION = b"version\r\n"


async def memcached(act, *more):
    return await programs.serve(act, "memcached", "-u", "root", "-l", act.address, "-p", act.port, "-U", 0, "-t", 1,
                                "-m", 4, *more)


async def greeted(act, number):
    visitor = await visitors.visit(act, number)
    await visitor.ask(VERSION, b"VERSION")
    return visitor


@family("data_after_close/memcached-idle", own_port=True, seconds=14, tools=("memcached",))
async def idle(act):
    """memcached closes clients that have been silent for some seconds (idle_timeout); their next command comes late."""
    await memcached(act, "-o", f"idle_timeout={act.dice.choice((1, 2, 4))}")
    await visitors.speak_too_late(act, greeted, VERSION, 4)


@family("data_after_close/memcached-quit", own_port=True, tools=("memcached",))
async def quit_and_more(act):
    """A client says quit, is closed, and goes on all the same."""
    await memcached(act)

    async def play(number, dice):
        visitor = await greeted(act, number)
        await visitor.send(b"quit\r\n")
        await asyncio.sleep(dice.choice((0.25, 0.5, 2)))
        for _ in range(dice.choice((1, 1, 3))):
            await visitor.send(VERSION)
            await asyncio.sleep(dice.choice((0, 0.05)))
        await visitor.sees_the_end(3)
        visitor.close()

    await act.each(play)


@family("unread_data/memcached-no-newline", own_port=True, tools=("memcached",))
async def no_newline(act):
    """A client sends something that is no command and has no end; memcached closes when it has seen enough of it."""
    await memcached(act)
    act.note_service({"TCP_ABORT_ON_CLOSE": "unread_data", **late("data_after_close")})

    async def play(number, dice):
        visitor = await (greeted(act, number) if dice.random() < 0.5 else visitors.visit(act, number))
        await visitor.send(b"x" * dice.randrange(30_000, 200_000))
        await visitor.sees_the_end(3)
        visitor.close()

    await act.each(play)


@family("application_protocol_error/memcached-full", own_port=True, most=30, seconds=8, tools=("memcached",))
async def full(act):
    """memcached has as many clients as it may and was busy; others, who have already spoken, are told so ("ERROR Too
    many open connections") and closed."""
    allowed = act.dice.choice((24, 32))  # some of these are its own files
    program = await memcached(act, "-c", allowed)
    act.note_service({"TCP_ABORT_ON_CLOSE": "application_protocol_error", **late("data_after_close")})

    async def inside(number, dice):
        await visitors.visit(act, number)

    async def outside(number, dice):
        visitor = await visitors.visit(act, number)
        await visitor.send(b"get " + some_bytes(dice, 3, 100).replace(b" ", b"_") + b"\r\n")
        await visitor.sees_the_end(3)
        visitor.close()

    await act.each(inside, count=allowed, apart=0.01)
    await asyncio.sleep(0.3)
    program.signal(signal.SIGSTOP)
    coming = asyncio.ensure_future(act.each(outside, apart=0))
    await asyncio.sleep(0.6)
    program.signal(signal.SIGCONT)
    await coming


@family("process_exit/memcached-killed", own_port=True, least=2, seconds=9, tools=("memcached",))
async def killed(act):
    """A memcached that hangs is killed: resets where commands lay unread, FINs elsewhere, refusals afterwards."""
    await visitors.die_while_busy(act, await memcached(act), greeted, b"get key\r\n")


@family("accept_queue_overflow/memcached-stopped", own_port=True, least=6, seconds=12, calm=True, nat=False, alone=True,
        tools=("memcached",))
async def queue_full(act):
    """memcached hangs behind a short queue (-b), and the kernel is told to reset those that no longer fit."""
    act.server.sysctl("ipv4/tcp_abort_on_overflow", 1)
    backlog = act.dice.choice((4, 8, 16, 32))
    program = await memcached(act, "-b", backlog)
    program.signal(signal.SIGSTOP)
    await visitors.overflow(act, backlog, VERSION)
