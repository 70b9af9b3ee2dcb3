# SPDX-License-Identifier: GPL-2.0-or-later
"""HAProxy: before a server as its clients see it, and as a monitor or a proxy on a client's host."""

import asyncio
import contextlib
import signal

from .. import programs, visitors
from ..family import family
from ..ledger import KEPT_ALIVE, VANISHED, aborted, late

DEFAULTS = """global
  maxconn 300
  nbthread 1
defaults
  mode http
  timeout connect 4s
  timeout client 25s
  timeout server 25s
"""
GET = b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n"
ANSWER = 'http-request return status 200 content-type text/plain string "yes\\n"'


async def haproxy(act, settings, node=None):
    """HAProxy on the server, with a frontend at the act's port; or on another host, waiting for nothing."""
    file = programs.folder(act) / "haproxy.cfg"
    file.write_text(DEFAULTS + settings, encoding="ascii")
    if node:
        return await programs.start(act, node, "haproxy", "-db", "-f", file)
    return await programs.serve(act, "haproxy", "-db", "-f", file)


async def greeted(act, number):
    visitor = await visitors.visit(act, number)
    await visitor.ask(GET, b"yes")
    return visitor


def bind(act, more=""):
    return f"frontend lab\n  bind {programs.url_host(act.address)}:{act.port} {more}\n"


@family("health_check/haproxy", most=3, seconds=12, tools=("haproxy",))
async def health_check(act):
    """HAProxy on a client's host checks again and again whether a port accepts, and resets the connection at once."""
    act.listen()
    pause = act.dice.choice((300, 500, 800))
    option = act.dice.choice(("", "option tcp-check"))
    checkers = []

    async def play(number, dice):
        node = act.client(number)
        programs.note_host(act, number, "client", aborted("health_check"), act.port)
        checkers.append(await haproxy(act, "listen unused\n  mode tcp\n  timeout check 5s\n  bind 127.0.0.1:1\n"
                                      f"  {option}\n  server one {programs.url_host(act.address)}:{act.port}"
                                      f" check inter {pause}ms\n", node))

    await act.each(play, count=min(act.count, len(act.clients)))
    await asyncio.sleep(act.dice.uniform(3, 8))
    for checker in checkers:
        checker.signal(signal.SIGSTOP)  # its last check must not fall into the end of the capture
    await asyncio.sleep(0.3)


@family("data_after_close/haproxy-keep-alive", own_port=True, seconds=10, tools=("haproxy",))
async def keep_alive_over(act):
    """HAProxy closes a kept-alive connection after a second or two; the client sends its next request into it."""
    patience = act.dice.choice((1, 2, 3))
    await haproxy(act, bind(act) + f"  timeout http-keep-alive {patience}s\n  {ANSWER}\n")

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        for _ in range(dice.choice((1, 2, 4))):
            await visitor.ask(GET, b"yes")
        await asyncio.sleep(patience + dice.uniform(0.5, 2))
        await visitor.send(GET)
        await visitor.sees_the_end(3)
        visitor.close()

    await act.each(play)


@family("application_protocol_error/haproxy-deny", own_port=True, tools=("haproxy",))
async def deny(act):
    """HAProxy denies an upload ("403 Forbidden") while it still comes, and closes with the rest unread."""
    await haproxy(act, bind(act) + f"  http-request deny deny_status {act.dice.choice((403, 400, 429, 503))}"
                                   f" if METH_POST\n  {ANSWER}\n")
    act.note_service({**aborted("application_protocol_error")})

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        for _ in range(dice.choice((0, 0, 1, 3))):
            await visitor.ask(GET, b"yes")
        size = dice.randrange(60_000, 300_000)
        await visitor.send(b"POST /up HTTP/1.1\r\nHost: lab\r\nContent-Length: %d\r\n\r\n" % size + b"u" * size)
        await visitor.sees_the_end(3)
        visitor.close()

    await act.each(play)


