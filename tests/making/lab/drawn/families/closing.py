# SPDX-License-Identifier: GPL-2.0-or-later
"""How applications end a connection otherwise than by one FIN each way."""

import asyncio

from ..family import family
from ..talk import some_bytes


@family("unread_data/closed-on-request")
async def closed_on_request(act):
    """The server takes a request, does not read it, and closes."""
    service = act.listen()
    asked_before = act.dice.choice((0, 0, 1, 3))

    async def play(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice, asked_before)
        await talk.send("client", some_bytes(dice, 1, 3000))
        await asyncio.sleep(dice.uniform(0.15, 1.5))
        talk.close("server")
        await talk.sees_the_end("client")
        talk.close("client")

    await act.each(play)


@family("unread_data/answered-during-upload")
async def answered_during_upload(act):
    """The server answers after the first part of an upload and closes, while the rest still comes in."""
    service = act.listen()

    async def play(number, dice):
        talk = await act.connect(service, number)
        upload = asyncio.ensure_future(talk.send("client", some_bytes(dice, 20_000, 60_000)))
        await talk.read("server", dice.randrange(100, 5000))
        await talk.send("server", some_bytes(dice, 50, 500))
        talk.close("server")
        await asyncio.wait([upload], timeout=4)
        await talk.sees_the_end("client")
        talk.close("client")

    await act.each(play)


@family("unread_data/client-stops-a-download")
async def client_stops_a_download(act):
    """A client reads the first part of a large answer and closes: the rest lies unread, or comes later."""
    service = act.listen()

    async def play(number, dice):
        talk = await act.connect(service, number)
        await talk.say("client", some_bytes(dice, 20, 300))
        download = asyncio.ensure_future(talk.send("server", some_bytes(dice, 30_000, 120_000)))
        await talk.read("client", dice.randrange(500, 9000))
        await asyncio.sleep(dice.uniform(0.05, 0.5))
        talk.close("client")
        await asyncio.wait([download], timeout=4)
        await talk.sees_the_end("server")
        talk.close("server")

    await act.each(play)


@family("data_after_close/peer-talks-on")
async def peer_talks_on(act):
    """One side has read everything and closes; the other answers the FIN with more data."""
    service = act.listen()
    quitter = act.dice.choice(("client", "server"))
    other = "server" if quitter == "client" else "client"

    async def play(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice, dice.choice((1, 1, 4)))
        talk.close(quitter)
        await asyncio.sleep(dice.choice((0, 0.01, 0.4, 2)))
        for _ in range(dice.choice((1, 1, 2, 4))):
            await talk.send(other, some_bytes(dice, 1, 800))
            await asyncio.sleep(dice.choice((0, 0.02, 0.5)))
        await talk.sees_the_end(other)
        talk.close(other)

    await act.each(play)


@family("data_after_close/crossing")
async def crossing(act):
    """The client closes while an answer is under way to it."""
    service = act.listen()

    async def play(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice)
        await talk.say("client", some_bytes(dice, 10, 400))
        answer = asyncio.ensure_future(talk.send("server", some_bytes(dice, 10, 9000)))
        talk.close("client")
        await answer
        await talk.sees_the_end("server")
        talk.close("server")

    await act.each(play)


@family("fast_close/linger-after-the-answer")
async def linger_after_the_answer(act):
    """When everything is said and acknowledged, one side resets in place of a FIN, to be spared TIME_WAIT."""
    service = act.listen()
    who = act.dice.choice(("client", "client", "server"))

    async def play(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice, dice.choice((1, 1, 2, 6)))
        await asyncio.sleep(dice.choice((0.25, 0.3, 0.6)))
        talk.abort(who, "fast_close")
        await asyncio.sleep(0.3)
        talk.close("server" if who == "client" else "client")

    await act.each(play)


@family("fast_close/linger-after-the-fin")
async def linger_after_the_fin(act):
    """The client closes in order; the server, which has nothing more to say, resets in place of its FIN."""
    service = act.listen()

    async def play(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice, dice.choice((1, 2)))
        talk.close("client")
        await talk.sees_the_end("server")
        await asyncio.sleep(dice.choice((0, 0, 0.1, 1)))
        talk.abort("server", "fast_close")

    await act.each(play)


@family("application_abort/in-mid-exchange")
async def in_mid_exchange(act):
    """An application gives a connection up while an answer is due or under way (SO_LINGER 0)."""
    service = act.listen()
    who = act.dice.choice(("client", "server"))

    async def play(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice, dice.choice((0, 1, 3)))
        await talk.say("client", some_bytes(dice, 10, 2000))
        await asyncio.sleep(dice.uniform(0.2, 3))
        talk.abort(who, "application_abort")
        await asyncio.sleep(0.3)
        talk.close("server" if who == "client" else "client")

    await act.each(play)


@family("application_abort/killed-by-the-administrator")
async def killed_by_the_administrator(act):
    """Connections at rest are destroyed by ss -K, as an administrator or a failover script does it."""
    service = act.listen()

    async def play(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice, dice.choice((1, 2)))
        await asyncio.sleep(dice.uniform(0.3, 3))
        side = dice.choice(("client", "server"))
        await act.destroy(talk, side)
        await asyncio.sleep(0.3)
        talk.close("server" if side == "client" else "client")

    await act.each(play, apart=0.1)


@family("process_exit/killed", least=2, seconds=8)
async def killed(act):
    """A server process with open connections dies: resets where bytes lay unread, FINs elsewhere, and refusals of
    those that come afterwards."""
    service = act.listen()
    talks = []

    async def open_one(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice, dice.choice((0, 1, 2)))
        if dice.random() < 0.7:
            await talk.send("client", some_bytes(dice, 10, 2000))
        talks.append(talk)

    await act.each(open_one)
    await asyncio.sleep(act.dice.uniform(0.3, 1.5))
    act.kill(service, talks)
    await asyncio.sleep(0.4)

    async def come_again(number, dice):
        await asyncio.sleep(dice.uniform(0, 1))
        await act.dial(number)

    await act.each(come_again, count=act.dice.choice((0, 1, 3, 8)), apart=0.1)
    for talk in talks:
        talk.close("client")
