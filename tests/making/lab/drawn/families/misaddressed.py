# SPDX-License-Identifier: GPL-2.0-or-later
"""Services that are spoken to in HTTP, as by one who tries every open port, and do not care for it."""

from .. import programs, visitors
from ..family import family
from ..ledger import late
from ..talk import some_bytes


def request(dice):
    """A browser's or a scanner's."""
    lines = [b"GET /%s HTTP/1.1" % dice.choice((b"", b"index.html", b".env", b"login.php")), b"Host: lab",
             b"User-Agent: " + dice.choice((b"curl/7.88.1", b"Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101")),
             b"Accept: */*"]
    if dice.random() < 0.5:
        lines.append(b"Cookie: " + some_bytes(dice, 100, 3000))
    return b"\r\n".join(lines) + b"\r\n\r\n"


async def knock(act, banner=b""):
    """Each asks at once, or when it has seen the service's `banner`, up to these bytes."""
    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        if banner:
            await visitor.read_until(banner)
        await visitor.send(request(dice))
        await visitor.sees_the_end(4)
        visitor.close()

    await act.each(play)


@family("application_protocol_error/rsyncd-meets-http", own_port=True, most=30, seconds=8, tools=("rsync",))
async def rsyncd(act):
    """Somebody looks at the banner of an rsync daemon and then speaks HTTP to it. It reads one line of that, says
    "@ERROR: protocol startup error", and closes. (To one who speaks at once it says the same, but on a long path that
    never leaves: Nagle's algorithm holds it back behind the banner, and the reset throws it away.)"""
    folder = programs.folder(act)
    file = folder / "rsyncd.conf"
    file.write_text(f"use chroot = no\nreverse lookup = no\nlisten backlog = 64\nlog file = {folder}/log\n"
                    f"[lab]\npath = {folder}\n", encoding="ascii")
    await programs.serve(act, "rsync", "--daemon", "--no-detach", f"--address={act.address}", f"--port={act.port}",
                         f"--config={file}")
    act.note_service({"TCP_ABORT_ON_CLOSE": "application_protocol_error", **late("data_after_close")})
    await knock(act, banner=b"\n")


@family("unread_data/git-daemon-meets-http", own_port=True, most=30, seconds=8, tools=("git",))
async def git_daemon(act):
    """Somebody speaks HTTP to git's daemon. It takes the first four bytes for a length, which they are not, and closes
    without a word."""
    folder = programs.folder(act)
    await programs.serve(act, "git", "daemon", f"--listen={act.address}", f"--port={act.port}", f"--base-path={folder}")
    act.note_service({"TCP_ABORT_ON_CLOSE": "unread_data", **late("data_after_close")})
    await knock(act)


@family("unread_data/socat-one-way", own_port=True, most=20, seconds=8, tools=("socat",))
async def socat(act):
    """Somebody offers a file by socat, which sends it to whoever comes and never reads (-U); browsers come and ask for
    it all the same."""
    file = programs.folder(act) / "notes"
    file.write_bytes(b"0123456789abcde\n" * act.dice.choice((5, 400, 9000)))
    await programs.serve(act, "socat", "-U", f"TCP{act.ip}-LISTEN:{act.port},bind={programs.url_host(act.address)},fork,"
                                             "reuseaddr,backlog=64", f"OPEN:{file},rdonly")
    act.note_service({"TCP_ABORT_ON_CLOSE": "unread_data", **late("data_after_close")})
    await knock(act)
