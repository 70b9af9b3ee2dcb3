# SPDX-License-Identifier: GPL-2.0-or-later
"""What other stacks do: in the place of the server lwIP, as in small devices, and gVisor, as in sandboxes; before the
client the NATs of containers and virtual machines, pasta and slirp4netns."""

import asyncio
import contextlib

from ...stacks.nat import NATS
from ...story import Flow
from ..family import family
from ..ledger import FOREIGN, FOREIGN_LATE, FOREIGN_REFUSAL, REFUSAL, late
from ..talk import some_bytes

LATE = {FOREIGN_LATE: "data_after_close"}


def on_both(name, **traits):
    """Register a family for each stack: "cause/way-lwip", "cause/way-gvisor"."""

    def register(play):
        for stack in ("lwip", "gvisor"):
            family(f"{name}-{stack}", stack=stack, own_port=True, nat=False, **traits)(play)
        return play

    return register


async def dialled(act, number):
    """A socket that the other stack has accepted."""
    sock, _, accepted = await act.dial(number)
    if not accepted:
        raise ConnectionError("refused")
    return sock


async def send_and_wait(act, sock, data, patience=3):
    """Send, then read until the end, whatever end it is."""
    with contextlib.suppress(OSError, TimeoutError):
        await asyncio.wait_for(act.loop.sock_sendall(sock, data), patience)
        while await asyncio.wait_for(act.loop.sock_recv(sock, 65536), patience):
            pass


@on_both("not_listening/closed-port", most=20)
async def closed_port(act):
    """Nobody listens on this port of another stack."""
    act.note_service({FOREIGN_REFUSAL: "not_listening"})

    async def play(number, dice):
        for _ in range(dice.choice((1, 1, 3))):
            await act.dial(number)
            await asyncio.sleep(dice.choice((0.01, 0.5)))

    await act.each(play)


@on_both("data_after_close/closed-early", most=12)
async def closed_early(act):
    """The other stack closes while its peer still talks."""
    await act.foreign.listen(act.port, f"close-early after={act.dice.choice((100, 300, 800))}")

    async def play(number, dice):
        sock = await dialled(act, number)
        await act.loop.sock_sendall(sock, some_bytes(dice, 3, 60) + b"\n")
        await asyncio.sleep(dice.choice((0.9, 1.3)))
        for _ in range(dice.choice((1, 2))):
            await send_and_wait(act, sock, some_bytes(dice, 3, 300), 1)

    await act.each(play)
    act.note_events({"close": LATE})


@on_both("unread_data/closed-unread", most=12)
async def closed_unread(act):
    """The other stack answers and closes without having read the request."""
    await act.foreign.listen(act.port, f"close-unread answer={act.dice.choice((0, 20, 300))} after={act.dice.choice((50, 400))}")

    async def play(number, dice):
        sock = await dialled(act, number)
        await send_and_wait(act, sock, some_bytes(dice, 20, 1200))

    await act.each(play)
    act.note_events({"close": {FOREIGN: "unread_data", **LATE}})


@on_both("application_abort/aborted", most=12)
async def aborted(act):
    """An application on the other stack aborts in the middle of things."""
    await act.foreign.listen(act.port, f"abort after={act.dice.choice((200, 700, 2500))}")

    async def play(number, dice):
        sock = await dialled(act, number)
        await send_and_wait(act, sock, some_bytes(dice, 5, 500) + b"\n", 4)

    await act.each(play)
    act.note_events({"abort": {FOREIGN: "application_abort", **LATE}})


@on_both("half_open/rebooted", most=12, seconds=9)
async def rebooted(act):
    """The other stack dies without a word and is started again; its peers go on."""
    await act.foreign.listen(act.port, "echo")
    socks = []

    async def open_one(number, dice):
        sock, flow, accepted = await act.dial(number)
        if accepted:
            await act.loop.sock_sendall(sock, b"hello\n")
            await asyncio.wait_for(act.loop.sock_recv(sock, 100), 3)
            socks.append((sock, flow))

    await act.each(open_one)
    await asyncio.sleep(0.3)
    for _, flow in socks:
        act.note(flow, "server", {FOREIGN: "half_open", FOREIGN_LATE: "half_open"})
    await act.foreign.vanish()
    await asyncio.sleep(act.dice.uniform(0.2, 1))
    await act.foreign.start()
    if act.dice.random() < 0.5:
        await act.foreign.listen(act.port, "echo")

    async def talk_on(number, dice):
        sock, _ = socks[number]
        await asyncio.sleep(dice.uniform(0, 1))
        await send_and_wait(act, sock, some_bytes(dice, 5, 300) + b"\n")

    await act.each(talk_on, count=len(socks), apart=0)


