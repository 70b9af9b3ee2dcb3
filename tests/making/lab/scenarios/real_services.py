# SPDX-License-Identifier: GPL-2.0-or-later
"""redis, sshd and HAProxy, as they reset in real life."""

import contextlib
import os
import signal
import subprocess
import tempfile
from pathlib import Path

from .. import programs
from ..story import story


@contextlib.contextmanager
def redis(stage, port, clients=100):
    with tempfile.TemporaryDirectory(prefix="rstlab-redis-") as folder:
        with programs.running(stage.server, "redis-server", "--port", str(port), "--bind", stage.address,
                              "--maxclients", str(clients), "--save", "", "--dir", folder, "--protected-mode", "no",
                              "--enable-debug-command", "yes") as process:
            programs.wait_until_serving(stage.server, port)
            yield process


def log_in(stage, port):
    """A client that has been greeted."""
    sock = stage.caller()
    flow = stage.flow(sock, port)
    sock.connect((stage.address, port))
    sock.sendall(b"PING\r\n")
    sock.recv(100)
    return sock, flow


@story("application_protocol_error-ipv4-redis-full", port=8780, near_miss_for="accept_queue_overflow")
@story("application_protocol_error-ipv6-redis-full", views="server", ip=6, port=8781,
       near_miss_for="accept_queue_overflow", network={"delay_ms": 6, "server_ttl": 128})
def redis_full(stage, port):
    """redis, busy with a slow command, has no room for one client more, who has already sent its
    first command: it answers "-ERR max number of clients reached" and closes, the command unread."""
    with redis(stage, port, clients=1):
        first, _ = log_in(stage, port)
        first.sendall(b"DEBUG SLEEP 0.4\r\n")
        stage.pause(0.1)
        second = stage.caller()
        flow = stage.flow(second, port)
        second.connect((stage.address, port))
        second.sendall(b"GET key\r\n")
        stage.wait_for_failure(second, 5)
        first.recv(100)
        first.close()
        stage.pause(0.1)
    stage.expect(flow, "application_protocol_error", kernel="TCP_ABORT_ON_CLOSE",
                 never="injected half_open accept_queue_overflow")
    # On a slow path the client acknowledges the answer before it learns of the reset.
    stage.expect(flow, "data_after_close", kernel="TCP_FLAGS", repeats=True, optional=True, never="injected half_open")


@story("data_after_close-ipv4-redis-client-kill", port=8782, busy=False, near_miss_for="half_open unread_data")
@story("unread_data-ipv6-redis-client-kill", ip=6, port=8783, busy=True,
       near_miss_for="half_open data_after_close")
def redis_client_kill(stage, port, busy):
    """An administrator kills another client of redis (CLIENT KILL), which then speaks, or has just
    spoken while redis was busy."""
    with redis(stage, port):
        victim, flow = log_in(stage, port)
        admin, _ = log_in(stage, port)
        admin.sendall((b"DEBUG SLEEP 0.4\r\n" if busy else b"") + b"CLIENT KILL TYPE normal SKIPME yes\r\n")
        stage.pause(0.2)
        victim.sendall(b"GET key\r\n")
        stage.wait_for_failure(victim, 5)
        admin.recv(100)
        admin.close()
        stage.pause(0.1)
    if busy:
        stage.expect(flow, "unread_data", kernel="TCP_ABORT_ON_CLOSE",
                     never="injected half_open data_after_close")
    else:
        stage.expect(flow, "data_after_close", kernel="TCP_TIMEWAIT_SOCKET", never="injected half_open unread_data")


@story("process_exit-ipv4-redis-killed", views="server", port=8784, near_miss_for="idle_timeout")
def redis_killed(stage, port):
    """A busy redis is killed: two clients, whose commands it has not read, are reset, three quiet
    ones get a FIN; the next connection is refused."""
    with redis(stage, port) as process:
        clients = [log_in(stage, port) for _ in range(5)]
        clients[0][0].sendall(b"DEBUG SLEEP 3\r\n")
        stage.pause(0.1)
        for sock, _ in clients[1:3]:
            sock.sendall(b"GET key\r\n")
        stage.pause(0.2)
        process.send_signal(signal.SIGKILL)
        process.wait(5)
    for _, flow in clients[1:3]:
        stage.expect(flow, "process_exit", kernel="TCP_ABORT_ON_CLOSE", never="injected half_open")
    stage.expect(stage.refused(port), "service_stopped",
                 never="not_listening")


CONFIGURATION = """defaults
  mode tcp
  timeout connect 1s
  timeout client 5s
  timeout server 5s
frontend unused
  bind 127.0.0.1:1
  default_backend lab
backend lab
  {option}
  server one {address}:{port} check inter 400ms
"""


@story("health_check-ipv4-haproxy", views="server", port=8787, option="",
       near_miss_for="syn_scan accept_queue_overflow")
@story("health_check-ipv6-haproxy-tcp-check", ip=6, port=8788, option="option tcp-check",
       near_miss_for="syn_scan accept_queue_overflow", network={"delay_ms": 3})
def haproxy_check(stage, port, option):
    """HAProxy checks every 400 ms whether the port accepts, and resets the connection at once."""
    stage.listen(port)
    with tempfile.TemporaryDirectory(prefix="rstlab-haproxy-") as folder:
        file = Path(folder) / "haproxy.cfg"
        file.write_text(CONFIGURATION.format(option=option, address=stage.address, port=port), encoding="ascii")
        with programs.running(stage.client, "haproxy", "-db", "-f", str(file)):
            stage.pause(2.6)
    for number in range(8):
        stage.expect(stage.anybody(port), "health_check", by="client", kernel="TCP_STATE", optional=number >= 4,
                     never="injected accept_queue_overflow syn_scan")


SSHD = """ListenAddress {address}
Port {port}
HostKey {folder}/key
AuthorizedKeysFile {folder}/key.pub
StrictModes no
PermitRootLogin yes
UsePAM no
PidFile none
"""


@story("unread_data-ipv4-sshd-killed", port=8789, near_miss_for="idle_timeout fast_close")
def sshd_killed(stage, port):
    """The sshd process of a session hangs; what the user types goes unread, and the process is
    killed."""
    Path("/run/sshd").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="rstlab-ssh-") as folder:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{folder}/key"], check=True, timeout=20)
        (Path(folder) / "config").write_text(SSHD.format(address=stage.address, port=port, folder=folder),
                                             encoding="ascii")
        login = ("-F", "none", "-i", f"{folder}/key", "-o", "StrictHostKeyChecking=no", "-o",
                 "UserKnownHostsFile=/dev/null", "-p", str(port), f"root@{stage.address}", "cat")
        with programs.running(stage.server, "sshd", "-D", "-f", f"{folder}/config") as sshd:
            programs.wait_until_serving(stage.server, port)
            with programs.running(stage.client, "ssh", *login, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as ssh:
                ssh.stdin.write(b"hello\n")
                ssh.stdin.flush()
                ssh.stdout.readline()
                session, = programs.children(sshd.pid)
                os.kill(session, signal.SIGSTOP)
                ssh.stdin.write(b"are you there?\n")
                ssh.stdin.flush()
                stage.pause(0.3)
                os.kill(session, signal.SIGKILL)
                ssh.wait(5)
    stage.expect(stage.anybody(port), "unread_data", kernel="TCP_ABORT_ON_CLOSE", never="injected half_open idle_timeout fast_close")
