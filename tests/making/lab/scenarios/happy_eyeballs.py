# SPDX-License-Identifier: GPL-2.0-or-later
"""happy_eyeballs (RFC 8305): a client tries IPv6 and IPv4; the winner is used, the loser is reset."""

import contextlib
import subprocess

from .. import programs
from ..stage import PATIENCE
from ..story import story
from .abandoned import dial

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nyes\n"


@contextlib.contextmanager
def over(stage, ip):
    """What is dialled and listened to in the block uses this address family."""
    before = stage.ip, stage.address
    stage.ip, stage.address = ip, stage.server.address[ip]
    try:
        yield
    finally:
        stage.ip, stage.address = before


def listen_on_both(stage, port):
    """The service on either family: {6: listener, 4: listener}."""
    listeners = {}
    for ip in (6, 4):
        with over(stage, ip):
            stage.talk()  # the neighbours know each other's link-layer addresses from now on
            listeners[ip] = stage.listen(port)
    return listeners


def winner(stage, listener, ip):
    """The attempt that succeeds, used from first to last."""
    with over(stage, ip):
        connection = stage.connect(listener)
    connection.ask(b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n", ANSWER)
    return connection


@story("happy_eyeballs-ipv6-too-slow", port=8760, slow=6, wait=0.1, near_miss_for="connect_timeout syn_scan",
       network={"delay_ms": 90, "slow_family": 6})
@story("happy_eyeballs-ipv6-too-slow-for-a-patient-one", views="server", port=8761, slow=6, wait=0.25,
       near_miss_for="connect_timeout syn_scan",
       network={"delay_ms": 150, "slow_family": 6, "client_ttl": 128})
@story("happy_eyeballs-ipv4-too-slow", ip=6, port=8762, slow=4, wait=0.05,
       near_miss_for="connect_timeout syn_scan",
       network={"delay_ms": 60, "slow_family": 4, "timestamps": False})
def late_loser(stage, port, slow, wait):
    """A client dials a service over one address family and, its SYN-ACK not yet back, over the
    other, which wins. The losing socket is closed before its handshake ends; its late SYN-ACK
    is reset."""
    listeners = listen_on_both(stage, port)
    with over(stage, slow):
        loser, flow = dial(stage, port)
    stage.pause(wait)
    won = winner(stage, listeners[10 - slow], 10 - slow)
    loser.close()
    stage.pause(0.5)
    won.ask()
    won.close()
    stage.expect(flow, "happy_eyeballs", by="client",
                 never="injected half_open data_after_close")


@story("happy_eyeballs-ipv6-connected-unused", port=8763, near_miss_for="health_check accept_queue_overflow")
@story("happy_eyeballs-ipv6-connected-unused-slow", views="server", port=8764,
       near_miss_for="health_check accept_queue_overflow",
       network={"delay_ms": 30, "slow_family": 6, "server_ttl": 255})
def connected_loser(stage, port):
    """Both attempts of a client succeed, IPv6 a moment too late: it uses IPv4 and aborts the other
    connection unused."""
    listeners = listen_on_both(stage, port)
    with over(stage, 6):
        loser, flow = dial(stage, port)
    won = winner(stage, listeners[4], 4)
    accepted, _ = listeners[6].accept()
    stage.keep.append(accepted)
    stage.abort(loser)
    stage.pause(0.2)
    won.ask()
    won.close()
    stage.expect(flow, "happy_eyeballs", by="client", kernel="TCP_STATE", never="injected unread_data half_open")


@story("happy_eyeballs-ipv6-curl", port=8765, near_miss_for="connect_timeout syn_scan",
       network={"delay_ms": 110, "slow_family": 6})
def by_curl(stage, port):
    """curl asks a server with an IPv6 and an IPv4 address; IPv6 is slow, so that IPv4, started
    80 ms later, wins. The late SYN-ACK over IPv6 is reset."""
    listeners = listen_on_both(stage, port)
    six, four = (stage.server.address[ip] for ip in (6, 4))
    arguments = ("-s", "-o", "/dev/null", "--happy-eyeballs-timeout-ms", "80",
                 "--resolve", f"lab.test:{port}:[{six}],{four}", f"http://lab.test:{port}/")
    with programs.running(stage.client, "curl", *arguments) as curl:
        accepted, _ = listeners[4].accept()
        accepted.settimeout(PATIENCE)
        stage.pause(0.4)  # the answer takes its time, the loser does not
        accepted.recv(4096)
        accepted.sendall(ANSWER)
        accepted.close()
        try:
            curl.wait(PATIENCE)
        except subprocess.TimeoutExpired as error:
            raise RuntimeError("curl does not end") from error
    stage.pause(0.2)
    with over(stage, 6):
        flow = stage.anybody(port)
    stage.expect(flow, "happy_eyeballs", by="client", never="injected half_open data_after_close")


@story("connect_cancelled-ipv6-no-winner", port=8766, near_miss_for="happy_eyeballs syn_scan",
       network={"delay_ms": 120})
def no_winner(stage, port):
    """A client dials a distant service over IPv6 and then over IPv4; its user gives up before
    either SYN-ACK is back. Nobody wins."""
    listen_on_both(stage, port)
    attempts = []
    for ip in (6, 4):
        with over(stage, ip):
            attempts.append(dial(stage, port))
        stage.pause(0.05)
    for sock, flow in attempts:
        sock.close()
        stage.expect(flow, "connect_cancelled", by="client", never="happy_eyeballs injected half_open")
    stage.pause(0.5)


@story("connect_cancelled-ipv6-same-port-elsewhere", port=8767, near_miss_for="happy_eyeballs",
       network={"delay_ms": 90, "slow_family": 6})
def long_before(stage, port):
    """A client is served over IPv4. Three seconds later, in a matter of its own, it dials the same
    service over IPv6 and cancels at once; nothing replaces that attempt."""
    listeners = listen_on_both(stage, port)
    winner(stage, listeners[4], 4).close()
    stage.pause(3)
    with over(stage, 6):
        sock, flow = dial(stage, port)
    stage.pause(0.04)
    sock.close()
    stage.pause(0.4)
    stage.expect(flow, "connect_cancelled", by="client", never="happy_eyeballs injected half_open")
