# SPDX-License-Identifier: GPL-2.0-or-later
"""nginx as a server, with one worker; its clients are sockets of ours."""

import asyncio
import signal
from socket import SO_RCVBUF, SOL_SOCKET

from .. import programs, visitors
from ..family import family
from ..ledger import late
from ..talk import some_bytes

CONFIGURATION = """daemon off; user root; worker_processes 1; pid {folder}/pid; error_log {folder}/errors;
events {{ worker_connections 256; }}
http {{
  access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen {listen}; {settings} root {folder}; location / {{ return 200 "yes\\n"; }} {places} }}
}}
"""
GET = b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n"
YES = b"yes\n"


async def nginx(act, settings="", places="", backlog=511):
    """nginx at the act's port; its master."""
    folder = programs.folder(act)
    (folder / "big").write_bytes(b"0123456789abcde\n" * 200_000)
    listen = f"{programs.url_host(act.address)}:{act.port} backlog={backlog}"
    file = folder / "nginx.conf"
    file.write_text(CONFIGURATION.format(folder=folder, listen=listen, settings=settings, places=places), encoding="ascii")
    return await programs.serve(act, "nginx", "-e", folder / "errors", "-c", file)


async def greeted(act, number):
    visitor = await visitors.visit(act, number)
    await visitor.ask(GET, YES)
    return visitor


def rest_is_an_error(act):
    """An answer of 4xx and close(), while bytes of the request lie unread."""
    act.note_service({"TCP_ABORT_ON_CLOSE": "application_protocol_error", **late("data_after_close")})


@family("application_protocol_error/nginx-413", own_port=True, seconds=9, tools=("nginx",))
async def too_large(act):
    """A client uploads more than nginx allows: "413 Request Entity Too Large". nginx throws the upload away for a
    second, which is its lingering_time, then closes with the rest unread."""
    await nginx(act, f"client_max_body_size {act.dice.choice((1, 4, 16))}k; lingering_time {act.dice.choice((1, 2))}s;")
    rest_is_an_error(act)

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        for _ in range(dice.choice((0, 0, 1, 3))):
            await visitor.ask(GET, YES)
        await visitor.send(b"POST /up HTTP/1.1\r\nHost: lab\r\nContent-Length: 500000\r\n\r\n")
        for _ in range(40):
            await visitor.send(b"u" * dice.randrange(500, 8000), more=True)
            await asyncio.sleep(0.1)

    await act.each(play)


@family("application_protocol_error/nginx-cookie", own_port=True, tools=("nginx",))
async def cookie_too_large(act):
    """A client sends a header larger than nginx allows: "400 Request Header Or Cookie Too Large", and a close with
    the rest unread."""
    await nginx(act, f"lingering_close off; large_client_header_buffers 2 {act.dice.choice((1, 2, 8))}k;")
    rest_is_an_error(act)

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        cookie = b"biscuit=" * dice.randrange(2500, 9000)
        await visitor.send(b"GET / HTTP/1.1\r\nHost: lab\r\nCookie: " + cookie + b"\r\n\r\n")
        await visitor.sees_the_end(3)
        visitor.close()

    await act.each(play)


@family("data_after_close/nginx-keep-alive", own_port=True, seconds=11, tools=("nginx",))
async def keep_alive_over(act):
    """nginx closes a kept-alive connection after some seconds; the client sends its next request into it, unaware."""
    patience = act.dice.choice((1, 2, 3))
    await nginx(act, f"keepalive_timeout {patience};")

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        for _ in range(dice.choice((1, 1, 2, 4))):
            await visitor.ask(GET, YES)
        await asyncio.sleep(patience + dice.uniform(0.5, 2.5))
        await visitor.send(GET)
        await visitor.sees_the_end(3)
        visitor.close()

    await act.each(play)


