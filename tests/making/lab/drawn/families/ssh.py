# SPDX-License-Identifier: GPL-2.0-or-later
"""OpenSSH: its server, visited by ssh and by those who speak something else."""

import asyncio
import signal
from pathlib import Path

from .. import programs, visitors
from ..family import family
from ..ledger import KILLED, late
from ..talk import some_bytes

CONFIGURATION = """ListenAddress {address}
Port {port}
HostKey {folder}/key
AuthorizedKeysFile {folder}/key.pub
StrictModes no
PermitRootLogin yes
UsePAM no
PidFile none
{settings}
"""


async def sshd(act, settings=""):
    """sshd at the act's port: (program, folder with the key that opens it)."""
    Path("/run/sshd").mkdir(exist_ok=True)
    folder = programs.folder(act)
    await programs.run(act, act.server, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "key")
    text = CONFIGURATION.format(address=act.address, port=act.port, folder=folder, settings=settings)
    (folder / "config").write_text(text, encoding="ascii")
    return await programs.serve(act, programs.path_of("sshd"), "-D", "-e", "-f", folder / "config"), folder


async def log_in(act, number, folder):
    """A session of ssh that runs cat and has echoed a line."""
    session = await programs.start(
        act, act.client(number), "ssh", "-F", "none", "-i", folder / "key", "-o", "StrictHostKeyChecking=no", "-o",
        "UserKnownHostsFile=/dev/null", "-p", act.port, f"root@{act.address}", "cat", stdin=asyncio.subprocess.PIPE)
    session.process.stdin.write(b"hello\n")
    for _ in range(100):
        if "hello" in session.says():
            return session
        await asyncio.sleep(0.1)
    raise TimeoutError("ssh does not log in")


@family("application_protocol_error/sshd-meets-http", own_port=True, tools=("sshd", "ssh-keygen"))
async def meets_http(act):
    """Somebody speaks HTTP to sshd, which says "Invalid SSH identification string." and closes, with most of the
    request unread."""
    await sshd(act)
    act.note_service({"TCP_ABORT_ON_CLOSE": "application_protocol_error", **late("data_after_close")})

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        await visitor.send(b"GET / HTTP/1.1\r\nHost: lab\r\nUser-Agent: " + some_bytes(dice, 5, 2000) + b"\r\n\r\n")
        await visitor.sees_the_end(4)
        visitor.close()

    await act.each(play, count=min(act.count, 9))


@family("data_after_close/sshd-login-grace", own_port=True, most=9, seconds=12, tools=("sshd", "ssh-keygen"))
async def login_grace(act):
    """A client connects to sshd and does not log in; its time is over (LoginGraceTime), sshd closes. Then it speaks."""
    patience = act.dice.choice((1, 2, 4))
    await sshd(act, f"LoginGraceTime {patience}")

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        await visitor.read_until(b"\n")
        if await visitor.sees_the_end(patience + 4):
            await asyncio.sleep(dice.uniform(0.05, 1))
            await visitor.send(b"SSH-2.0-late\r\n")
            await visitor.sees_the_end(3)
        visitor.close()

    await act.each(play)


@family("process_exit/sshd-sessions-killed", own_port=True, least=2, most=5, seconds=14,
        tools=("sshd", "ssh", "ssh-keygen"))
async def sessions_killed(act):
    """The processes of several ssh sessions hang, what their users type lies unread, and they are killed together."""
    program, folder = await sshd(act)
    act.note_service(KILLED)
    sessions = []

    async def come(number, dice):
        sessions.append(await log_in(act, number, folder))

    await act.each(come, apart=0.1)
    processes = program.workers
    program.signal(signal.SIGSTOP, *processes)
    for session in sessions:
        session.process.stdin.write(b"are you there?\n")
    await asyncio.sleep(act.dice.uniform(0.3, 1.5))
    program.signal(signal.SIGKILL, *processes)
    await asyncio.sleep(0.6)