@family("half_open/haproxy-silent-drop", own_port=True, seconds=8, tools=("haproxy",))
async def silent_drop(act):
    """HAProxy drops an unwanted client's connection so that the client does not notice (silent-drop): its kernel
    forgets it without a word. What the client then sends is reset."""
    await haproxy(act, bind(act) + f"  http-request silent-drop if {{ path /secret }}\n  {ANSWER}\n")
    act.note_service(VANISHED)

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        for _ in range(dice.choice((0, 1, 2))):
            await visitor.ask(GET, b"yes")
        await visitor.send(b"GET /secret HTTP/1.1\r\nHost: lab\r\n\r\n")
        await asyncio.sleep(dice.uniform(0.6, 3))
        await visitor.send(b"GET /and-now HTTP/1.1\r\nHost: lab\r\n\r\n")
        await visitor.sees_the_end(3)
        visitor.close()

    await act.each(play)


@family("accept_queue_overflow/haproxy-maxconn", own_port=True, least=6, seconds=12, calm=True, nat=False, alone=True,
        tools=("haproxy",))
async def maxconn(act):
    """HAProxy has as many clients as it may (maxconn) and accepts no more; behind its short queue the kernel is told
    to reset those that no longer fit."""
    act.server.sysctl("ipv4/tcp_abort_on_overflow", 1)
    backlog = act.dice.choice((4, 8, 16, 32))
    allowed = act.dice.choice((1, 2, 5))
    await haproxy(act, bind(act, f"maxconn {allowed} backlog {backlog}") + f"  {ANSWER}\n")

    async def occupy(number, dice):
        await (await visitors.visit(act, number)).ask(GET, b"yes")

    await act.each(occupy, count=allowed, apart=0.05)
    await asyncio.sleep(0.3)
    await visitors.overflow(act, backlog, GET)


@family("keepalive_timeout/haproxy", own_port=True, most=12, seconds=14, tools=("haproxy",))
async def keep_alive(act):
    """HAProxy sends keep-alive probes to a silent client, whose path is cut: its kernel resets the connection."""
    idle, interval, count = act.dice.choice(((1, 1, 3), (2, 1, 4), (1, 2, 2), (3, 1, 5)))
    await haproxy(act, bind(act) + f"  option clitcpka\n  clitcpka-idle {idle}s\n  clitcpka-intvl {interval}s\n"
                                   f"  clitcpka-cnt {count}\n  {ANSWER}\n")
    act.note_service(KEPT_ALIVE)

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        await visitor.ask(GET, b"yes")
        await asyncio.sleep(dice.choice((0.3, 2.4)))
        async with act.blocked(visitor.flow, dice.choice(("both", "server", "client"))):
            await asyncio.sleep(idle + interval * count + 1.5)
        visitor.note("client", late("data_after_close"))
        await visitor.sees_the_end(1)

    await act.each(play)


@family("service_stopped/haproxy", own_port=True, seconds=11, tools=("haproxy",))
async def stopped(act):
    """HAProxy is stopped in order while clients still come; it may be started again."""
    settings = bind(act) + f"  {ANSWER}\n"
    await visitors.go_down(act, await haproxy(act, settings), greeted, lambda: haproxy(act, settings),
                           (signal.SIGTERM, signal.SIGINT))


@family("process_exit/haproxy-killed", own_port=True, least=2, seconds=9, tools=("haproxy",))
async def killed(act):
    """HAProxy hangs, its clients' requests lie unread, and it is killed."""
    await visitors.die_while_busy(act, await haproxy(act, bind(act) + f"  {ANSWER}\n"), greeted, GET)


@family("fast_close/haproxy-to-its-server", own_port=True, most=20, seconds=9, tools=("haproxy",))
async def to_its_server(act):
    """HAProxy on a client's host passes on single requests to a server (http-server-close). Once the answer is there it
    closes the connection first, and as that would leave a TIME_WAIT it resets."""
    act.note_service(aborted("fast_close"), "client")
    act.note_service(late("data_after_close"))
    service = act.listen()
    node, inner = act.client(0), act.stage.free_port(act.dice)
    proxy = await haproxy(act, f"listen lab\n  bind 127.0.0.1:{inner}\n  option http-server-close\n"
                               f"  server one {programs.url_host(act.address)}:{act.port}\n", node)
    await programs.until_serving(proxy, inner)

    async def answer(sock):
        with contextlib.suppress(OSError):
            while await act.loop.sock_recv(sock, 65536):
                await act.loop.sock_sendall(sock, b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes")
        sock.close()

    programs.answer_all(act, service, answer)

    async def play(number, dice):
        await programs.run(act, node, "curl", "-s", "-m", "6", f"http://127.0.0.1:{inner}/")

    await act.each(play, apart=0.1)
