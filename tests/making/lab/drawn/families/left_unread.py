# SPDX-License-Identifier: GPL-2.0-or-later
"""Programs that close with bytes unread: services that are spoken to in the wrong tongue, clients with enough."""

import asyncio
import signal

from .. import programs, visitors
from ..family import family
from ..ledger import late
from ..talk import some_bytes
from .curl import stops_reading, url
from .lighttpd import lighttpd
from .misaddressed import knock
from .nginx import nginx

XINETD = """service daytime
{{
  type = INTERNAL UNLISTED
  id = lab
  socket_type = stream
  protocol = tcp
  wait = no
  user = root
  flags = IPv{ip}
  bind = {address}
  port = {port}
  instances = UNLIMITED
  cps = 1000 1
}}
"""
PHP = "echo strlen(file_get_contents($argv[1], false, null, 0, (int) $argv[2]));"
LWP = ("use LWP::UserAgent; my $agent = LWP::UserAgent->new(max_size => $ARGV[1], timeout => 5);"
       "print length $agent->get($ARGV[0])->content;")


def closes_unread(act):
    act.note_service({"TCP_ABORT_ON_CLOSE": "unread_data", **late("data_after_close")})


@family("unread_data/php-reads-the-beginning", own_port=True, most=12, seconds=8, tools=("nginx", "php"))
async def php(act):
    """A PHP script wants no more than the beginning of a large file (file_get_contents with a length) and closes while
    the rest comes in."""
    await nginx(act, places="location /big { }")
    stops_reading(act)

    async def play(number, dice):
        await programs.run(act, act.client(number), "php", "-r", PHP, "--", url(act, "/big"),
                           dice.choice((100, 5000, 100_000, 800_000)))

    await act.each(play)


@family("unread_data/mosquitto-meets-http", own_port=True, most=30, seconds=8, tools=("mosquitto",))
async def mosquitto(act):
    """Somebody speaks HTTP to an MQTT broker. Its first bytes are no CONNECT: mosquitto closes without a word, with the
    rest unread."""
    file = programs.folder(act) / "mosquitto.conf"
    file.write_text(f"listener {act.port} {act.address}\nallow_anonymous true\nuser root\n", encoding="ascii")
    await programs.serve(act, "mosquitto", "-c", file)
    closes_unread(act)
    await knock(act)


@family("unread_data/xinetd-daytime", own_port=True, most=30, seconds=8, tools=("xinetd",))
async def daytime(act):
    """xinetd's own daytime service tells the time to whoever comes and closes. It never reads. It is busy when these
    come, who say something, little or much: each is reset after his answer."""
    folder = programs.folder(act)
    file = folder / "xinetd.conf"
    file.write_text(XINETD.format(ip=act.ip, address=act.address, port=act.port), encoding="ascii")
    program = await programs.serve(act, "xinetd", "-dontfork", "-f", file, "-pidfile", folder / "pid", "-filelog",
                                   folder / "log")
    closes_unread(act)

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        await visitor.send(dice.choice((b"\r\n", b"GET / HTTP/1.0\r\n\r\n", some_bytes(dice, 500, 9000))))
        await visitor.sees_the_end(4)
        visitor.close()

    program.signal(signal.SIGSTOP)
    coming = asyncio.ensure_future(act.each(play, apart=0.01))
    await asyncio.sleep(act.dice.uniform(0.6, 1.2))
    program.signal(signal.SIGCONT)
    await coming


@family("unread_data/lwp-max-size", own_port=True, most=12, seconds=8, tools=("lighttpd", "perl"))
async def lwp(act):
    """A crawler in Perl fetches pages, and of a large one no more than so many bytes (LWP's max_size): it closes, with
    the rest unread."""
    await lighttpd(act)
    stops_reading(act)

    async def play(number, dice):
        await programs.run(act, act.client(number), "perl", "-e", LWP, url(act, "/big"),
                           dice.choice((100, 5000, 100_000, 800_000)))

    await act.each(play)


@family("unread_data/dropbear-meets-http", own_port=True, most=20, seconds=9, tools=("dropbear", "dropbearkey"))
async def dropbear(act):
    """Somebody looks at the banner of Dropbear, or does not wait for it, and speaks HTTP. No line of that is a version
    of SSH: Dropbear closes without a word."""
    key = programs.folder(act) / "key"
    await programs.run(act, act.server, "dropbearkey", "-t", "ed25519", "-f", key)
    await programs.serve(act, "dropbear", "-F", "-E", "-r", key, "-p", f"{programs.url_host(act.address)}:{act.port}",
                         "-P", key.with_name("pid"))
    closes_unread(act)
    await knock(act, banner=act.dice.choice((b"", b"SSH-2.0-dropbear")))
