# SPDX-License-Identifier: GPL-2.0-or-later
"""redis as a server; its clients are sockets of ours."""

import asyncio

from .. import programs, visitors
from ..family import family
from ..ledger import GAVE_UP, KEPT_ALIVE, REFUSAL, VANISHED, late
from ..talk import some_bytes

PING = b"PING\r\n"
PONG = b"+PONG"
SLEEP = b"DEBUG SLEEP 0.6\r\n"
ESTABLISHED = "01"  # in /proc/net/tcp


def words(act):
    return ("--port", act.port, "--bind", act.address, "--save", "", "--dir", programs.folder(act), "--protected-mode",
            "no", "--enable-debug-command", "yes", "--tcp-keepalive", 0)


async def redis(act, *more):
    return await programs.serve(act, "redis-server", *words(act), *more)


async def greeted(act, number):
    visitor = await visitors.visit(act, number)
    await visitor.ask(PING, PONG)
    return visitor


@family("application_protocol_error/redis-full", own_port=True, most=30, seconds=8, tools=("redis-server",))
async def full(act):
    """redis is busy and has as many clients as it may: later ones, who have already sent a command, are told so
    ("-ERR max number of clients reached") and closed, the command unread."""
    allowed = act.dice.choice((1, 2, 5))
    await redis(act, "--maxclients", allowed)
    act.note_service({"TCP_ABORT_ON_CLOSE": "application_protocol_error", **late("data_after_close")})
    insiders = []

    async def inside(number, dice):
        insiders.append(await greeted(act, number))

    async def outside(number, dice):
        visitor = await visitors.visit(act, number)
        await visitor.send(b"SET key " + some_bytes(dice, 3, 500).replace(b" ", b"_") + b"\r\n")
        await visitor.sees_the_end(3)
        visitor.close()

    await act.each(inside, count=allowed, apart=0.02)
    await asyncio.sleep(0.3)
    await insiders[0].send(SLEEP)
    await asyncio.sleep(0.1)
    await act.each(outside, apart=0)


@family("data_after_close/redis-client-kill", own_port=True, most=30, seconds=8, tools=("redis-server",))
async def client_kill(act):
    """An administrator kills the other clients of redis (CLIENT KILL); these go on speaking."""
    await redis(act)
    async def speak(number, dice):
        await victims[number].send(b"GET key\r\n")
        await victims[number].sees_the_end(3)
        victims[number].close()

    victims = await visitors.greet_all(act, greeted)
    administrator = await greeted(act, 0)
    await administrator.ask(b"CLIENT KILL TYPE normal SKIPME yes\r\n", b"\r\n")
    await asyncio.sleep(act.dice.uniform(0.3, 2))
    await act.each(speak, count=len(victims))
    administrator.close()


@family("unread_data/redis-client-kill", own_port=True, most=30, seconds=8, tools=("redis-server",))
async def client_kill_busy(act):
    """An administrator's CLIENT KILL waits while redis is busy; the victims have spoken meanwhile, and nobody reads it."""
    await redis(act)
    act.note_service({"TCP_ABORT_ON_CLOSE": "unread_data", **late("data_after_close")})
    async def speak(number, dice):
        await victims[number].send(b"SET key " + b"v" * dice.randrange(1, 2000) + b"\r\n")
        await victims[number].sees_the_end(3)
        victims[number].close()

    victims = await visitors.greet_all(act, greeted)
    administrator = await greeted(act, 0)
    await administrator.send(SLEEP + b"CLIENT KILL TYPE normal SKIPME yes\r\n")
    await asyncio.sleep(0.15)
    await act.each(speak, count=len(victims), apart=0)
    administrator.close()


@family("data_after_close/redis-timeout", own_port=True, seconds=12, tools=("redis-server",))
async def idle(act):
    """redis closes clients that are silent for some seconds (timeout); they find out with their next command."""
    patience = act.dice.choice((1, 2, 4))
    await redis(act, "--timeout", patience)
    await visitors.speak_too_late(act, greeted, PING, patience)


