# SPDX-License-Identifier: GPL-2.0-or-later
"""Twins of stacks that put no window of theirs into a reset, or that know one form of it only."""

import asyncio

from ..stacks.foreign import ForeignHost, is_built
from ..stacks.trial import wake_path
from .twins import QUESTION, seen_twice, twin


@seen_twice("application_abort-twin-gvisor", port=9066, stack="gvisor", reads=True, late=True,
            twins={"abort_or_unread": "unread_data-twin-gvisor"})
@seen_twice("unread_data-twin-gvisor", port=9067, stack="gvisor", reads=False, late=True,
            twins={"abort_or_unread": "application_abort-twin-gvisor"})
@seen_twice("application_abort-twin-lwip", port=9068, stack="lwip", reads=True, late=True,
            twins={"abort_or_unread": "unread_data-twin-lwip"})
@seen_twice("unread_data-twin-lwip", port=9069, stack="lwip", reads=False, late=True,
            twins={"abort_or_unread": "application_abort-twin-lwip"})
@twin("unread_data-ipv4-gvisor-two-questions", port=9071, stack="gvisor", reads=False, late=True, questions=2)
@twin("unread_data-ipv4-lwip-two-questions", port=9072, stack="lwip", reads=False, late=True, questions=2)
def foreign_server(stage, port, stack, reads, questions=1):
    """A server with a TCP stack of its own resets a client that it has not answered: it has read what the client
    asks and aborts, or it closes without having read it."""
    if not is_built(stack):
        raise RuntimeError(f"{stack} is missing: tests/making/lab/stacks/build")
    stage.client.sysctl("ipv4/tcp_rto_min_us", 1_000_000)  # lwIP acknowledges by a timer: nothing is sent again
    flow, end = asyncio.run(ask_foreign(stage, port, stack, "abort" if reads else "close-unread", questions))
    length = questions * len(QUESTION)
    if (end.word, end.numbers["read"], end.numbers.get("unread", 0)) != (
            ("abort", length, 0) if reads else ("close", 0, length)):
        raise RuntimeError(f"{stack} did something else: {end.text}")
    stage.expect(flow, "application_abort" if reads else "unread_data", kernel=None, never="half_open injected")


async def ask_foreign(stage, port, stack, behaviour, questions):
    """Questions to the stack at the server's place. Returns the flow and how the stack ended it."""
    host = ForeignHost(stage.server, stack)
    try:
        await host.start()
        await wake_path(stage.client, stage.address)
        await host.listen(port, f"{behaviour} after=1000")
        stage.start_capture()
        sock = stage.caller()
        flow = stage.flow(sock, port)
        sock.connect((stage.address, port))
        for number in range(questions):
            sock.sendall(QUESTION)
            await asyncio.sleep(0.3)
        end = await host.wait_for("abort", "close", local=port)
        await asyncio.sleep(0.2)
        return flow, end
    finally:
        await host.stop()


@twin("half_open-twin-lwip", ip=6, port=9075, lost=True, late=True,
      twins={"lost_or_unread": "unread_data-twin-lwip-at-once.client"})
@twin("unread_data-twin-lwip-at-once", ip=6, port=9076, lost=False, late=True,
      twins={"lost_or_unread": "half_open-twin-lwip.client"})
def reset_at_once(stage, port, lost):
    """A server with lwIP, which has said hello, resets the client's first question at once: it has lost the
    connection and knows nothing of it, or its program closes without having read."""
    if not is_built("lwip"):
        raise RuntimeError("lwip is missing: tests/making/lab/stacks/build")
    flow = asyncio.run(ask_in_vain(stage, port, lost))
    stage.expect(flow, "half_open" if lost else "unread_data", kernel=None, asked=False, never="injected")


async def ask_in_vain(stage, port, lost):
    """One question, before which the host may lose all it knows. Returns the flow."""
    host = ForeignHost(stage.server, "lwip")
    try:
        await host.start()
        await wake_path(stage.client, stage.address)
        await host.listen(port, "sink say=6" if lost else "close-unread after=0 say=6")
        stage.start_capture()
        sock = stage.caller()
        flow = stage.flow(sock, port)
        sock.connect((stage.address, port))
        sock.recv(6)
        if lost:
            await host.vanish()
            await host.start()
        await asyncio.sleep(2)  # so long lwIP tries its IPv6 address
        sock.sendall(QUESTION)
        if not lost:
            await host.wait_for("close", local=port)
        await asyncio.sleep(0.2)
        return flow
    finally:
        await host.stop()
