# SPDX-License-Identifier: GPL-2.0-or-later
"""Real programs on the hosts of a draw: each in its host's namespace, with a folder and configuration of its own, ended
for certain after the cameras have stopped.
"""

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import time

from ..programs import children
from ..story import Flow
from .talk import PATIENCE
from .ledger import late

STARTING = 15.0  # seconds that a program may take to serve, on a busy machine
LISTEN = "0A"  # a socket's state in /proc/net/tcp


def path_of(tool):
    found = shutil.which(tool) or shutil.which(tool, path="/usr/sbin:/sbin")
    if not found:
        raise RuntimeError(f"{tool} is missing")
    return found


def url_host(address):
    return f"[{address}]" if ":" in address else address


def sockets(node, port):
    """The states of the sockets that a host has at its port `port`, as /proc/net/tcp writes them."""
    states = []
    with node.inside():
        for table in ("tcp", "tcp6"):
            with open(f"/proc/thread-self/net/{table}", encoding="ascii") as file:
                rows = [line.split() for line in file][1:]
            states += [row[3] for row in rows if int(row[1].rpartition(":")[2], 16) == port]
    return states


class Program:
    """A running program. `ip netns exec` becomes the program, so that the process is the program's own."""

    def __init__(self, node, tool, process, log):
        self.node, self.tool, self.process, self.log = node, tool, process, log

    @property
    def pid(self):
        return self.process.pid

    @property
    def workers(self):
        """Its children, oldest first."""
        return sorted(children(self.pid))

    def signal(self, number, *pids):
        """To these of its processes, or to itself; one that has ended does not mind."""
        for pid in pids or (self.pid,):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self):
        """All of it at once: first it stands still, so that it replaces no dead child and says no farewell."""
        whole = [self.pid, *self.workers]
        self.signal(signal.SIGSTOP, *whole)
        self.signal(signal.SIGKILL, *whole)

    async def over(self, patience=PATIENCE):
        """Wait until it has ended; False when it does not."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.process.wait(), patience)
        return self.process.returncode is not None

    def says(self):
        return self.log.read_text(encoding="utf-8", errors="replace")[-500:]


def folder(act, user=None):
    """A new folder of the draw, which `user` owns; gone with the draw."""
    stage = act.stage
    stage.folder.chmod(0o711)  # users without privileges must get through to theirs
    path = stage.folder / f"program{next(stage.numbers)}"
    path.mkdir(mode=0o755)
    if user:
        entry = pwd.getpwnam(user)
        os.chown(path, entry.pw_uid, entry.pw_gid)
    return path


async def start(act, node, tool, *words, user=None, cwd=None, env=None, stdin=asyncio.subprocess.DEVNULL):
    """Start a program on a host; it ends with the draw at the latest. As `user`, where it refuses to run as root."""
    log = act.stage.folder / f"log{next(act.stage.numbers)}"
    as_user = []
    if user:
        entry = pwd.getpwnam(user)
        as_user = [path_of("setpriv"), f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]
        node.sysctl("ipv4/ip_unprivileged_port_start", 0)
    with open(log, "wb") as output:
        process = await asyncio.create_subprocess_exec(
            path_of("ip"), "netns", "exec", node.namespace, *as_user, path_of(tool), *map(str, words),
            stdin=stdin, stdout=output, stderr=output, cwd=cwd, env={**os.environ, **(env or {})}, start_new_session=True)
    program = Program(node, tool, process, log)
    act.stage.programs.append(program)
    return program


async def serve(act, tool, *words, port=None, **how):
    """Start a program on the server and wait until it listens, without touching it. What comes to sockets that are
    closed is late; families note what else the kernel's words mean."""
    port = port or act.port
    for side in ("client", "server"):
        act.note_service(late("data_after_close"), side, port)
    program = await start(act, act.server, tool, *words, **how)
    await until_serving(program, port)
    return program


async def until_serving(program, port):
    """Wait until something listens at the port of the program's host."""
    deadline = time.monotonic() + STARTING
    while LISTEN not in sockets(program.node, port):
        if time.monotonic() > deadline or program.process.returncode is not None:
            raise RuntimeError(f"{program.tool} does not serve: {program.says()}")
        await asyncio.sleep(0.05)


def answer_all(act, service, answer):
    """Whoever comes to a service of ours is answered: answer(socket), which closes it in the end."""
    async def accept():
        while True:
            sock, _ = await act.loop.sock_accept(service.listener)
            sock.setblocking(False)
            act.stage.keep.append(sock)
            act.stage.errands.append(asyncio.ensure_future(answer(sock)))

    service.pause()
    act.stage.errands.append(asyncio.ensure_future(accept()))


async def run(act, node, tool, *words, patience=PATIENCE, **how):
    """Run a program to its end; it and its exit status, which does not matter as a rule. None: it has not ended."""
    program = await start(act, node, tool, *words, **how)
    await program.over(patience)
    return program, program.process.returncode


async def gone(act, port=None, patience=PATIENCE):
    """Wait until nothing listens at the server's port any more."""
    deadline = time.monotonic() + patience
    while LISTEN in sockets(act.server, port or act.port):
        if time.monotonic() > deadline:
            raise RuntimeError("the program does not stop listening")
        await asyncio.sleep(0.02)


def note_host(act, number, side, meaning, port=0):
    """For all between a client's host and the server('s port), unless a note on a service or flow says more."""
    client = act.client(number).address[act.ip]
    act.note(Flow((client, 0), (act.address, port)), side, meaning)


async def power_cut(act, program):
    """The server falls silent, and its program's sockets end unheard. Returns the rules that keep it silent."""
    silence = await act.rules(act.server, "output", [f"tcp sport {act.port} drop"])
    program.kill()
    for _ in range(80):
        await asyncio.sleep(0.1)
        if not sockets(act.server, act.port):
            break
    return silence


def end_all(namespaces):
    """Whatever lives in these namespaces, which are the draw's own, ends now."""
    inodes = set()
    for name in namespaces:
        with contextlib.suppress(FileNotFoundError):
            inodes.add(os.stat(f"/run/netns/{name}").st_ino)
    for pid in (int(entry) for entry in os.listdir("/proc") if entry.isdigit()):
        with contextlib.suppress(OSError):
            if os.stat(f"/proc/{pid}/ns/net").st_ino in inodes and pid != os.getpid():
                os.kill(pid, signal.SIGKILL)
