# SPDX-License-Identifier: GPL-2.0-or-later
"""vsftpd, and lftp that visits it."""

import sys

from .. import programs
from ..family import family
from ..ledger import late
from .curl import HEAD

VSFTPD = """{listen}
listen_port={port}
background=NO
isolate=NO
isolate_network=NO
anonymous_enable=YES
anon_root={folder}/pub
secure_chroot_dir={folder}/empty
pasv_min_port={first}
pasv_max_port={last}
"""
PORTS_EACH = 100  # for the data connections of one server; nobody else's (plan.py)


async def vsftpd(act):
    """vsftpd at the act's port, with a large file for everybody; the ports of its data connections."""
    folder = programs.folder(act)
    for name in ("pub", "empty"):
        (folder / name).mkdir(mode=0o755)
    (folder / "pub" / "big").write_bytes(b"0123456789abcde\n" * 40_000)
    first = 26_000 + PORTS_EACH * act.plan.number
    listen = ("listen=YES\nlisten_address=" if act.ip == 4 else "listen_ipv6=YES\nlisten_address6=") + act.address
    file = folder / "vsftpd.conf"
    file.write_text(VSFTPD.format(listen=listen, port=act.port, folder=folder, first=first, last=first + PORTS_EACH - 1),
                    encoding="ascii")
    await programs.serve(act, "vsftpd", file)
    return range(first, first + PORTS_EACH)


@family("unread_data/lftp-into-a-pipe", own_port=True, most=8, seconds=9, tools=("vsftpd", "lftp", "sh"))
async def into_a_pipe(act):
    """lftp fetches a file from vsftpd, not too fast (net:limit-rate), and writes it into a pipe, whose reader has seen
    enough: it closes the data connection with the rest unread."""
    for port in (*await vsftpd(act), act.port):
        act.note_service({"TCP_ABORT_ON_CLOSE": "unread_data", **late("data_after_close")}, "client", port)
        act.note_service(late("data_after_close"), "server", port)
    script = (f"set net:max-retries 1; set net:timeout 5; set net:limit-rate {act.dice.choice((20_000, 50_000))};"
              f" set ftp:use-feat no; open -p {act.port} ftp://anonymous:lab@{programs.url_host(act.address)}; cat big")
    line = f'lftp -c "$0" | "$1" -c "{HEAD}" "$2"'

    async def play(number, dice):
        await programs.run(act, act.client(number), "sh", "-c", line, script, sys.executable, dice.randrange(10, 60_000))

    await act.each(play)
