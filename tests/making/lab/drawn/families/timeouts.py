# SPDX-License-Identifier: GPL-2.0-or-later
"""Patience that ends: the kernel's, or an application's."""

import asyncio
import socket

from ..family import family
from ..ledger import NETFILTER, late
from ..losses import NOTHING, REFUSED
from ..talk import other, some_bytes


@family("retransmission_timeout/path-dies", most=12, seconds=18)
async def path_dies(act):
    """The path swallows one side's data until its kernel gives up, in silence. When the path is back, the other side
    speaks and meets no socket."""
    service = act.listen()
    loser = act.dice.choice(("client", "client", "server"))

    async def play(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice)
        await asyncio.sleep(0.3)
        async with act.blocked(talk.flow, dice.choice((other(loser), "both"))):
            await talk.send(loser, some_bytes(dice, 1, 4000))
            await talk.gives_up(loser, 15)
        await talk.send(other(loser), some_bytes(dice, 1, 200))
        await talk.sees_the_end(other(loser), 3)

    await act.each(play)


@family("application_abort/loses-patience", most=12, seconds=10)
async def loses_patience(act):
    """The path swallows data; the application gives up between two retransmissions, and only its reset gets through."""
    service = act.listen()

    async def play(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice)
        await asyncio.sleep(0.3)
        async with act.blocked(talk.flow, "server"):
            await talk.send("client", some_bytes(dice, 1, 2000))
            await asyncio.sleep(dice.uniform(0.7, 5))
        talk.abort("client", "application_abort")
        await talk.sees_the_end("server", 2)

    await act.each(play)


@family("keepalive_timeout/path-dies", most=12, seconds=12)
async def probes_unanswered(act):
    """Nobody talks while the path is cut; the keep-alive probes of one end stay unanswered, and its kernel resets the
    connection."""
    service = act.listen()
    prober = act.dice.choice(("client", "server"))
    timers = act.dice.choice(((1, 1, 3), (2, 1, 4), (1, 2, 2), (3, 1, 5)))

    async def play(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice)
        talk.keep_alive(prober, *timers)
        await asyncio.sleep(dice.choice((0.3, 2.4)))
        async with act.blocked(talk.flow, dice.choice(("both", prober))):
            await talk.sees_the_end(prober, 11)

    await act.each(play)


@family("zero_window_timeout/application-gives-up", most=8, seconds=14)
async def nobody_reads(act):
    """One side no longer reads, its window closes; after a while of probes the other loses patience and aborts."""
    service = act.listen()
    writer = act.dice.choice(("client", "server"))

    def small(sock):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

    async def play(number, dice):
        talk = await act.connect(service, number, prepare=small if writer == "server" else None)
        if writer == "client":
            small(talk.end("server"))
        await talk.say("client", some_bytes(dice, 5, 50))
        talk.account.says(writer, 720_000)
        stuffing = asyncio.ensure_future(act.loop.sock_sendall(talk.end(writer), b"stuffing " * 80_000))
        await asyncio.sleep(dice.uniform(3, 10))
        stuffing.cancel()
        talk.abort(writer, "zero_window_timeout")
        await asyncio.sleep(0.3)

    await act.each(play)


@family("idle_timeout/application-timer", most=20, seconds=19)
async def application_timer(act):
    """After a long silence an application's own timer ends the connection by a reset."""
    service = act.listen()
    who = act.dice.choice(("client", "server", "server"))
    silence = act.dice.uniform(8, 16)

    async def play(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice, dice.choice((1, 2, 4)))
        await asyncio.sleep(silence)
        talk.abort(who, "idle_timeout")
        await asyncio.sleep(0.3)

    await act.each(play)


@family("idle_timeout/firewall-forgets", most=12, seconds=19, own_port=True, nat=False, calm=True, alone=True)
async def firewall_forgets(act):
    """A stateful firewall forgets a silent connection after some seconds; the next segment is rejected in the other
    end's name."""
    act.router.sysctl("netfilter/nf_conntrack_tcp_loose", 0)
    act.router.sysctl("netfilter/nf_conntrack_tcp_timeout_established", act.dice.choice((4, 6, 8)))
    await act.rules(act.router, "forward",
                    [f"tcp dport {act.port} ct state invalid reject with tcp reset",
                     f"tcp sport {act.port} ct state invalid reject with tcp reset"])
    service = act.listen()
    speaker = act.dice.choice(("client", "client", "server"))

    async def play(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice, dice.choice((1, 3)))
        await asyncio.sleep(dice.uniform(10, 14))
        for side in ("client", "server"):
            talk.note(side, {NETFILTER: "idle_timeout", **late("data_after_close")})
        await talk.send(speaker, some_bytes(dice, 5, 900))
        await talk.sees_the_end(speaker, 3)

    await act.each(play)


@family("connect_timeout/syn-ack-too-late", most=12, seconds=15, calm=True, nat=False)
async def syn_ack_too_late(act):
    """Every SYN-ACK is lost while the client sends its SYN several times and gives up; then one gets through."""
    await give_up_connecting(act, "connect_timeout", (3.5, 6))


@family("connect_cancelled/impatient", most=20, seconds=9, calm=True, nat=False)
async def impatient(act):
    """The SYN-ACK is late, and the client does not wait for it."""
    await give_up_connecting(act, "connect_cancelled", (0.02, 0.8))


async def give_up_connecting(act, token, patience):
    """Dial while no SYN-ACK comes through, close the socket, then let the server's next one through."""
    act.listen()

    async def play(number, dice):
        sock = act.caller(number)
        flow = act.flow(sock)
        async with act.blocked(flow, "client"):
            try:
                await asyncio.wait_for(act.loop.sock_connect(sock, flow.server), dice.uniform(*patience))
            except TimeoutError:
                pass
            act.note(flow, "client", late(token))
            act.stage.losses.attempt(flow, REFUSED if token == "connect_timeout" else NOTHING)
            sock.close()
        await asyncio.sleep(7 if token == "connect_timeout" else 3)

    await act.each(play)


@family("health_check/connect-and-reset", most=4, least=1, seconds=14)
async def connect_and_reset(act):
    """A monitor connects to a port again and again and resets the connection without a word."""
    service = act.listen()
    pause = act.dice.choice((0.2, 0.5, 1.0))

    async def play(number, dice):
        for _ in range(dice.randrange(4, 12)):
            talk = await act.connect(service, number)
            talk.abort("client", "health_check")
            await asyncio.sleep(pause)
            talk.close("server")

    await act.each(play)


@family("smb_dual_connect/445-and-139", ports=(445, 139), own_port=True, alone=True, most=10)
async def two_doors(act):
    """An SMB client opens 445 and 139 at once, uses the first that answers, and resets the other unused."""
    doors = [act.listen(445), act.listen(139)]

    async def play(number, dice):
        first, second = await asyncio.gather(*(act.connect(door, number) for door in doors))
        await asyncio.sleep(dice.choice((0, 0.01, 0.1)))
        second.abort("client", "smb_dual_connect")
        await first.ask(dice, dice.choice((1, 3, 8)))
        await first.part(dice)

    await act.each(play)


@family("application_abort/accepted-and-turned-away", most=20)
async def turned_away(act):
    """A server accepts, does not like the client, and aborts before a word is said."""
    service = act.listen()

    async def play(number, dice):
        talk = await act.connect(service, number)
        await asyncio.sleep(dice.choice((0, 0.05, 0.3)))
        talk.abort("server", "application_abort")
        await talk.sees_the_end("client", 2)

    await act.each(play)
