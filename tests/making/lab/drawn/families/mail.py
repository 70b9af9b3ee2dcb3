# SPDX-License-Identifier: GPL-2.0-or-later
"""Exim and Dovecot, and those who do not keep to the protocols of mail."""

import asyncio

from .. import programs, visitors
from ..family import family
from ..ledger import late
from ..talk import some_bytes

EXIM = """primary_hostname = lab
spool_directory = {folder}
log_file_path = {folder}/%slog
pid_file_path = {folder}/pid
local_interfaces = <; {address}
daemon_smtp_ports = {port}
tls_advertise_hosts =
pipelining_connect_advertise_hosts =
host_lookup =
queue_only = true
smtp_accept_max = 100
acl_smtp_rcpt = everybody
acl_smtp_data = everybody
begin acl
everybody:
  accept
"""
DOVECOT = """protocols = {protocol}
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
listen = {address}
ssl = no
disable_plaintext_auth = no
service {protocol}-login {{
  service_count = 0
  process_min_avail = 1
  inet_listener {protocol} {{
    port = {port}
  }}
  inet_listener {protocol}s {{
    port = 0
  }}
}}
passdb {{
  driver = static
  args = password=lab
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}
}}
"""
HELLO = b"HELO spam\r\n"


async def exim(act):
    folder = programs.folder(act, "Debian-exim")
    file = folder / "exim.conf"
    file.write_text(EXIM.format(folder=folder, address=act.address, port=act.port), encoding="ascii")
    return await programs.serve(act, "exim4", "-bdf", "-C", file)


def letter(dice):
    """A whole mail with its commands, as if nobody had to be waited for."""
    lines = b"".join(b"%s\r\n" % some_bytes(dice, 20, 70) for _ in range(dice.randrange(250, 900)))
    return b"MAIL FROM:<a@spam.test>\r\nRCPT TO:<b@lab.test>\r\nDATA\r\n" + lines + b".\r\nQUIT\r\n"


@family("application_protocol_error/exim-synchronization", own_port=True, most=30, seconds=8, tools=("exim4",))
async def synchronization(act):
    """A spammer does not wait for Exim's greeting, or not for its answers, and sends all of a mail at once. Exim says
    "554 SMTP synchronization error" and closes; most of the mail lies unread or still comes."""
    await exim(act)
    act.note_service({"TCP_ABORT_ON_CLOSE": "application_protocol_error", **late("data_after_close")})
    waits = act.dice.choice((False, True))

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        if waits:
            await visitor.read_until(b"220 ")
            await visitor.ask(HELLO, b"250 ")
            await visitor.send(letter(dice))
        else:
            await visitor.send(HELLO + letter(dice))
        await visitor.sees_the_end(4)
        visitor.close()

    await act.each(play)


async def dovecot(act):
    """Dovecot at the act's port, for POP3 or IMAP."""
    protocol = {110: "pop3", 143: "imap"}.get(act.port) or act.dice.choice(("imap", "pop3"))
    folder = programs.folder(act)
    file = folder / "dovecot.conf"
    file.write_text(DOVECOT.format(folder=folder, protocol=protocol, address=act.address, port=act.port), encoding="ascii")
    return await programs.serve(act, "dovecot", "-F", "-c", file)


@family("application_protocol_error/dovecot-meets-http", own_port=True, most=20, seconds=9, tools=("dovecot",))
async def meets_http(act):
    """Somebody speaks HTTP to Dovecot. After some lines that are no commands it says "Too many invalid commands", or
    after a line without end "Input buffer full", and closes; the rest of the request lies unread."""
    await dovecot(act)
    first = await visitors.visit(act, 0)  # to whoever comes before all of Dovecot runs it says nothing of the error
    await first.read_until(b"ready.\r\n")
    first.close()
    act.note_service({"TCP_ABORT_ON_CLOSE": "application_protocol_error", **late("data_after_close")})
    polite = act.dice.choice((False, True))

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        if polite:
            await visitor.read_until(b"ready.\r\n")
            await asyncio.sleep(dice.choice((0, 0.2)))
        size = dice.randrange(9000, 60_000)
        await visitor.send(b"POST /login HTTP/1.1\r\nHost: lab\r\nUser-Agent: lab\r\nAccept: */*\r\n"
                           b"Content-Length: %d\r\n\r\n" % size + b"u" * size)
        await visitor.sees_the_end(5)
        visitor.close()

    await act.each(play)
