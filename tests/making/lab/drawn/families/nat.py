# SPDX-License-Identifier: GPL-2.0-or-later
"""A service's address that the router translates to a server's, as kube-proxy does; and what goes past that."""

import asyncio

from ...forge import ACK, PSH, Ear, send
from ...story import Flow
from ..family import family
from ..ledger import late
from ..talk import other, some_bytes

TRAITS = {"nat": False, "calm": True, "own_port": True}


BEFORE_TRACKING = -300  # nft(8): priority raw


def goes_past_the_nat(talk, at):
    """From now on: what comes to the client as it is meets a stranger, whose reset ends the server's socket. That
    one's resets then end the client's, for what is translated."""
    talk.note("client", late("nat_bypassed"))
    talk.act.note(Flow(talk.flow.client, at), "client", late("data_after_close"))
    talk.note("server", late("data_after_close"))


async def both_find_out(talk, dice):
    """The server by the stranger's reset, the client when it speaks on."""
    await talk.sees_the_end("server", 4)
    await asyncio.sleep(dice.uniform(0, 1))
    await talk.send("client", some_bytes(dice, 1, 300))
    await talk.sees_the_end("client", 3)


@family("nat_bypassed/untracked-segment", most=8, seconds=9, **TRAITS)
async def untracked_segment(act):
    """Downloads through a router that translates. Now and then one of the server's segments is not tracked (as happens
    to one that tracking calls INVALID), and so not translated."""
    service = act.listen()
    at = await act.publish(service)
    every = act.dice.choice((17, 40, 90))
    word = "ip6" if act.ip == 6 else "ip"
    await act.rules(act.router, "prerouting", [f"{word} saddr {act.address} tcp sport {act.port} meta length > 1000 "
                                               f"numgen inc mod {every} == {every // 2} notrack"], BEFORE_TRACKING)

    async def play(number, dice):
        talk = await act.connect(service, number, at=at)
        goes_past_the_nat(talk, at)
        await talk.ask(dice)
        await talk.say("server", some_bytes(dice, 20_000, 200_000))
        await talk.part(dice)

    await act.each(play)


@family("nat_bypassed/mapping-lost", most=10, seconds=9, tools=("conntrack",), **TRAITS)
async def mapping_lost(act):
    """The router's connection tracking loses a connection. What the server says next goes to the client as it is."""
    service = act.listen()
    at = await act.publish(service)

    async def play(number, dice):
        talk = await act.connect(service, number, at=at)
        await talk.ask(dice, dice.choice((1, 2, 4)))
        await asyncio.sleep(dice.uniform(0.3, 2))
        goes_past_the_nat(talk, at)
        await act.forget(talk, at)
        await talk.send("server", some_bytes(dice, 1, 900))
        await talk.sees_the_end("server", 4)

    await act.each(play)


@family("nat_bypassed/beyond-the-window", most=6, seconds=11, **TRAITS)
async def beyond_the_window(act):
    """A segment of the server lies beyond the window that the router's connection tracking knows; the client's next
    words find out what became of the connection."""
    service = act.listen()
    at = await act.publish(service)

    async def play(number, dice):
        talk = await act.connect(service, number, at=at)
        with Ear(act.server, "eth0") as ear:
            hearing = asyncio.ensure_future(asyncio.to_thread(
                ear.hear, act.port, lambda heard: heard.length > 0 and heard.to == talk.flow.client[1], 6))
            await asyncio.sleep(0.05)
            await talk.ask(dice)
            last = await hearing
        await asyncio.sleep(dice.uniform(0.2, 1))
        goes_past_the_nat(talk, at)
        ahead = dice.randrange(150_000, 400_000)
        await asyncio.to_thread(send, act.server, talk.flow.server, talk.flow.client, ACK | PSH, last.end + ahead,
                                last.ack, some_bytes(dice, 1, 500), last.next_look(200))
        await both_find_out(talk, dice)

    await act.each(play)


@family("half_open/behind-a-service-address", most=12, seconds=9, **TRAITS)
async def behind_a_service_address(act):
    """The router translates all; one end has lost the connection without a word, and resets what the other says."""
    service = act.listen()
    at = await act.publish(service)
    loser = act.dice.choice(("client", "client", "server"))

    async def play(number, dice):
        talk = await act.connect(service, number, at=at)
        await talk.ask(dice, dice.choice((1, 2)))
        await asyncio.sleep(dice.uniform(0.3, 2))
        talk.vanish(loser)
        await talk.send(other(loser), some_bytes(dice, 1, 900))
        await talk.sees_the_end(other(loser), 4)

    await act.each(play)
