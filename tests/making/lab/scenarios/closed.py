# SPDX-License-Identifier: GPL-2.0-or-later
"""data_after_close: a segment meets a socket that its owner has closed."""

import socket

from ..story import story


@story("data_after_close-ipv4-after-fin", views="server", port=8170,
       near_miss_for="half_open")
@story("data_after_close-ipv6-after-fin", ip=6, port=8171,
       near_miss_for="half_open", network={"server_ttl": 128, "timestamps": False})
def after_fin(stage, port):
    """The server answers and closes (FIN); the client has not noticed and sends one more
    request, which meets a closed socket."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    connection.server.close()
    stage.pause(0.1)
    connection.client.sendall(b"and another thing\n")
    stage.pause(0.1)
    stage.expect(connection.flow, "data_after_close", kernel="TCP_TIMEWAIT_SOCKET", never="half_open injected")


@story("data_after_close-ipv4-several-segments", views="client server", port=8172, near_miss_for="half_open",
       network={"delay_ms": 12})
@story("data_after_close-ipv6-several-segments", ip=6, port=8173, near_miss_for="half_open",
       network={"delay_ms": 20, "server_ttl": 255})
def several_segments(stage, port):
    """Three segments are on their way when the server has already closed: the first one is
    reset, and so is each that follows."""
    connection = stage.connect(stage.listen(port))
    connection.client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.ask()
    connection.server.close()
    for number in range(3):
        connection.client.sendall(b"chunk %d\n" % number)
    stage.pause(0.3)
    for number in range(3):
        stage.expect(connection.flow, "data_after_close", repeats=number > 0,
                     kernel=stage.stray(port) if number else "TCP_ABORT_ON_DATA", never="half_open injected")


@story("data_after_close-ipv4-abort-with-data-in-flight", views="client server", port=8174,
       near_miss_for="injected half_open", network={"delay_ms": 12})
@story("data_after_close-ipv6-abort-with-data-in-flight", ip=6, port=8175,
       near_miss_for="injected half_open", network={"delay_ms": 8, "client_ttl": 128})
def abort_in_flight(stage, port):
    """The client aborts while three segments of the server are still on their way; each of them
    meets the closed socket and draws one more reset."""
    connection = stage.connect(stage.listen(port))
    connection.server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.ask()
    for number in range(3):
        connection.server.sendall(b"part %d of a long answer\n" % number)
    stage.abort(connection.client)
    stage.pause(0.3)
    stage.expect(connection.flow, "application_abort", by="client", kernel="TCP_STATE", never="injected")
    for _ in range(3):
        stage.expect(connection.flow, "data_after_close", by="client", repeats=True,
                     never="injected half_open")


@story("data_after_close-ipv4-orphan-expired", port=8176, near_miss_for="half_open idle_timeout")
@story("data_after_close-ipv6-orphan-expired", views="server", ip=6, port=8177, listens_on=False,
       near_miss_for="half_open idle_timeout")
def orphan_expired(stage, port, listens_on=True):
    """The server closes; its orphaned socket in FIN_WAIT2 expires after a second. Data of the
    client, which keeps its side open, come later."""
    listener = stage.listen(port)
    connection = stage.connect(listener)
    if not listens_on:
        listener.close()
    connection.ask()
    connection.server.setsockopt(socket.IPPROTO_TCP, socket.TCP_LINGER2, 1)
    connection.server.close()
    stage.pause(2.5)
    connection.client.sendall(b"long time no see\n")
    stage.pause(0.1)
    stage.expect(connection.flow, "data_after_close", kernel=stage.stray(port),
                 never="half_open idle_timeout injected")


@story("data_after_close-ipv4-keep-alive-probe", port=8178, near_miss_for="half_open keepalive_timeout")
def probe_meets_closed(stage, port):
    """The server closed and forgot the connection; the client's keep-alive probe finds that out."""
    connection = stage.connect(stage.listen(port))
    stage.keep_alive(connection.client, 3, 3, 5)
    connection.ask()
    connection.server.setsockopt(socket.IPPROTO_TCP, socket.TCP_LINGER2, 1)
    connection.server.close()
    stage.pause(3.8)
    stage.expect(connection.flow, "data_after_close", kernel=stage.stray(port),
                 never="half_open keepalive_timeout injected")


@story("application_abort-ipv4-both-at-once", views="client server", port=8179,
       near_miss_for="data_after_close injected", network={"delay_ms": 15})
def both_abort(stage, port):
    """Both applications abort in the same instant; the two resets cross on the wire."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    stage.pause(0.1)
    stage.abort(connection.client)
    stage.abort(connection.server)
    stage.pause(0.2)
    for by in ("client", "server"):
        stage.expect(connection.flow, "application_abort", by=by, kernel="TCP_STATE", never="data_after_close injected")


@story("healthy-ipv4-half-closed", views="server", port=8180, near_miss_for="data_after_close")
@story("healthy-ipv6-half-closed", ip=6, port=8181, near_miss_for="data_after_close")
def half_closed(stage, port):
    """The client closes only its sending side; the server goes on sending for a while and then
    closes too. Nothing is reset."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    connection.client.shutdown(socket.SHUT_WR)
    for number in range(4):
        connection.say("server", b"line %d after your FIN\n" % number)
        stage.pause(0.1)
    connection.server.close()
    connection.client.recv(1)
    connection.client.close()


@story("unread_data-ipv4-after-own-fin", views="server", port=8182, near_miss_for="data_after_close")
@story("unread_data-ipv6-after-own-fin", ip=6, port=8183, near_miss_for="data_after_close")
def unread_after_fin(stage, port):
    """The client shuts its sending side (FIN), the server's answer arrives and is never read; at
    close() the client's kernel resets."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    connection.client.shutdown(socket.SHUT_WR)
    connection.server.sendall(b"an answer nobody reads\n")
    stage.pause(0.2)
    connection.client.close()
    stage.pause(0.1)
    stage.expect(connection.flow, "unread_data", by="client", kernel="TCP_ABORT_ON_CLOSE", never="data_after_close")
