# SPDX-License-Identifier: GPL-2.0-or-later
"""Node.js as a server; its clients are sockets of ours."""

import asyncio
import signal

from .. import programs, visitors
from ..family import family
from ..ledger import KILLED, REFUSAL, aborted, late
from ..talk import some_bytes

GET = b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n"
HTTP = """
const server = require('http').createServer(%s, (request, answer) => { %s });
%s
server.listen(+process.argv[2], process.argv[1]);
"""
NET = """
require('net').createServer(%s, socket => { socket.on('error', () => {}); %s }).listen(+process.argv[2], process.argv[1]);
"""


async def node(act, script):
    return await programs.serve(act, "node", "--max-old-space-size=32", "--v8-pool-size=1", "-e", script, act.address,
                                act.port)


async def greeted(act, number):
    visitor = await visitors.visit(act, number)
    await visitor.ask(GET, b"yes")
    return visitor


@family("fast_close/node-reset-after-answer", own_port=True, most=20, seconds=8, tools=("node",))
async def reset_after_answer(act):
    """A Node.js server takes a line, answers, waits until the answer is long there, and resets (resetAndDestroy)."""
    pause = act.dice.choice((400, 700, 1200))
    await node(act, NET % ("{}", "let n = 0; socket.on('data', () => { socket.write('yes\\n');"
                                 f" setTimeout(() => socket.resetAndDestroy(), {pause}); }});"))
    act.note_service(aborted("fast_close"))

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        await visitor.ask(some_bytes(dice, 3, 900) + b"\n", b"yes")
        await visitor.sees_the_end(4)
        visitor.close()

    await act.each(play)


@family("application_abort/node-reset-in-mid-request", own_port=True, most=20, seconds=8, tools=("node",))
async def reset_in_mid_request(act):
    """A Node.js handler fails before it has answered and resets the connection (resetAndDestroy)."""
    pause = act.dice.choice((0, 200, 1500))
    await node(act, HTTP % ("{}", f"setTimeout(() => request.socket.resetAndDestroy(), {pause});", ""))
    act.note_service(aborted("application_abort"))

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        await visitor.send(GET)
        await visitor.sees_the_end(4)
        visitor.close()

    await act.each(play)


@family("unread_data/node-destroy", own_port=True, most=20, seconds=8, tools=("node",))
async def destroy(act):
    """A Node.js server does not read from a socket (it is paused) and destroys it: what the client sent lies unread."""
    pause = act.dice.choice((300, 800, 1500))
    await node(act, NET % ("{pauseOnConnect: true}", f"setTimeout(() => socket.destroy(), {pause});"))
    act.note_service({"TCP_ABORT_ON_CLOSE": "unread_data", **late("data_after_close")})

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        await visitor.send(some_bytes(dice, 3, 4000))
        await visitor.sees_the_end(5)
        visitor.close()

    await act.each(play)


@family("data_after_close/node-keep-alive", own_port=True, most=30, seconds=12, tools=("node",))
async def keep_alive_over(act):
    """Node.js closes a kept-alive connection after some seconds; the client's next request comes too late."""
    patience = act.dice.choice((1, 2, 3))
    await node(act, HTTP % ("{keepAliveTimeout: %d}" % (patience * 1000), "answer.end('yes');", ""))

    await visitors.speak_too_late(act, greeted, GET, patience)


@family("application_protocol_error/node-431", own_port=True, most=20, tools=("node",))
async def header_too_large(act):
    """A client's header is larger than Node.js allows: "431 Request Header Fields Too Large", and the socket is
    destroyed while the rest lies unread or comes in."""
    await node(act, HTTP % ("{maxHeaderSize: %d}" % act.dice.choice((1024, 4096, 16384)), "answer.end('yes');", ""))
    act.note_service({"TCP_ABORT_ON_CLOSE": "application_protocol_error", **late("data_after_close")})

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        for _ in range(dice.choice((0, 0, 2))):
            await visitor.ask(GET, b"yes")
        await visitor.send(GET[:-2] + b"Cookie: " + b"biscuit=" * dice.randrange(12_000, 40_000) + b"\r\n\r\n")
        await visitor.sees_the_end(3)
        visitor.close()

    await act.each(play)


@family("idle_timeout/node-socket-timeout", own_port=True, most=30, seconds=19, tools=("node",))
async def socket_timeout(act):
    """A Node.js server resets connections that have been silent for some seconds (setTimeout, resetAndDestroy)."""
    patience = act.dice.randrange(8, 14)
    await node(act, NET % ("{}", "socket.on('data', () => socket.write('yes\\n'));"
                                 f" socket.setTimeout({patience * 1000}, () => socket.resetAndDestroy());"))
    act.note_service(aborted("idle_timeout"))

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        for _ in range(dice.choice((1, 2, 5))):
            await visitor.ask(some_bytes(dice, 3, 900), b"yes")
        await visitor.sees_the_end(patience + 4)
        visitor.close()

    await act.each(play)


@family("process_exit/node-crashes", own_port=True, least=2, most=30, seconds=10, tools=("node",))
async def crashes(act):
    """A Node.js server is busy in a loop, its clients' requests lie unread; then an exception that nobody catches ends
    the process with all of its connections."""
    loop = act.dice.choice((500, 900, 1500))
    program = await node(act, HTTP % ("{}", "if (request.url == '/') return answer.end('yes'); const end = Date.now() + "
                                            f"{loop}; while (Date.now() < end); throw new Error('oops');", ""))
    guests = await visitors.greet_all(act, greeted)

    async def ask_again(number, dice):
        if dice.random() < 0.7:
            await guests[number].send(GET)

    async def come_again(number, dice):
        await act.dial(number)

    poison = await visitors.visit(act, 0)
    act.note_service({REFUSAL: "service_stopped", **KILLED})
    await poison.send(b"GET /poison HTTP/1.1\r\nHost: lab\r\n\r\n")
    await asyncio.sleep(0.2)
    await act.each(ask_again, count=len(guests), apart=0)
    await program.over()
    await asyncio.sleep(0.3)
    await act.each(come_again, count=act.dice.choice((0, 1, 3)))
    for guest in guests:
        guest.close()


@family("service_stopped/node-closed", own_port=True, most=30, seconds=12, tools=("node",))
async def closed(act):
    """A Node.js server stops listening on a signal (server.close()) and still serves those that are there; who comes
    now is refused."""
    program = await node(act, HTTP % ("{}", "answer.end('yes');", "process.on('SIGTERM', () => server.close());"))
    insiders = await visitors.greet_all(act, greeted, count=act.dice.choice((1, 2, 4)))

    async def refused(number, dice):
        await act.dial(number)

    async def leave(number, dice):
        insiders[number].close()

    act.note_service({REFUSAL: "service_stopped", **late("data_after_close")})
    program.signal(signal.SIGTERM)
    await programs.gone(act)
    await act.each(refused)
    await act.each(leave, count=len(insiders))
