# SPDX-License-Identifier: GPL-2.0-or-later
"""Servers that say in clear what they do not like, and close with the rest of it unread."""

import asyncio
import struct

from .. import programs, visitors
from ..family import family
from ..ledger import late
from ..talk import some_bytes
from .databases import POSTGRES_TOOLS, postgres, query
from .sessions import administrator_of

NGIRCD = """[Global]
Name = irc.lab.test
Info = lab
Listen = {address}
Ports = {port}
ServerGID = nogroup
ServerUID = nobody
[Limits]
MaxConnectionsIP = 0
[Options]
DNS = no
Ident = no
PAM = no
"""


def error_then_reset(act):
    """Words of an error, and close(), while bytes of the client lie unread."""
    act.note_service({"TCP_ABORT_ON_CLOSE": "application_protocol_error", **late("data_after_close")})


async def say_all(act, words, greeting=b"", patience=4):
    """Each client waits for the `greeting` up to these bytes, if there is one, says words(dice), and sees the end."""
    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        if greeting:
            await visitor.read_until(greeting)
            await asyncio.sleep(dice.choice((0, 0, 0.1)))
        await visitor.send(words(dice))
        await visitor.sees_the_end(patience)
        visitor.close()

    await act.each(play)


@family("application_protocol_error/nats-payload-too-large", own_port=True, most=30, seconds=9, tools=("nats-server",))
async def nats(act):
    """A client publishes more in one message than the NATS server allows (max_payload). The server says
    "-ERR 'Maximum Payload Violation'" and closes, with most of the message unread."""
    file = programs.folder(act) / "nats.conf"
    file.write_text(f"max_payload: {act.dice.choice((1024, 8192, 65536))}\n", encoding="ascii")
    await programs.serve(act, "nats-server", "-c", file, "-a", act.address, "-p", act.port)
    error_then_reset(act)

    def message(dice):
        size = dice.randrange(80_000, 400_000)
        hello = b'CONNECT {"verbose":false,"lang":"lab"}\r\n' + dice.choice((b"", b"PING\r\n"))
        return hello + b"PUB lab.words %d\r\n" % size + b"p" * size + b"\r\n"

    await say_all(act, message, greeting=b"}")


@family("application_protocol_error/ngircd-line-too-long", own_port=True, most=30, seconds=9, tools=("ngircd",))
async def ngircd(act):
    """A client of ngIRCd says a line that is longer than IRC allows. ngIRCd says "ERROR :Request too long" and closes;
    what follows lies unread."""
    file = programs.folder(act) / "ngircd.conf"
    file.write_text(NGIRCD.format(address=act.address, port=act.port), encoding="ascii")
    act.server.sysctl("ipv4/ip_unprivileged_port_start", 0)  # it gives up its privileges before it binds
    await programs.serve(act, "ngircd", "-n", "-f", file)
    error_then_reset(act)

    def chatter(dice):
        logged_in = dice.choice((b"", b"NICK lab%d\r\n" % dice.randrange(10_000)))
        tail = b"".join(b"PRIVMSG #lab :%s\r\n" % some_bytes(dice, 20, 300) for _ in range(dice.randrange(60, 250)))
        return logged_in + b"PRIVMSG #lab :" + some_bytes(dice, 600, 1500) + b"\r\n" + tail

    await say_all(act, chatter)


@family("application_protocol_error/micro-httpd-post", own_port=True, most=30, seconds=8, tools=("socat", "micro-httpd"))
async def micro_httpd(act):
    """A form is posted to micro_httpd, which runs for each connection as under inetd and knows GET alone. It says
    "501 Not Implemented" and ends, having read one buffer of the request."""
    folder = programs.folder(act)
    (folder / "index.html").write_text("<p>lab</p>\n", encoding="ascii")
    await programs.serve(act, "socat", f"TCP{act.ip}-LISTEN:{act.port},bind={programs.url_host(act.address)},fork,"
                         "reuseaddr,backlog=64", f"EXEC:{programs.path_of('micro-httpd')} {folder},nofork")
    error_then_reset(act)

    def form(dice):
        size = dice.randrange(6000, 60_000)
        return (b"POST /form HTTP/1.1\r\nHost: lab\r\nContent-Type: application/octet-stream\r\n"
                b"Content-Length: %d\r\n\r\n" % size + b"f" * size)

    await say_all(act, form)


@family("application_protocol_error/postgres-no-such-database", own_port=True, most=20, seconds=14, tools=POSTGRES_TOOLS)
async def no_such_database(act):
    """Clients name a database that PostgreSQL does not have, and send their long first query at once, as pipelining
    drivers do. PostgreSQL says 'FATAL: database "…" does not exist' and goes, with most of the query unread."""
    await postgres(act)
    administrator = await administrator_of(act)
    error_then_reset(act)

    def startup(dice):
        words = b"user\0postgres\0database\0shop%d\0\0" % dice.randrange(100)
        values = "x" * dice.randrange(20_000, 120_000)
        return struct.pack("!II", 8 + len(words), 196608) + words + query(f"select length('{values}')")

    await say_all(act, startup)
    administrator.close()


@family("application_protocol_error/xinetd-refuses", own_port=True, most=30, seconds=8, tools=("xinetd",))
async def xinetd_refuses(act):
    """xinetd does not let these clients in (no_access): it shows them the words of its administrator (banner_fail) and
    closes. It reads a little of what they had to say, so as not to reset; they had more to say."""
    folder = programs.folder(act)
    (folder / "banner").write_text("500 access denied by policy, ask the administrator\r\n", encoding="ascii")
    file = folder / "xinetd.conf"
    file.write_text(f"service lab\n{{\n type = UNLISTED\n socket_type = stream\n protocol = tcp\n wait = no\n user = root\n"
                    f" flags = IPv{act.ip}\n bind = {act.address}\n port = {act.port}\n server = /bin/cat\n"
                    f" instances = UNLIMITED\n cps = 1000 1\n no_access = {' '.join(c.address[act.ip] for c in act.clients)}\n"
                    f" banner_fail = {folder}/banner\n}}\n", encoding="ascii")
    await programs.serve(act, "xinetd", "-dontfork", "-f", file, "-pidfile", folder / "pid", "-filelog", folder / "log")
    error_then_reset(act)
    await say_all(act, lambda dice: b"HELLO " + some_bytes(dice, 3000, 20_000) + b"\r\n")
