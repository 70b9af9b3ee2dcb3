# SPDX-License-Identifier: GPL-2.0-or-later
"""TLS handshakes that fail, and stunnel, which likes to reset."""

import asyncio
import signal

from .. import programs, visitors
from ..family import family
from ..ledger import aborted, late
from .nginx import CONFIGURATION

ALERT = {"TCP_ABORT_ON_CLOSE": "application_protocol_error", **late("data_after_close")}


async def certificate(act):
    """A certificate that nobody trusts: its folder, with `key` and `cert`."""
    folder = programs.folder(act)
    await programs.run(act, act.server, "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                       "-nodes", "-subj", "/CN=lab", "-keyout", folder / "key", "-out", folder / "cert")
    (folder / "pem").write_bytes((folder / "key").read_bytes() + (folder / "cert").read_bytes())
    return folder


async def nginx_tls(act, settings):
    folder = await certificate(act)
    file = folder / "nginx.conf"
    listen = f"{programs.url_host(act.address)}:{act.port} ssl"
    settings = f"ssl_certificate {folder}/cert; ssl_certificate_key {folder}/key; {settings}"
    file.write_text(CONFIGURATION.format(folder=folder, listen=listen, settings=settings, places=""), encoding="ascii")
    return await programs.serve(act, "nginx", "-e", folder / "errors", "-c", file)


async def stunnel(act, settings, inner=None):
    """stunnel at the act's port, in front of `inner`, a port of the same host."""
    folder = await certificate(act)
    file = folder / "stunnel.conf"
    file.write_text(f"foreground = yes\npid =\nsyslog = no\n[lab]\naccept = {act.address}:{act.port}\n"
                    f"connect = 127.0.0.1:{inner or 1}\ncert = {folder}/pem\n{settings}\n", encoding="ascii")
    return await programs.serve(act, "stunnel4", file)


def url(act):
    return f"https://{programs.url_host(act.address)}:{act.port}/"


async def browse(act, *words):
    async def play(number, dice):
        await programs.run(act, act.client(number), "curl", "-s", "-m", "6", *words, url(act))

    await act.each(play, apart=0.1)


@family("application_protocol_error/curl-distrusts-nginx", own_port=True, most=15, seconds=9,
        tools=("openssl", "nginx", "curl"))
async def distrusts_nginx(act):
    """curl does not trust nginx's certificate: a fatal alert, and a reset, when more of the server's words lie unread."""
    await nginx_tls(act, act.dice.choice(("", "ssl_protocols TLSv1.3;", "ssl_protocols TLSv1.2;")))
    act.note_service(ALERT, "client")
    act.note_service(ALERT)
    await browse(act)


@family("application_protocol_error/curl-distrusts-openssl", own_port=True, most=15, seconds=9, tools=("openssl", "curl"))
async def distrusts_openssl(act):
    """curl does not trust the certificate of openssl s_server: a fatal alert, and a reset, for the rest lies unread."""
    folder = await certificate(act)
    await programs.serve(act, "openssl", "s_server", "-accept", f"{programs.url_host(act.address)}:{act.port}", "-www",
                         "-key", folder / "key", "-cert", folder / "cert")
    act.note_service(ALERT, "client")
    act.note_service(ALERT)
    await browse(act)


@family("application_protocol_error/stunnel-wants-a-certificate", own_port=True, most=15, seconds=9,
        tools=("stunnel4", "curl", "openssl"))
async def wants_a_certificate(act):
    """stunnel demands a client's certificate, and curl has none: a fatal alert, and stunnel resets."""
    await stunnel(act, "verifyChain = yes\nCAfile = /etc/ssl/certs/ca-certificates.crt\n"
                       f"sslVersionMax = {act.dice.choice(('TLSv1.2', 'TLSv1.3'))}")
    act.note_service(aborted("application_protocol_error"))
    act.note_service(ALERT, "client")
    await browse(act, "-k")


@family("unread_data/stunnel-plain-http", own_port=True, most=30, tools=("stunnel4", "openssl"))
async def plain_http(act):
    """A client speaks plain HTTP to a TLS port. stunnel reads no further than the first bytes, says nothing, and
    closes with the rest unread."""
    await stunnel(act, "")
    act.note_service({"TCP_ABORT_ON_CLOSE": "unread_data", **late("data_after_close")})

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        await visitor.send(b"GET / HTTP/1.1\r\nHost: lab\r\nUser-Agent: " + b"lab" * dice.randrange(1, 900) + b"\r\n\r\n")
        await visitor.sees_the_end(3)
        visitor.close()

    await act.each(play)


@family("application_abort/stunnel-without-backend", own_port=True, most=15, seconds=9,
        tools=("stunnel4", "curl", "openssl"))
async def without_backend(act):
    """stunnel cannot reach the service that it stands for, and resets the client."""
    await stunnel(act, "")
    act.note_service(aborted("application_abort"))
    await browse(act, "-k")


@family("idle_timeout/stunnel", own_port=True, most=12, seconds=19, tools=("stunnel4", "openssl", "nginx"))
async def idle(act):
    """A TLS session through stunnel is silent for some seconds (TIMEOUTidle); stunnel resets it."""
    inner = act.stage.free_port(act.dice)
    folder = programs.folder(act)
    file = folder / "nginx.conf"
    text = CONFIGURATION.format(folder=folder, listen=f"127.0.0.1:{inner}", settings="", places="")
    file.write_text(text, encoding="ascii")
    behind = await programs.start(act, act.server, "nginx", "-e", folder / "errors", "-c", file)
    await programs.until_serving(behind, inner)
    patience = act.dice.randrange(8, 12)
    await stunnel(act, f"TIMEOUTidle = {patience}", inner)
    act.note_service(aborted("idle_timeout"))
    sessions = []

    async def play(number, dice):
        session = await programs.start(act, act.client(number), "openssl", "s_client", "-quiet", "-connect",
                                       f"{programs.url_host(act.address)}:{act.port}", stdin=asyncio.subprocess.PIPE)
        sessions.append(session)
        session.process.stdin.write(b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n")
        await session.over(patience + 4)

    await act.each(play, apart=0.05)
    for session in sessions:
        session.signal(signal.SIGSTOP)  # nobody speaks when the capture ends
