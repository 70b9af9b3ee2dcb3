# SPDX-License-Identifier: GPL-2.0-or-later
"""Ends that lose their state, and four-tuples that come again."""

import asyncio

from ...forge import SYN, Ear, send_syn
from ...stage import next_sequence
from ..family import family
from ..ledger import late
from ..talk import other, some_bytes


@family("half_open/one-end-lost", most=20, seconds=9)
async def one_end_lost(act):
    """One end loses a connection without a word; the other learns it from the reset that its next data meet."""
    service = act.listen()
    loser = act.dice.choice(("client", "server", "server"))

    async def play(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice, dice.choice((1, 2, 5)))
        await asyncio.sleep(dice.choice((0.2, 0.4, 2)))
        talk.vanish(loser)
        await asyncio.sleep(dice.uniform(0.1, 3))
        await talk.send(other(loser), some_bytes(dice, 1, 900))
        await talk.sees_the_end(other(loser), 3)

    await act.each(play)


@family("half_open/host-rebooted", most=30, own_port=True, seconds=12)
async def host_rebooted(act):
    """A server host dies with all of its connections, and comes back a moment later with the service, or without."""
    service = act.listen()
    talks = []

    async def open_one(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice, dice.choice((1, 2)))
        talks.append(talk)

    await act.each(open_one)
    await asyncio.sleep(0.4)
    comes_back = act.dice.random() < 0.6
    for talk in talks:
        talk.vanish("server")
    act.stop(service)
    await asyncio.sleep(act.dice.uniform(0.3, 2))
    if comes_back:
        act.listen()

    async def talk_on(number, dice):
        talk = talks[number]
        await asyncio.sleep(dice.uniform(0, 2))
        await talk.send("client", some_bytes(dice, 5, 500))
        await talk.sees_the_end("client", 3)

    await act.each(talk_on, count=len(talks), apart=0)


@family("half_open/probe-finds-out", most=12, seconds=8)
async def probe_finds_out(act):
    """A server loses its state in silence; a keep-alive probe of the client finds it out."""
    service = act.listen()

    async def play(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice)
        await asyncio.sleep(0.3)
        talk.vanish("server")
        talk.keep_alive("client", dice.choice((1, 2, 3)), 1, 5)
        await talk.sees_the_end("client", 6)

    await act.each(play)


@family("syn_conflict/client-rebooted", most=8, seconds=10, nat=False, calm=True)
async def client_rebooted(act):
    """A client has lost its state and dials again from the same port; the server's old connection answers, and the
    client resets that."""
    service = act.listen()

    async def play(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice)
        await asyncio.sleep(0.5)
        talk.vanish("client")
        await asyncio.sleep(dice.uniform(0.6, 2))
        service.expect_again(talk.flow.client[1])
        act.note(talk.flow, "client", {"TCP_INVALID_ACK_SEQUENCE": "syn_conflict"})
        again = await act.connect(service, number, talk.flow.client[1])
        await again.ask(dice)
        await again.part(dice)

    await act.each(play)


@family("port_reuse_time_wait/lower-sequence", most=6, seconds=7, nat=False, calm=True, alone=True)
async def lower_sequence(act):
    """The server closed first and remembers the connection in TIME_WAIT. A SYN re-uses its ports with a lower
    sequence number; the old acknowledgement comes back, and the client resets it."""
    act.server.sysctl("ipv4/tcp_timestamps", 0)
    service = act.listen()

    async def play(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice)
        await asyncio.sleep(0.3)
        seq = next_sequence(talk.end("client"))
        talk.close("server")
        await talk.sees_the_end("client")
        talk.close("client")
        await asyncio.sleep(dice.uniform(0.5, 2))
        act.note(talk.flow, "client", late("port_reuse_time_wait"))
        talk.account.unclear = True  # nobody waits for this SYN's connection
        await asyncio.to_thread(send_syn, act.client(number), *talk.flow, seq - dice.randrange(20_000, 900_000))
        await asyncio.sleep(0.5)

    await act.each(play)


@family("time_wait_assassination/late-duplicate", most=4, seconds=7, nat=False, calm=True)
async def late_duplicate(act):
    """Both ends have closed; a duplicate of an old segment arrives late, TIME_WAIT answers it, and the end that has
    forgotten everything resets that answer."""
    service = act.listen()
    first = act.dice.choice(("client", "server"))

    async def play(number, dice):
        talk = await act.connect(service, number)
        closer_node = act.node_of(talk.flow.end(first)[0])
        with Ear(act.router, act.stage.name_of(closer_node)) as ear:
            hearing = asyncio.ensure_future(asyncio.to_thread(
                ear.hear, talk.flow.other(first)[1], lambda heard: heard.length > 0, 5))
            await asyncio.sleep(0.05)
            await talk.ask(dice)
            old = await hearing
            await asyncio.sleep(0.3)
            talk.close(first)
            await talk.sees_the_end(other(first))
            talk.close(other(first))
            await asyncio.sleep(dice.uniform(0.6, 2))
            talk.note(other(first), late("time_wait_assassination"))
            ear.again(old)
            await asyncio.sleep(0.4)

    await act.each(play)


@family("handshake_invalid_ack/backscatter", most=20, nat=False, calm=True)
async def backscatter(act):
    """A stranger floods the server with SYNs in a client's name; the client resets the SYN-ACKs that it never asked
    for."""
    act.listen()

    async def play(number, dice):
        flow = act.flow_of(number, act.stage.free_port(dice))
        act.note(flow, "client", late("handshake_invalid_ack"))
        await asyncio.to_thread(act.forge, flow.client, flow.server, SYN, dice.randrange(2**32))
        await asyncio.sleep(0.4)

    await act.each(play)
