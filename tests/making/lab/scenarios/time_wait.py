# SPDX-License-Identifier: GPL-2.0-or-later
"""time_wait_assassination (RFC 1337): a late duplicate wakes a connection that both ends have closed."""

from ..forge import Ear
from ..story import story


@story("time_wait_assassination-ipv4-old-answer", port=8740, first="client", listens_on=True,
       near_miss_for="data_after_close port_reuse_time_wait half_open")
@story("time_wait_assassination-ipv6-old-answer", views="client", ip=6, port=8741, first="client",
       listens_on=False, near_miss_for="data_after_close port_reuse_time_wait half_open",
       network={"server_ttl": 128})
@story("time_wait_assassination-ipv4-old-question", views="server", port=8742, first="server",
       listens_on=True, near_miss_for="data_after_close port_reuse_time_wait half_open",
       network={"timestamps": False, "delay_ms": 8})
def late_duplicate(stage, port, first, listens_on):
    """Both ends have closed; the one that closed first remembers the connection in TIME_WAIT. A
    duplicate of an old data segment arrives late; TIME_WAIT answers with an ACK, which the other
    end, that has forgotten everything, resets: TIME_WAIT is gone too early."""
    listener = stage.listen(port)
    device = "toclient" if first == "client" else "toserver"
    with Ear(stage.router, device) as ear:
        connection = stage.connect(listener)
        connection.ask()
        closer, other = connection.client, connection.server
        if first == "server":
            closer, other = other, closer
        old = ear.hear(connection.flow.other(first)[1], lambda heard: heard.length > 0)
        closer.close()
        other.recv(1)
        other.close()
        if not listens_on:
            listener.close()
        stage.pause(0.8)
        ear.again(old)
        stage.pause(0.3)
    by = "server" if first == "client" else "client"
    kernel = stage.stray(port) if by == "server" else "NO_SOCKET"
    stage.expect(connection.flow, "time_wait_assassination", by=by, kernel=kernel,
                 never="injected half_open data_after_close")


@story("data_after_close-ipv4-one-side-only", port=8743, near_miss_for="time_wait_assassination")
@story("data_after_close-ipv6-one-side-only", views="server", ip=6, port=8744,
       near_miss_for="time_wait_assassination", network={"delay_ms": 6})
def one_side_only(stage, port):
    """Only the server closes; the client, whose side is still open, speaks again after a second
    and meets no socket."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    connection.server.close()
    connection.client.recv(1)
    stage.pause(1)
    connection.client.sendall(b"one more thing\n")
    stage.pause(0.2)
    stage.expect(connection.flow, "data_after_close", kernel="TCP_TIMEWAIT_SOCKET",
                 never="time_wait_assassination half_open injected")
