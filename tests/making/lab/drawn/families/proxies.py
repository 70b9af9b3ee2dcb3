# SPDX-License-Identifier: GPL-2.0-or-later
"""Tinyproxy, HAProxy before a database, and Icecast: what stands between those who send and those who receive."""

import asyncio

from .. import programs, visitors
from ..family import family
from ..ledger import aborted, late
from ..talk import some_bytes
from .haproxy import bind, haproxy
from .redis import PING, PONG, greeted

TINYPROXY = """User nobody
Group nogroup
Port {port}
Listen {address}
Timeout 20
MaxClients 100
LogLevel Error
Filter "{folder}/filter"
FilterDefaultDeny No
"""
ICECAST = """<icecast>
<limits><clients>100</clients><sources>5</sources><header-timeout>15</header-timeout></limits>
<authentication><source-password>right</source-password><admin-user>lab</admin-user>
<admin-password>right</admin-password></authentication>
<hostname>lab</hostname>
<listen-socket><port>{port}</port><bind-address>{address}</bind-address></listen-socket>
<paths><basedir>{folder}</basedir><logdir>{folder}</logdir><webroot>{folder}</webroot><adminroot>{folder}</adminroot></paths>
<logging><accesslog>access</accesslog><errorlog>errors</errorlog><loglevel>1</loglevel></logging>
</icecast>
"""


@family("application_protocol_error/tinyproxy-refuses", own_port=True, most=30, seconds=8, tools=("tinyproxy",))
async def refuses(act):
    """A client uploads through Tinyproxy to a site that is filtered ("403 Filtered") or does not answer ("500 Unable to
    connect"); Tinyproxy says so and closes before it has read the upload."""
    folder = programs.folder(act)
    (folder / "filter").write_text("forbidden\n", encoding="ascii")
    file = folder / "tinyproxy.conf"
    file.write_text(TINYPROXY.format(folder=folder, port=act.port, address=act.address), encoding="ascii")
    await programs.serve(act, "tinyproxy", "-d", "-c", file)
    act.note_service({"TCP_ABORT_ON_CLOSE": "application_protocol_error", **late("data_after_close")})
    site = act.dice.choice((b"forbidden.test", b"127.0.0.1:9"))

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        size = dice.randrange(30_000, 120_000)
        await visitor.send(b"POST http://%s/up HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n" % (site, site, size)
                           + b"u" * size)
        await visitor.sees_the_end(4)
        visitor.close()

    await act.each(play)


@family("application_protocol_error/icecast-wrong-password", own_port=True, most=12, seconds=8,
        tools=("icecast2", "setpriv"))
async def wrong_password(act):
    """An encoder with a wrong password begins to stream to Icecast and does not wait for its consent: "401 Authentication
    Required", and a close, while music lies unread."""
    folder = programs.folder(act, "icecast2")
    file = folder / "icecast.xml"
    file.write_text(ICECAST.format(folder=folder, port=act.port, address=act.address), encoding="ascii")
    await programs.serve(act, "icecast2", "-c", file, user="icecast2", cwd=folder)
    act.note_service({"TCP_ABORT_ON_CLOSE": "application_protocol_error", **late("data_after_close")})
    verb = act.dice.choice((b"PUT /live.mp3 HTTP/1.1", b"SOURCE /live.mp3 HTTP/1.0"))

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        await visitor.send(verb + b"\r\nHost: lab\r\nAuthorization: Basic c291cmNlOndyb25n\r\n"
                           b"Content-Type: audio/mpeg\r\n\r\n" + some_bytes(dice, 400, 9000))
        for _ in range(20):
            await asyncio.sleep(0.1)
            await visitor.send(some_bytes(dice, 1600, 3200))

    await act.each(play)


@family("idle_timeout/haproxy-nolinger", own_port=True, most=30, seconds=19, tools=("haproxy", "redis-server"))
async def nolinger(act):
    """HAProxy in front of a redis ends connections that have been silent for some seconds (timeout client), and as it is
    told not to linger (option nolinger), by a reset."""
    inner = act.stage.free_port(act.dice)
    behind = await programs.start(act, act.server, "redis-server", "--port", inner, "--bind", "127.0.0.1", "--save", "",
                                  "--dir", programs.folder(act))
    await programs.until_serving(behind, inner)
    patience = act.dice.randrange(8, 13)
    await haproxy(act, bind(act) + f"  mode tcp\n  option nolinger\n  timeout client {patience}s\n  default_backend redis\n"
                                   f"backend redis\n  mode tcp\n  server one 127.0.0.1:{inner}\n")
    act.note_service(aborted("idle_timeout"))

    async def play(number, dice):
        visitor = await greeted(act, number)
        for _ in range(dice.choice((0, 1, 4))):
            await visitor.ask(PING, PONG)
        await visitor.sees_the_end(patience + 4)
        visitor.close()

    await act.each(play)
