# SPDX-License-Identifier: GPL-2.0-or-later
"""A device on the way that forges resets, in the manner of censors, intrusion prevention and reset tools."""

import asyncio
import contextlib
import dataclasses

from ...forge import ACK, RST, Ear, Look
from ...forger import bare, like
from ..family import family
from ..ledger import late
from ..talk import some_bytes

FORBIDDEN = b"forbidden"


def _look(dice, heard, echo):
    """How the forgery looks: from a careless device's to a perfect copy of its victim's peer."""
    careless = Look(ttl=dice.choice((32, 47, 64, 100, 128, 200, 255)), ip_id=dice.choice((0, 0, 1, dice.randrange(65536))),
                    window=dice.choice((0, 0, 1, 229, 8192, heard.window)))
    copied = dataclasses.replace(careless, ttl=heard.ttl, ip_id=0 if heard.frame[12] == 0x86 else heard.ip_id)
    perfect = like(echo, heard) if echo.timestamps and heard.timestamps else bare(like(echo, heard))
    return dice.choice((careless, careless, copied, perfect))


async def _provoke(act, talk, dice):
    """A request with a forbidden word; (heard request, heard earlier answer): what the device has overheard."""
    client = act.stage.name_of(act.node_of(talk.flow.client[0]))
    with Ear(act.router, client) as ear, Ear(act.router, act.stage.name_of(act.server)) as far:
        answer = asyncio.ensure_future(asyncio.to_thread(far.hear, talk.flow.server[1],
                                                         lambda h: h.to == talk.flow.client[1] and h.length > 0))
        request = asyncio.ensure_future(asyncio.to_thread(ear.hear, talk.flow.client[1],
                                                          lambda h: FORBIDDEN in h.payload))
        await asyncio.sleep(0.05)
        await talk.ask(dice)
        echo = await answer
        await talk.send("client", b"GET /" + FORBIDDEN + b" HTTP/1.1\r\n" + some_bytes(dice, 2, 200))
        return await request, echo


async def _go_on(talk, dice):
    """What the two ends do, who know nothing of the device; each as far as its socket lives."""
    with contextlib.suppress(OSError):
        await talk.read("server", 1)
        await talk.send("server", some_bytes(dice, 20, 3000))
    await asyncio.sleep(dice.uniform(0.2, 1))
    with contextlib.suppress(OSError):
        await talk.send("client", some_bytes(dice, 5, 50))
    await talk.sees_the_end("client", 2)


async def _strike(act, victims, series):
    service = act.listen()

    async def play(number, dice):
        talk = await act.connect(service, number)
        heard, echo = await _provoke(act, talk, dice)
        flags = dice.choice((RST, RST | ACK))
        for victim in victims:
            look = _look(dice, heard, echo)
            step = dice.choice((1, heard.length, 1460, heard.window))
            for turn in range(series):
                await act.strike(talk, victim, heard, flags, turn * step, look)
        await _go_on(talk, dice)

    await act.each(play)


@family("injected/to-client", most=10, nat=False, calm=True)
async def to_client(act):
    """A device answers a forbidden request with a forged reset in the server's name; the server answers, too."""
    await _strike(act, ("client",), 1)


@family("injected/to-server", most=10, nat=False, calm=True)
async def to_server(act):
    """A device resets the server in the client's name; the client goes on."""
    await _strike(act, ("server",), 1)


@family("injected/both-ends", most=10, nat=False, calm=True)
async def both_ends(act):
    """A device resets both ends in each other's name."""
    await _strike(act, ("client", "server"), 1)


@family("injected/series", most=6, nat=False, calm=True)
async def series(act):
    """A device sends several resets in a row, their sequence numbers spread over what may come."""
    await _strike(act, act.dice.choice((("client",), ("client", "server"))), act.dice.choice((2, 3, 4)))


@family("injected/on-syn", most=10, nat=False, calm=True)
async def on_syn(act):
    """A device refuses a SYN in the server's name; the server, whose port is open, sends its SYN-ACK all the same."""
    act.listen()

    async def play(number, dice):
        sock = act.caller(number)
        flow = act.flow(sock)
        with Ear(act.router, act.stage.name_of(act.client(number))) as ear:
            hearing = asyncio.ensure_future(asyncio.to_thread(ear.hear, flow.client[1]))
            await asyncio.sleep(0.05)
            dialling = asyncio.ensure_future(act.connect_to(sock, flow))
            syn = await hearing
            look = Look(ttl=dice.choice((47, 64, 128, 255)), ip_id=dice.choice((0, dice.randrange(65536))), window=0)
            act.note(flow, "client", late("data_after_close"))
            await act.forge_reset(flow, "client", RST | ACK, 0, syn.seq + 1, look)
            await asyncio.wait_for(dialling, 4)

    await act.each(play)
