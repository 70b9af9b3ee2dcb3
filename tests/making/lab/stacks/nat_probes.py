# SPDX-License-Identifier: GPL-2.0-or-later
"""What happens to a connection through a NAT in user mode, to see who sends which reset on either side of it."""

import asyncio
import contextlib

from .nat import INNER
from .probes import Probe

PROBES = {}
BROKEN = (OSError, TimeoutError)


def probe(title, **traits):
    """Register the decorated coroutine (NatTrial) -> None."""

    def register(play):
        PROBES[play.__name__] = Probe(title, play, stacks=tuple(INNER), **traits)
        return play

    return register


@probe("the server's port is closed")
async def refused(trial):
    with contextlib.suppress(*BROKEN):
        await trial.socket().connect((trial.address, 99))


@probe("the server does not answer the SYN (the outer kernel tries for 3 s)")
async def unanswered(trial):
    trial.outer.sysctl("ipv4/tcp_syn_retries", 1)
    trial.server.nft("table inet gone { chain in { type filter hook input priority 0; tcp dport 99 drop; }\n }")
    with contextlib.suppress(*BROKEN):
        await trial.socket().connect((trial.address, 99), patience=8)


@probe("the router says host unreachable")
async def unreachable(trial):
    trial.network.router.run("ip", f"-{trial.version}", "route", "add", "unreachable", trial.address)
    with contextlib.suppress(*BROKEN):
        await trial.socket().connect((trial.address, 99), patience=8)


@probe("the client goes on talking after the server has closed")
async def late_data(trial):
    client, server = await trial.pair()
    server.close()
    await client.hear()
    with contextlib.suppress(*BROKEN):
        for _ in range(3):
            await client.say(b"late!\n")
            await asyncio.sleep(0.2)


@probe("the server closes with unread data")
async def server_unread(trial):
    client, server = await trial.pair()
    await client.say(b"unread\n")
    await asyncio.sleep(0.2)
    server.close()
    await client.hear()


@probe("the server aborts")
async def server_aborts(trial):
    client, server = await trial.pair()
    await asyncio.sleep(0.2)
    server.abort()
    await client.hear()


@probe("the server aborts, then the client says something")
async def data_after_abort(trial):
    client, server = await trial.pair()
    server.abort()
    with contextlib.suppress(*BROKEN):
        for _ in range(2):
            await asyncio.sleep(0.2)
            await client.say(b"late!\n")


@probe("the client aborts")
async def client_aborts(trial):
    client, server = await trial.pair()
    await asyncio.sleep(0.2)
    client.abort()
    await server.hear()


@probe("the client closes with unread data")
async def client_unread(trial):
    client, server = await trial.pair()
    await server.say(b"an answer\n")
    await asyncio.sleep(0.2)
    client.close()
    await server.hear()


@probe("the client closes while the server goes on talking")
async def client_closes(trial):
    client, server = await trial.pair()
    client.close()
    await server.hear()
    with contextlib.suppress(*BROKEN):
        for _ in range(3):
            await server.say(b"late!\n")
            await asyncio.sleep(0.2)


@probe("the NAT is killed")
async def killed(trial):
    client, server = await trial.pair()
    await trial.nat.stop()
    await server.hear()
    with contextlib.suppress(*BROKEN):
        for _ in range(2):
            await server.say(b"late!\n")
            await asyncio.sleep(0.2)


@probe("the NAT is killed with data of the server unread, since the client's window is closed")
async def killed_unread(trial):
    client, server = await trial.pair()
    server.fill()
    await asyncio.sleep(1)
    await trial.nat.stop()
    await server.hear()


@probe("the NAT is killed and started again; the client goes on")
async def restarted(trial):
    client, _ = await trial.pair()
    await trial.nat.stop()
    await trial.nat.start()
    with contextlib.suppress(*BROKEN):
        await client.say(b"still there?\n")
        await asyncio.sleep(2.5)
