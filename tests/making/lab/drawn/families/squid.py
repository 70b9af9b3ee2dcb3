# SPDX-License-Identifier: GPL-2.0-or-later
"""Squid as a proxy on the server's host; its clients are sockets of ours, and what it asks for lives on its own host."""

import asyncio

from .. import programs, visitors
from ..family import family

CONFIGURATION = """http_port {listen}
http_access allow all
cache deny all
cache_mem 0 MB
memory_pools off
access_log none
cache_log {folder}/cache.log
cache_store_log none
pid_filename none
coredump_dir {folder}
netdb_filename none
shutdown_lifetime 1 second
max_filedescriptors 512
pinger_enable off
icon_directory {folder}
visible_hostname lab
{settings}
"""
ORIGIN = """
require('net').createServer(socket => { socket.on('error', () => {}); socket.on('data', () => { %s }); })
  .listen(+process.argv[1], '127.0.0.1');
"""
GET = b"GET http://127.0.0.1:%d/ HTTP/1.1\r\nHost: lab\r\n\r\n"


async def squid(act, settings=""):
    folder = programs.folder(act, "proxy")
    file = folder / "squid.conf"
    listen = f"{programs.url_host(act.address)}:{act.port}"
    file.write_text(CONFIGURATION.format(folder=folder, listen=listen, settings=settings), encoding="ascii")
    return await programs.serve(act, "squid", "-N", "-f", file, user="proxy", cwd=folder)


async def origin(act, script):
    """A server behind the proxy, on its loopback: its port."""
    port = act.stage.free_port(act.dice)
    behind = await programs.start(act, act.server, "node", "--max-old-space-size=32", "-e", ORIGIN % script, port)
    await programs.until_serving(behind, port)
    return port


def greets(port):
    async def greeted(act, number):
        visitor = await visitors.visit(act, number)
        await visitor.ask(GET % port, b"yes")
        return visitor

    return greeted


@family("data_after_close/squid-idle-client", own_port=True, most=30, seconds=15, tools=("squid", "setpriv", "node"))
async def idle_client(act):
    """Squid closes a client's connection that is silent for some seconds after a request; the next one is too late."""
    patience = act.dice.choice((1, 2, 3))
    await squid(act, f"client_idle_pconn_timeout {patience} seconds")
    port = await origin(act, "socket.write('HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\n\\r\\nyes');")

    await visitors.speak_too_late(act, greets(port), GET % port, patience)


@family("process_exit/squid-killed", own_port=True, least=2, most=30, seconds=13, tools=("squid", "setpriv", "node"))
async def killed(act):
    """Squid hangs, its clients' requests lie unread, and it is killed: resets, FINs for quiet ones, then refusals."""
    program = await squid(act)
    port = await origin(act, "socket.write('HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\n\\r\\nyes');")
    await visitors.die_while_busy(act, program, greets(port), GET % port)


@family("data_after_close/squid-too-large", own_port=True, most=20, seconds=12, tools=("squid", "setpriv"))
async def too_large(act):
    """A client uploads more than Squid allows (request_body_max_size): Squid says "413", has read all so far, and closes;
    what the client goes on to upload meets a closed socket."""
    await squid(act, "request_body_max_size 1 KB")

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        await visitor.send(b"POST http://127.0.0.1:9/ HTTP/1.1\r\nHost: lab\r\nContent-Length: 900000\r\n\r\n")
        for _ in range(40):
            await visitor.send(b"u" * dice.randrange(500, 8000), more=True)
            await asyncio.sleep(0.1)

    await act.each(play)
