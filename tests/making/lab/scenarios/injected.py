# SPDX-License-Identifier: GPL-2.0-or-later
"""injected: a device on the way forges resets, to one end or to both."""

import socket

from ..forge import ACK, RST, Look
from ..forger import Forger, bare, expect_forged, expect_victims, like
from ..story import story

REQUEST = b"GET /forbidden HTTP/1.1\r\nHost: lab\r\n\r\n"


def open_connection(stage, port):
    """A connection on which one exchange has gone well; each write is one segment."""
    connection = stage.connect(stage.listen(port))
    for sock in (connection.client, connection.server):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.ask()
    stage.pause(0.15)
    return connection


def copy_id(heard):
    """The ID of the packet that gave rise to the forgery."""
    return Look(ttl=58, ip_id=heard.ip_id, window=0)


def zero_id(_):
    """No ID, and a TTL from far away."""
    return Look(ttl=244, ip_id=0, window=0)


def copy_window(heard):
    """The window of the packet that gave rise to the forgery."""
    return Look(ttl=63, window=heard.window)


def same_hops(_):
    """As many hops as from a server that starts at 64: nothing but the aftermath tells."""
    return Look(ttl=63, window=0)


@story("injected-ipv4-to-client", views="client server both", port=8900, network={"delay_ms": 20, "server_ttl": 128})
@story("injected-ipv6-to-client", views="client server both-skewed", ip=6, port=8901, look=zero_id,
       network={"delay_ms": 10, "timestamps": False, "server_ttl": 255})
@story("injected-ipv4-copied-id", port=8902, look=copy_id, pieces=1, network={"delay_ms": 5})
@story("injected-ipv4-zero-id", views="router", port=8903, look=zero_id, pieces=1, network={"server_ttl": 128})
@story("injected-ipv4-same-hops", views="client server", port=8904, look=same_hops, network={"delay_ms": 15})
@story("injected-ipv6-same-hops", views="client", ip=6, port=8905, look=same_hops, network={"delay_ms": 12})
def to_client(stage, port, look=lambda heard: Look(window=0), pieces=2):
    """A device on the way answers the client's request with a forged reset in the server's name. The
    server knows nothing of it; its genuine answer meets the client's dead socket, which resets it."""
    with Forger(stage) as forger:
        connection = open_connection(stage, port)
        flow = connection.flow
        connection.client.sendall(REQUEST)
        heard = forger.overhear(flow.client[1], b"forbidden")
        forger.strike(flow, "client", heard, look=look(heard))
        connection.server.recv(1000)
        for number in range(pieces):
            connection.server.sendall(b"part %d of the answer\n" % number)
        stage.pause(0.2)
    expect_forged(stage, flow, "client", asked=True)
    expect_victims(stage, flow, count=pieces)


@story("injected-ipv4-to-server", views="client server both", port=8906, network={"delay_ms": 15, "server_ttl": 128})
@story("injected-ipv6-to-server", views="client server both-skewed both-behind", ip=6, port=8907,
       look=copy_window, network={"delay_ms": 8})
@story("injected-ipv4-copied-window", views="server", port=8908, look=copy_window, network={"timestamps": False})
def to_server(stage, port, look=lambda heard: Look(ttl=250)):
    """Right behind the client's request a device on the way sends the server a forged reset in the
    client's name. The client goes on, and the server's kernel resets what it sends."""
    with Forger(stage) as forger:
        connection = open_connection(stage, port)
        flow = connection.flow
        connection.client.sendall(REQUEST)
        heard = forger.overhear(flow.client[1], b"forbidden")
        forger.strike(flow, "server", heard, RST | ACK, look=look(heard))
        stage.wait_for_failure(connection.client, 5)
    expect_forged(stage, flow, "server", RST | ACK)
    expect_victims(stage, flow, "server")


@story("injected-ipv4-both-ends", views="client server both both-behind", port=8909,
       network={"delay_ms": 25, "server_ttl": 128})
@story("injected-ipv6-both-ends", views="client server both-late", ip=6, port=8910,
       network={"delay_ms": 20, "timestamps": False})
@story("injected-ipv4-both-ends-router-any", views="router-any", port=8911, network={"delay_ms": 20})
def both_ends(stage, port):
    """The server is sending when a request of the client displeases a device on the way, which
    resets both ends in each other's name. What was in flight meets the client's dead socket."""
    with Forger(stage) as forger:
        connection = open_connection(stage, port)
        flow = connection.flow
        stage.server_capture_starts()
        for number in range(2):
            connection.server.sendall(b"line %d of the news\n" % number)
        connection.client.sendall(REQUEST)
        heard = forger.overhear(flow.client[1], b"forbidden")
        forger.strike(flow, "client", heard, RST | ACK, look=Look(ttl=47))
        forger.strike(flow, "server", heard, RST | ACK, look=Look(ttl=49))
        stage.pause(0.3)
    expect_forged(stage, flow, "client", RST | ACK)
    # At the server this looks like an abort that crosses data in flight, but for hops, ID, window and
    # the missing timestamps or flow label together.
    expect_forged(stage, flow, "server", RST | ACK)
    expect_victims(stage, flow, count=2)


@story("injected-ipv4-nothing-contradicts", views="client both", port=8912, network={"delay_ms": 6})
@story("injected-ipv6-nothing-contradicts", views="client both-behind", ip=6, port=8913,
       network={"delay_ms": 4, "server_ttl": 128})
def flawless(stage, port):
    """A forger with the server's hop count, IP-ID, window and timestamps resets a quiet client; the
    server has nothing to say and never learns. Only a capture at the server could tell."""
    with Forger(stage) as forger:
        connection = open_connection(stage, port)
        flow = connection.flow
        asked = forger.overhear(flow.client[1], b"hello")
        answer = forger.overhear(flow.server[1], b"yes")
        forger.strike(flow, "client", answer, RST | ACK, look=like(answer, asked, later=150))
        stage.wait_for_failure(connection.client, 5)
        stage.vanish(connection.server)
    expect_forged(stage, flow, "client", RST | ACK)


@story("injected-ipv4-seems-half-open", views="client both-late", port=8914, network={"delay_ms": 10})
@story("injected-ipv6-seems-half-open", views="client", ip=6, port=8915, network={"delay_ms": 10})
def seems_half_open(stage, port):
    """The device resets both ends, and waits a round trip before it plays the server's kernel to the
    client: to the client, the server has lost its state."""
    with Forger(stage) as forger:
        connection = open_connection(stage, port)
        flow = connection.flow
        answer = forger.overhear(flow.server[1], b"yes")
        stage.server_capture_starts()
        connection.client.sendall(REQUEST)
        heard = forger.overhear(flow.client[1], b"forbidden")
        forger.strike(flow, "server", heard)
        stage.pause(stage.network.delay_ms * 0.002)
        look = bare(like(answer, heard))
        if stage.ip == 6:  # a kernel without socket draws a label of its own
            look = Look(ttl=look.ttl, window=0, flow_label=0x5A3C7)
        forger.strike(flow, "client", heard, look=look)
        stage.wait_for_failure(connection.client, 5)
    expect_forged(stage, flow, "server", RST)
    expect_forged(stage, flow, "client", asked=True)
