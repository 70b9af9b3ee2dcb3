# SPDX-License-Identifier: GPL-2.0-or-later
"""half_open: one end has lost the connection without saying so."""

import socket

from ..story import story


def expect_half_open(stage, flow, by="server", at="", **more):
    # Only the server's own host knows whether the port listens (again).
    kernel = stage.stray(flow.server[1]) if by == "server" and not at else "NO_SOCKET"
    stage.expect(flow, "half_open", by=by, at=at, kernel=kernel,
                 never="injected retransmission_timeout application_abort", **more)


@story("half_open-ipv4-server-crashed", views="client server", port=8190, near_miss_for="data_after_close")
@story("half_open-ipv6-server-crashed", ip=6, port=8191, near_miss_for="data_after_close",
       service_back=False, network={"server_ttl": 128, "timestamps": False})
@story("half_open-ipv4-server-crashed-slow-path", port=8192, near_miss_for="data_after_close",
       network={"delay_ms": 10, "server_ttl": 255})
def server_crashed(stage, port, service_back=True):
    """The server's state disappears without FIN or RST (a crash and reboot); the client's next
    data meet a host that knows nothing of them."""
    listener = stage.listen(port)
    connection = stage.connect(listener)
    connection.ask()
    stage.pause(0.15)
    stage.vanish(connection.server)
    if not service_back:
        listener.close()
    stage.pause(0.3)
    connection.client.sendall(b"as I was saying\n")
    stage.wait_for_failure(connection.client, 5)
    expect_half_open(stage, connection.flow)


@story("half_open-ipv4-reset-lost-on-the-way", port=8193, near_miss_for="data_after_close")
def reset_lost(stage, port):
    """An administrator kills the server's socket (ss -K) while nothing from the server gets
    through: its reset is lost. Later the client speaks and is told."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    with stage.blocked("to_client"):
        stage.kill("server", connection.flow)
        stage.pause(0.2)
    stage.expect(connection.flow, "application_abort", kernel="TCP_STATE")
    connection.client.sendall(b"hello again\n")
    stage.wait_for_failure(connection.client, 5)
    # The client's side never sees the first reset: there, this one repeats nothing.
    expect_half_open(stage, connection.flow, repeats=True)


@story("half_open-ipv4-client-rebooted", views="server", port=8195, near_miss_for="data_after_close")
def client_rebooted(stage, port):
    """The client lost its state; the server pushes news to it and learns so."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    stage.vanish(connection.client)
    connection.server.sendall(b"breaking news\n")
    stage.wait_for_failure(connection.server, 5)
    expect_half_open(stage, connection.flow, by="client")


@story("half_open-ipv4-keep-alive-finds-out", port=8197, near_miss_for="keepalive_timeout data_after_close protocol_violation")
def probe_finds_out(stage, port):
    """The server lost its state; the client's first keep-alive probe is answered by a reset."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    stage.vanish(connection.server)
    stage.keep_alive(connection.client, 2, 1, 5)
    stage.wait_for_failure(connection.client, 8)
    expect_half_open(stage, connection.flow)


@story("half_open-ipv4-close-finds-out", port=8199, near_miss_for="data_after_close protocol_violation")
def close_finds_out(stage, port):
    """The server lost its state; the client says goodbye (FIN) to nobody and is reset."""
    listener = stage.listen(port)
    connection = stage.connect(listener)
    listener.close()
    connection.ask()
    stage.vanish(connection.server)
    connection.client.close()
    stage.pause(0.2)
    expect_half_open(stage, connection.flow)


@story("half_open-ipv4-several-in-flight", port=8200, near_miss_for="data_after_close injected",
       network={"delay_ms": 14, "timestamps": False})
def several_in_flight(stage, port):
    """The server lost its state; three segments of the client arrive one after the other, and
    each draws a reset."""
    connection = stage.connect(stage.listen(port))
    connection.client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.ask()
    stage.pause(0.15)
    stage.vanish(connection.server)
    for number in range(3):
        connection.client.sendall(b"segment %d\n" % number)
    stage.pause(0.2)
    for number in range(3):
        expect_half_open(stage, connection.flow, repeats=number > 0)


@story("half_open-ipv4-capture-starts-late", port=8201, late=True)
def starts_late(stage, port):
    """The capture starts in the middle of a connection that is still alive; then its server loses
    its state, and the client's next data are reset."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    stage.start_capture()
    connection.ask(b"still there?\n", b"still here\n")
    stage.vanish(connection.server)
    connection.client.sendall(b"and now?\n")
    stage.wait_for_failure(connection.client, 5)
    expect_half_open(stage, connection.flow)
    stage.talk()


@story("half_open-ipv4-only-the-reset-captured", port=8203, late=True)
def only_the_end(stage, port):
    """The capture holds only the last segment of a connection and the reset that answers it."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    stage.vanish(connection.server)
    stage.start_capture()
    connection.client.sendall(b"and now?\n")
    stage.wait_for_failure(connection.client, 5)
    expect_half_open(stage, connection.flow)
    stage.talk()


@story("half_open-ipv4-failover", views="client", port=8204, near_miss_for="data_after_close injected")
@story("half_open-ipv6-failover", views="client", ip=6, port=8205, near_miss_for="data_after_close injected")
def failover(stage, port):
    """The server's address moves to another machine that knows nothing of its connections
    (here the router takes it over); the client's next data are reset there."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    bits = 32 if stage.ip == 4 else 128
    stage.router.run("ip", "addr", "add", f"{stage.address}/{bits}", "dev", "lo")
    stage.pause(0.2)
    connection.client.sendall(b"hello, new machine\n")
    stage.wait_for_failure(connection.client, 5)
    stage.router.run("ip", "addr", "del", f"{stage.address}/{bits}", "dev", "lo")
    # One hop less than the old machine: a firewall in between would look the same.
    expect_half_open(stage, connection.flow, at="router")
    stage.vanish(connection.server)
