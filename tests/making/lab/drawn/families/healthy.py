# SPDX-License-Identifier: GPL-2.0-or-later
"""Ordinary talk, beside everything else."""

import asyncio

from ..family import family
from ..talk import some_bytes


@family("healthy/sockets", most=20, seconds=8)
async def talk(act):
    """Connections that are opened, used and closed in order."""
    service = act.listen()

    async def play(number, dice):
        talk = await act.connect(service, number)
        for _ in range(dice.choice((0, 1, 1, 3))):
            await talk.ask(dice)
            if dice.random() < 0.15:  # enough for the largest segments that offloading makes
                await talk.say("server", some_bytes(dice, 500, 900) * 400)
            await asyncio.sleep(dice.choice((0, 0.01, 0.3, 1)))
        await talk.part(dice)

    await act.each(play)
