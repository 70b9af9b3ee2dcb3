# SPDX-License-Identifier: GPL-2.0-or-later
"""Python as a server, by its own http.server or by Gunicorn, and as a client (urllib)."""

import asyncio
import sys

from .. import programs, visitors
from ..family import family
from ..ledger import KILLED, late
from .lighttpd import lighttpd

APPLICATION = """
import time

def lab(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        time.sleep(60)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4")])
    return [b"yes\\n"]
"""
HTTP_SERVER = """
import http.server, socket, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(b"thank you\\n")

class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET

Server((sys.argv[1], int(sys.argv[2])), Handler).serve_forever()
"""
PEEK = """
import sys, time, urllib.request
answer = urllib.request.urlopen(sys.argv[1])
answer.read(int(sys.argv[2]))
time.sleep(float(sys.argv[3]))
answer.close()
"""


async def gunicorn(act, *words):
    """Gunicorn at the act's port, with workers that serve one client at a time."""
    folder = programs.folder(act)
    (folder / "application.py").write_text(APPLICATION, encoding="ascii")
    return await programs.serve(act, "gunicorn", "--bind", f"{programs.url_host(act.address)}:{act.port}", "--chdir", folder,
                                "--worker-tmp-dir", folder, *words, "application:lab", env={"PYTHONDONTWRITEBYTECODE": "1"})


def upload(dice, path, least, most):
    """A POST with its whole body."""
    size = dice.randrange(least, most)
    return b"POST %s HTTP/1.1\r\nHost: lab\r\nContent-Length: %d\r\n\r\n" % (path, size) + b"u" * size


@family("application_protocol_error/gunicorn-line-too-long", own_port=True, most=20, seconds=9, tools=("gunicorn",))
async def line_too_long(act):
    """A client asks for an address that is longer than Gunicorn allows (limit_request_line): "400 Bad Request", and a
    close, before the address has been read to its end."""
    await gunicorn(act, "--workers", act.dice.choice((1, 2)), "--limit-request-line", act.dice.choice((1024, 4094)))
    act.note_service({"TCP_ABORT_ON_CLOSE": "application_protocol_error", **late("data_after_close")})

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        words = b"&and=more" * dice.randrange(2500, 7000)
        await visitor.send(b"GET /?search=all" + words + b" HTTP/1.1\r\nHost: lab\r\n\r\n")
        await visitor.sees_the_end(4)
        visitor.close()

    await act.each(play)


@family("unread_data/gunicorn-body-ignored", own_port=True, most=20, seconds=9, tools=("gunicorn",))
async def body_ignored(act):
    """An application behind Gunicorn answers an upload with 200 and has not looked at its body; Gunicorn closes."""
    await gunicorn(act, "--workers", act.dice.choice((1, 2)))
    act.note_service({"TCP_ABORT_ON_CLOSE": "unread_data", **late("data_after_close")})

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        await visitor.send(upload(dice, b"/hook", 20_000, 90_000))
        await visitor.sees_the_end(4)
        visitor.close()

    await act.each(play)


@family("process_exit/gunicorn-worker-timeout", own_port=True, least=2, most=6, seconds=12, tools=("gunicorn",))
async def worker_timeout(act):
    """All workers of a Gunicorn are stuck in their application; their master kills them (WORKER TIMEOUT), and what was
    being uploaded to them lies unread. New workers serve again."""
    await gunicorn(act, "--workers", act.count, "--timeout", act.dice.choice((2, 3, 4)))
    await asyncio.sleep(1)  # until all have started: whoever comes then finds a free one
    act.note_service(KILLED)

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        await visitor.send(upload(dice, b"/slow", 20_000, 90_000))
        await visitor.sees_the_end(7)
        visitor.close()

    async def come_again(number, dice):
        visitor = await visitors.visit(act, number)
        await visitor.ask(b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n", b"yes")
        visitor.close()

    await act.each(play)
    await act.each(come_again, count=1)


@family("unread_data/python-answers-an-upload", own_port=True, most=20, seconds=8, tools=("python3",))
async def answers_an_upload(act):
    """A small server made of Python's http.server answers a POST without reading its body, and closes."""
    await programs.serve(act, sys.executable, "-c", HTTP_SERVER, act.address, act.port)
    act.note_service({"TCP_ABORT_ON_CLOSE": "unread_data", **late("data_after_close")})

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        await visitor.send(upload(dice, b"/form", 20_000, 90_000))
        await visitor.sees_the_end(4)
        visitor.close()

    await act.each(play)


@family("unread_data/python-urllib-peeks", own_port=True, most=10, seconds=9, tools=("lighttpd", "python3"))
async def peeks(act):
    """A script looks at the beginning of a large file (urllib), which is all it wants, and closes the answer."""
    await lighttpd(act)
    act.note_service({"TCP_ABORT_ON_CLOSE": "unread_data", **late("data_after_close")}, "client")

    async def play(number, dice):
        await programs.run(act, act.client(number), sys.executable, "-c", PEEK,
                           f"http://{programs.url_host(act.address)}:{act.port}/big", dice.choice((16, 512, 4096, 60_000)),
                           dice.choice((0.05, 0.3, 1.5)))

    await act.each(play)