@family("data_after_close/nginx-keep-alive-requests", own_port=True, tools=("nginx",))
async def pipelined(act):
    """nginx serves so many requests on a connection, then closes; the client has sent more of them in advance."""
    allowed = act.dice.choice((1, 2, 5))
    await nginx(act, f"keepalive_requests {allowed}; lingering_close off;")
    act.note_service({"TCP_ABORT_ON_CLOSE": "unread_data", **late("data_after_close")})

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        await visitor.send(GET * allowed)
        await visitor.read_until(YES)
        await asyncio.sleep(dice.choice((0, 0.3, 1)))
        for _ in range(dice.choice((1, 2, 4))):
            await visitor.send(GET)
            await asyncio.sleep(dice.choice((0, 0.1)))
        await visitor.sees_the_end(3)
        visitor.close()

    await act.each(play)


@family("application_abort/nginx-444", own_port=True, tools=("nginx",))
async def no_answer(act):
    """nginx is told to drop a request without an answer (444) and to reset such connections."""
    await nginx(act, "reset_timedout_connection on;", "location /secret { return 444; }")
    act.note_service({"TCP_STATE": "application_abort", **late("data_after_close")})

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        for _ in range(dice.choice((0, 0, 1, 2))):
            await visitor.ask(GET, YES)
        await visitor.send(b"GET /secret HTTP/1.1\r\nHost: lab\r\n\r\n")
        await visitor.sees_the_end(3)
        visitor.close()

    await act.each(play)


@family("idle_timeout/nginx-body", own_port=True, seconds=19, tools=("nginx",))
async def body_never_comes(act):
    """A client sends half of a request body and falls silent; nginx waits for it (client_body_timeout) and resets."""
    patience = act.dice.randrange(8, 14)
    await nginx(act, f"reset_timedout_connection on; client_body_timeout {patience};",
                "location /up { proxy_pass http://127.0.0.1:1; }")
    act.note_service({"TCP_STATE": "idle_timeout", **late("data_after_close")})

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        for _ in range(dice.choice((0, 0, 1, 2))):
            await visitor.ask(GET, YES)
        await visitor.send(b"POST /up HTTP/1.1\r\nHost: lab\r\nContent-Length: 9000\r\n\r\n" + some_bytes(dice, 1, 6000))
        await visitor.sees_the_end(patience + 4)
        visitor.close()

    await act.each(play)


@family("zero_window_timeout/nginx-send", own_port=True, most=8, seconds=18, tools=("nginx",))
async def nobody_reads(act):
    """A client asks for a large file and does not read it, its window closes; nginx waits (send_timeout) and resets."""
    patience = act.dice.randrange(4, 12)
    await nginx(act, f"reset_timedout_connection on; send_timeout {patience};", "location /big { }")
    act.note_service({"TCP_STATE": "zero_window_timeout", **late("data_after_close")})

    async def play(number, dice):
        visitor = await visitors.visit(act, number, prepare=slow_reader)
        await visitor.send(b"GET /big HTTP/1.1\r\nHost: lab\r\n\r\n")
        await asyncio.sleep(patience + 3)

    await act.each(play)


def slow_reader(sock):
    sock.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096)


@family("process_exit/nginx-worker-killed", own_port=True, least=2, seconds=9, tools=("nginx",))
async def worker_killed(act):
    """nginx's only worker hangs and is killed: resets where requests lay unread, FINs elsewhere. The master starts
    another, which serves again."""
    master = await nginx(act)
    await visitors.die_while_busy(act, master, greeted, GET, processes=lambda: master.workers)


@family("service_stopped/nginx-restarted", own_port=True, seconds=12, tools=("nginx",))
async def restarted(act):
    """nginx serves, is stopped (in order, or at once), refuses, and is started again, or not."""
    await visitors.go_down(act, await nginx(act), greeted, lambda: nginx(act), (signal.SIGTERM, signal.SIGQUIT))


@family("accept_queue_overflow/nginx-stopped", own_port=True, least=6, seconds=11, calm=True, nat=False, alone=True,
        tools=("nginx",))
async def queue_full(act):
    """nginx hangs behind a short queue, and the kernel is told to reset those that no longer fit."""
    act.server.sysctl("ipv4/tcp_abort_on_overflow", 1)
    backlog = act.dice.choice((4, 8, 16, 32))
    master = await nginx(act, backlog=backlog)
    master.signal(signal.SIGSTOP, *master.workers)
    await visitors.overflow(act, backlog, GET)
    master.signal(signal.SIGCONT, *master.workers)
    await asyncio.sleep(0.5)