def behind_both(name, **traits):
    """Register a family for each NAT in user mode: "cause/way-pasta", "cause/way-slirp4netns"."""

    def register(play):
        for stack in NATS:
            family(f"{name}-{stack}", stack=stack, tools=(stack,), ip=(4,), own_port=True, nat=False, **traits)(play)
        return play

    return register


@behind_both("not_listening/behind", most=10)
async def refused_behind(act):
    """A client behind a NAT in user mode asks for a port where nobody listens; the NAT passes the refusal on in its own
    words."""
    act.note_service({REFUSAL: "not_listening", FOREIGN_REFUSAL: "not_listening", FOREIGN: "not_listening",
                      FOREIGN_LATE: "not_listening"})

    async def play(number, dice):
        with contextlib.suppress(TimeoutError):
            await act.dial(number, patience=dice.choice((0.5, 2)))
        await asyncio.sleep(dice.choice((0.05, 0.5)))

    await act.each(play)


@behind_both("data_after_close/behind", most=10, seconds=8)
async def late_behind(act):
    """A server closes a connection that came through a NAT in user mode; the client behind it talks on, and is reset
    by the NAT when the server has reset that."""
    act.note_service({**late("data_after_close"), "TCP_ABORT_ON_CLOSE": "unread_data",
                      FOREIGN: "data_after_close", FOREIGN_LATE: "data_after_close"})
    # The NAT's own sockets on the outer host, which it closes when it has given up the client's side.
    act.note(Flow((act.outer.address[4], 0), (act.address, act.port)), "client", late("data_after_close"))
    listener = act.listen()
    server = asyncio.ensure_future(_close_each(act, listener))

    async def play(number, dice):
        sock, _, accepted = await act.dial(number)
        if accepted:
            await act.loop.sock_sendall(sock, some_bytes(dice, 5, 300))
            await asyncio.sleep(dice.uniform(1, 1.6))
            for _ in range(dice.choice((1, 2, 3))):
                await act.loop.sock_sendall(sock, some_bytes(dice, 5, 500))
                await asyncio.sleep(dice.choice((0.05, 0.3)))

    try:
        await act.each(play)
    finally:
        server.cancel()


async def _close_each(act, service):
    """Read what each client of a service sends first, and close half a second later."""
    service.pause()
    while True:
        sock, _ = await act.loop.sock_accept(service.listener)
        sock.setblocking(False)
        act.stage.keep.append(sock)
        asyncio.ensure_future(_read_and_close(act, sock))


async def _read_and_close(act, sock):
    with contextlib.suppress(OSError, TimeoutError):
        await asyncio.wait_for(act.loop.sock_recv(sock, 65536), 4)
    await asyncio.sleep(0.5)
    sock.close()


@family("keepalive_timeout/lwip", stack="lwip", own_port=True, nat=False, most=10, seconds=10)
async def keep_alive_fails(act):
    """lwIP probes a peer that the path no longer reaches, and resets the connection when its probes stay unanswered."""
    await act.foreign.listen(act.port, f"keepalive idle={act.dice.choice((1000, 2000))} interval=700 count=3")

    async def play(number, dice):
        sock, flow, accepted = await act.dial(number)
        if accepted:
            await act.loop.sock_sendall(sock, some_bytes(dice, 5, 50) + b"\n")
            await asyncio.sleep(0.4)
            act.note(flow, "server", {FOREIGN: "keepalive_timeout", **LATE})
            async with act.blocked(flow, dice.choice(("both", "server"))):
                await asyncio.sleep(6)

    await act.each(play)