@family("keepalive_timeout/redis", own_port=True, most=12, seconds=14, tools=("redis-server",))
async def keep_alive(act):
    """redis sends keep-alive probes to silent clients (tcp-keepalive), whose path is cut; its kernel resets them."""
    interval = act.dice.choice((1, 2, 3))
    await redis(act, "--tcp-keepalive", interval)
    act.note_service(KEPT_ALIVE)

    async def play(number, dice):
        visitor = await greeted(act, number)
        await asyncio.sleep(dice.choice((0.3, 2.4)))
        async with act.blocked(visitor.flow, dice.choice(("both", "server", "client"))):
            await asyncio.sleep(interval + 3 * max(1, interval // 3) + 1.5)

    await act.each(play)


@family("process_exit/redis-killed", own_port=True, least=2, seconds=9, tools=("redis-server",))
async def killed(act):
    """A busy redis is killed: resets where commands lay unread, FINs elsewhere, refusals afterwards."""
    await visitors.die_while_busy(act, await redis(act), greeted, b"GET key\r\n")


@family("service_stopped/redis-shutdown", own_port=True, seconds=11, tools=("redis-server",))
async def shut_down(act):
    """redis is shut down by a client's command (SHUTDOWN), and others come until it is back, or in vain."""
    program = await redis(act)

    async def come(number, dice):
        visitor = await greeted(act, number)
        visitor.close()

    async def refused(number, dice):
        for _ in range(dice.choice((1, 2, 5))):
            await act.dial(number)
            await asyncio.sleep(dice.choice((0.05, 0.3)))

    await act.each(come, count=act.dice.choice((1, 2, 4)))
    administrator = await greeted(act, 0)
    act.note_service({REFUSAL: "service_stopped", **late("data_after_close")})
    await administrator.send(b"SHUTDOWN NOSAVE\r\n")
    await program.over()
    await act.each(refused)
    if act.dice.random() < 0.6:
        await redis(act)
        await act.each(come, count=2)


@family("half_open/redis-power-cut", own_port=True, most=20, seconds=14, tools=("redis-server",))
async def power_cut(act):
    """The host of redis loses power and comes back: not one packet says goodbye. Its clients find out when they
    speak, to a redis that has been started again, or not."""
    act.server.sysctl("ipv4/tcp_orphan_retries", 1)
    program = await redis(act)
    guests = await visitors.greet_all(act, greeted)

    async def speak(number, dice):
        await asyncio.sleep(dice.uniform(0, 1))
        await guests[number].send(PING)
        await guests[number].sees_the_end(3)
        guests[number].close()

    await asyncio.sleep(0.5)
    silence = await programs.power_cut(act, program)
    act.note_service(VANISHED)
    if act.dice.random() < 0.6:
        program = await programs.start(act, act.server, "redis-server", *words(act))
        await programs.until_serving(program, act.port)
    await act.no_rules(act.server, silence)
    await act.each(speak, count=len(guests), apart=0)



@family("retransmission_timeout/redis-answer", own_port=True, most=12, seconds=20, tools=("redis-server",))
async def answer_lost(act):
    """Clients wait for something that does not come (BLPOP); before redis tells them so, the path to them is cut. Its
    kernel sends the answers again and again and gives up in silence. Later the clients speak and meet no socket."""
    await redis(act)
    guests = await visitors.greet_all(act, greeted)

    async def wait(number, dice):
        await guests[number].send(b"BLPOP nothing 2\r\n")

    async def speak(number, dice):
        await guests[number].send(PING)
        await guests[number].sees_the_end(2)

    await act.each(wait, count=len(guests), apart=0.01)
    await asyncio.sleep(1)
    cut = await act.rules(act.router, "forward", [f"tcp sport {act.port} drop"])
    await asyncio.sleep(2)
    while ESTABLISHED in programs.sockets(act.server, act.port):
        await asyncio.sleep(0.1)
    act.note_service(GAVE_UP)
    await act.no_rules(act.router, cut)
    await act.each(speak, count=len(guests), apart=0.01)
