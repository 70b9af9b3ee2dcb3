# SPDX-License-Identifier: GPL-2.0-or-later
"""curl and wget as clients: impatient, choosy, or content with part of an answer."""

import asyncio
import sys

from ...story import Flow
from .. import programs
from ..family import family
from ..ledger import ANYBODY, late
from .nginx import nginx
from .node import NET, node

BIG = "location /big { limit_rate %s; }"
HEAD = "import sys; sys.stdin.buffer.read(int(sys.argv[1]))"


def url(act, path="/"):
    return f"http://{programs.url_host(act.address)}:{act.port}{path}"


def stops_reading(act):
    """The client closes: with bytes unread it resets (tcp: __tcp_close()), and what comes later meets no socket."""
    act.note_service({"TCP_ABORT_ON_CLOSE": "unread_data", **late("data_after_close")}, "client")


@family("unread_data/curl-max-time", own_port=True, most=12, seconds=8, tools=("nginx", "curl"))
async def max_time(act):
    """curl downloads slowly (--limit-rate), and its time is over (--max-time) before it has read what it received."""
    await nginx(act, places=BIG % 0)
    stops_reading(act)

    async def play(number, dice):
        rate, patience = dice.choice(("5k", "20k", "80k")), round(dice.uniform(0.8, 4), 1)
        await programs.run(act, act.client(number), "curl", "-s", "-o", "/dev/null", "--limit-rate", rate, "--max-time",
                           patience, url(act, "/big"))

    await act.each(play)


@family("data_after_close/curl-max-time", own_port=True, most=12, seconds=9, tools=("node", "curl"))
async def max_time_slow_server(act):
    """A server writes a little now and then; curl, which has read it all so far, goes when its time is over
    (--max-time). The next part of the answer meets a closed socket."""
    pause, ticks = act.dice.choice((150, 400, 700)), act.dice.choice((1, 50, 900))
    await node(act, NET % ("{allowHalfOpen: true}",
                           "socket.resume(); socket.write('HTTP/1.1 200 OK\\r\\n\\r\\n'); const ticking = setInterval("
                           f"() => socket.write('tick '.repeat({ticks})), {pause}); socket.on('close', "
                           "() => clearInterval(ticking));"))
    stops_reading(act)

    async def play(number, dice):
        await programs.run(act, act.client(number), "curl", "-s", "-N", "-o", "/dev/null", "--max-time",
                           round(dice.uniform(0.8, 4), 2), url(act))

    await act.each(play)
    await asyncio.sleep(1)


@family("unread_data/curl-into-a-pipe", own_port=True, most=12, seconds=7, tools=("nginx", "curl", "sh"))
async def into_a_pipe(act):
    """curl writes into a pipe whose reader has seen enough (curl … | head): it fails to write and closes."""
    await nginx(act, places=BIG % 0)
    stops_reading(act)
    line = f'curl -s "$0" | "$1" -c "{HEAD}" "$2"'

    async def play(number, dice):
        await programs.run(act, act.client(number), "sh", "-c", line, url(act, "/big"), sys.executable,
                           dice.randrange(10, 60_000))

    await act.each(play)


@family("unread_data/wget-error-page", own_port=True, most=12, seconds=7, tools=("nginx", "wget"))
async def error_page(act):
    """wget is answered "404 Not Found" with a long page, which it does not care to read: it closes."""
    await nginx(act, places="error_page 404 /big; location /gone { return 404; } location /big { }")
    stops_reading(act)

    async def play(number, dice):
        await programs.run(act, act.client(number), "wget", "-q", "-O", "/dev/null", "--tries=1", url(act, "/gone"))

    await act.each(play)


@family("unread_data/wget-into-a-pipe", own_port=True, most=12, seconds=7, tools=("nginx", "wget", "sh"))
async def wget_into_a_pipe(act):
    """wget writes into a pipe whose reader has seen enough."""
    await nginx(act, places=BIG % 0)
    stops_reading(act)
    line = f'wget -q -O - "$0" | "$1" -c "{HEAD}" "$2"'

    async def play(number, dice):
        await programs.run(act, act.client(number), "sh", "-c", line, url(act, "/big"), sys.executable,
                           dice.randrange(10, 60_000))

    await act.each(play)


@family("connect_timeout/curl", own_port=True, most=10, seconds=15, calm=True, nat=False, tools=("nginx", "curl"))
async def connect_timeout(act):
    """No SYN-ACK gets through while curl tries to connect (--connect-timeout); it gives up, then one does."""
    await give_up(act, "connect_timeout", ("3.6", "4.5", "6"), 7)


@family("connect_cancelled/curl", own_port=True, most=10, seconds=9, calm=True, nat=False, tools=("nginx", "curl"))
async def connect_cancelled(act):
    """The SYN-ACK is late, and curl waits less than a second for it (--connect-timeout)."""
    await give_up(act, "connect_cancelled", ("0.2", "0.5", "0.8"), 3)


async def give_up(act, token, patience, aftermath):
    await nginx(act)
    act.note_service(late(token), "client")
    cut = await act.rules(act.router, "forward", [f"tcp sport {act.port} tcp flags & (syn | ack) == (syn | ack) drop"])

    async def play(number, dice):
        await programs.run(act, act.client(number), "curl", "-s", "--connect-timeout", dice.choice(patience), url(act))

    await act.each(play, apart=0.05)
    await act.no_rules(act.router, cut)
    await asyncio.sleep(aftermath)


@family("happy_eyeballs/curl", own_port=True, most=10, seconds=9, calm=True, nat=False, tools=("curl",))
async def happy_eyeballs(act):
    """A name has an IPv6 and an IPv4 address; the first one answers late, curl tries the other beside it, uses that,
    and has closed the first when its SYN-ACK comes."""
    slow = act.ip
    services = [act.stage.listen(act.server, ip, act.port, 64) for ip in (4, 6)]
    for ip in (4, 6):
        everybody = Flow(ANYBODY, (act.server.address[ip], act.port))
        act.note(everybody, "client", late("happy_eyeballs" if ip == slow else "data_after_close"))

    async def answer(sock):
        try:
            await act.loop.sock_recv(sock, 65536)
            await act.loop.sock_sendall(sock, b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nyes")
        finally:
            sock.close()

    for service in services:
        programs.answer_all(act, service, answer)
    word = "ip" if slow == 4 else "ip6"
    late_ones = await act.rules(act.router, "forward", [
        f"{word} saddr {act.address} tcp sport {act.port} tcp flags & (syn | ack) == (syn | ack) drop"])
    both = ",".join(programs.url_host(act.server.address[ip]) for ip in (slow, 10 - slow))

    async def play(number, dice):
        await programs.run(act, act.client(number), "curl", "-s", "--happy-eyeballs-timeout-ms",
                           dice.choice((50, 200, 250)), "--resolve", f"lab.test:{act.port}:{both}",
                           f"http://lab.test:{act.port}/")

    await act.each(play, apart=0.01)
    await act.no_rules(act.router, late_ones)
    await asyncio.sleep(3)

