# SPDX-License-Identifier: GPL-2.0-or-later
"""Connections that never come to be."""

import asyncio

from ..family import family
from ..ledger import KILLED_BY_A_DEVICE, NETFILTER, REFUSAL, late
from ..losses import TURNED_AWAY
from ..talk import some_bytes


@family("not_listening/closed-port", own_port=True)
async def closed_port(act):
    """Nobody has ever listened there."""
    act.note_service({REFUSAL: "not_listening"})

    async def play(number, dice):
        for _ in range(dice.choice((1, 1, 2, 5))):
            await act.dial(number)
            await asyncio.sleep(dice.choice((0.01, 0.2, 1)))

    await act.each(play)


@family("not_listening/started-later", own_port=True, seconds=8)
async def started_later(act):
    """Clients come before the service has started; later it accepts."""
    act.note_service({REFUSAL: "not_listening"})

    async def early(number, dice):
        await act.dial(number)

    await act.each(early, apart=0.1)
    await asyncio.sleep(act.dice.uniform(0.2, 2))
    service = act.listen()

    async def later(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice)
        await talk.part(dice)

    await act.each(later, count=act.dice.choice((1, 3)))


@family("service_stopped/listener-closed", own_port=True, seconds=8)
async def listener_closed(act):
    """A service answers, then stops; who comes later is refused."""
    service = act.listen()

    async def served(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice)
        await talk.part(dice)

    await act.each(served, count=act.dice.choice((1, 2, 5)), apart=0.05)
    await asyncio.sleep(act.dice.uniform(0.2, 1))
    act.stop(service)

    async def refused(number, dice):
        await act.dial(number)

    await act.each(refused)


@family("service_stopped/down-and-back", own_port=True, seconds=10)
async def down_and_back(act):
    """A service is restarted: accepted, refused for a while, accepted again."""
    async def served(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice)
        await talk.part(dice)

    async def refused(number, dice):
        await act.dial(number)

    service = act.listen()
    await act.each(served, count=act.dice.choice((1, 3)), apart=0.05)
    act.stop(service)
    await asyncio.sleep(0.3)
    await act.each(refused)
    await asyncio.sleep(0.3)
    service = act.listen()
    await act.each(served, count=act.dice.choice((1, 3)), apart=0.05)


@family("refused_while_listening/limiter", own_port=True, seconds=8)
async def limiter(act):
    """The server's own packet filter rejects some of the new connections to a live service."""
    service = act.listen()
    every = act.dice.choice((2, 3, 5))
    act.note_service({NETFILTER: "refused_while_listening"})
    table = await act.rules(act.server, "input", [
        f"tcp dport {act.port} tcp flags & (fin | syn | rst | ack) == syn numgen inc mod {every} == 0 "
        "reject with tcp reset"])

    async def play(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice)
        await talk.part(dice)

    await act.each(play, count=max(3, act.count))
    await act.no_rules(act.server, table)


@family("firewall_reject/router-on-syn", own_port=True)
async def router_on_syn(act):
    """A router on the way rejects new connections to a port with a reset; whether anybody listens does not matter."""
    if act.dice.random() < 0.5:
        act.listen()
    act.note_service({NETFILTER: "firewall_reject"})
    word = "ip" if act.ip == 4 else "ip6"
    await act.rules(act.router, "forward", [
        f"{word} daddr {act.address} tcp dport {act.port} tcp flags & (syn | ack) == syn reject with tcp reset"])

    async def play(number, dice):
        for _ in range(dice.choice((1, 1, 3))):
            await act.dial(number)
            await asyncio.sleep(dice.choice((0.01, 0.3)))

    await act.each(play)


@family("firewall_reject/router-in-mid-stream", own_port=True, nat=False)
async def router_in_mid_stream(act):
    """A rule that comes into force later rejects the segments of connections that are already there."""
    service = act.listen()
    talks = []

    async def open_one(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice)
        for side in ("client", "server"):
            talk.note(side, KILLED_BY_A_DEVICE)
        talks.append(talk)

    await act.each(open_one, apart=0.02)
    word = "ip" if act.ip == 4 else "ip6"
    rule = act.dice.choice((f"{word} daddr {act.address} tcp dport {act.port}",
                            f"{word} saddr {act.address} tcp sport {act.port}"))
    await act.rules(act.router, "forward", [f"{rule} reject with tcp reset"])

    async def talk_on(number, dice):
        talk = talks[number]
        await talk.send("client", some_bytes(dice, 5, 500))
        await talk.sees_the_end("client", 3)

    await act.each(talk_on, count=len(talks))


@family("accept_queue_overflow/slow-accept", own_port=True, least=4, seconds=8, calm=True, nat=False, alone=True)
async def slow_accept(act):
    """The application accepts nobody for a while. Many handshakes are on their way at once; the queue is short, and
    the kernel is told to reset those that no longer fit (tcp_abort_on_overflow)."""
    act.server.sysctl("ipv4/tcp_abort_on_overflow", 1)
    service = act.listen(backlog=act.dice.choice((1, 2, 4)))
    service.pause()
    act.note_service({**late("data_after_close"), "INVALID_SYN": "accept_queue_overflow"})
    # A full queue drops SYNs: so all SYNs come before any handshake is finished.
    held_back = await act.rules(act.router, "forward",
                                [f"tcp sport {act.port} tcp flags & (syn | ack) == (syn | ack) drop"])

    async def play(number, dice):
        sock, flow, accepted = await act.dial(number, patience=5)
        if accepted:
            act.stage.losses.attempt(flow, TURNED_AWAY)
            await asyncio.sleep(dice.choice((0, 0.01, 0.2)))
            await asyncio.wait_for(act.loop.sock_sendall(sock, some_bytes(dice, 10, 300)), 2)

    dialling = asyncio.ensure_future(act.each(play, apart=0.002))
    await asyncio.sleep(0.7)
    await act.no_rules(act.router, held_back)
    await asyncio.sleep(3)
    service.resume()
    await dialling
