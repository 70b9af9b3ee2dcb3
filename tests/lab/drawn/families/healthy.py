# SPDX-License-Identifier: GPL-2.0-or-later
"""Ordinary talk, beside everything else."""

import asyncio

from ..family import family


@family("healthy/sockets", most=20, seconds=8)
async def talk(act):
    """Connections that are opened, used and closed in order."""
    service = act.listen()

    async def play(number, dice):
        talk = await act.connect(service, number)
        for _ in range(dice.choice((0, 1, 1, 3))):
            await talk.ask(dice)
            await asyncio.sleep(dice.choice((0, 0.01, 0.3, 1)))
        await talk.part(dice)

    await act.each(play)
