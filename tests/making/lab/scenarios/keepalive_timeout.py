# SPDX-License-Identifier: GPL-2.0-or-later
"""keepalive_timeout, and what resembles it: answered probes, zero-window probes."""

import socket

from ..story import story


@story("keepalive_timeout-ipv4-client-probes", port=8150, by="client", idle=1, interval=1, count=4)
@story("keepalive_timeout-ipv6-client-probes", ip=6, port=8151, by="client", idle=2, interval=1, count=3,
       network={"timestamps": False})
@story("keepalive_timeout-ipv4-server-probes", views="server", port=8152, by="server", idle=1, interval=2,
       count=3, network={"server_ttl": 128})
@story("keepalive_timeout-ipv4-two-probes", port=8153, by="client", idle=2, interval=2, count=2)
@story("keepalive_timeout-ipv6-two-probes", views="server", ip=6, port=8162, by="server", idle=1, interval=1,
       count=2, network={"server_ttl": 255})
def peer_is_gone(stage, port, by, idle, interval, count):
    """The path is cut while nobody talks. The keep-alive probes of one end stay unanswered, and
    its kernel resets the connection."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    prober = getattr(connection, by)
    stage.keep_alive(prober, idle, interval, count)
    with stage.blocked("both"):
        stage.wait_for_failure(prober, 20)
        stage.pause(0.1)
    stage.expect(connection.flow, "keepalive_timeout", by=by, kernel="TCP_KEEPALIVE_TIMEOUT",
                 never="application_abort retransmission_timeout")
    stage.vanish(connection.server if by == "client" else connection.client)


@story("application_abort-ipv4-answered-probes", port=8154,
       near_miss_for="keepalive_timeout zero_window_timeout unread_data")
@story("application_abort-ipv6-answered-probes", ip=6, port=8155,
       near_miss_for="keepalive_timeout zero_window_timeout unread_data",
       network={"delay_ms": 10})
def answered_probes(stage, port):
    """Every keep-alive probe is answered; after some seconds of idleness the application aborts."""
    connection = stage.connect(stage.listen(port))
    stage.keep_alive(connection.client, 1, 1, 3)
    connection.ask()
    stage.pause(4.4)
    stage.abort(connection.client)
    stage.expect(connection.flow, "application_abort", by="client", kernel="TCP_STATE", never="keepalive_timeout unread_data")
    stage.wait_for_failure(connection.server, 5)


@story("application_abort-ipv4-between-probes", port=8156,
       near_miss_for="keepalive_timeout zero_window_timeout")
@story("application_abort-ipv6-between-probes", ip=6, port=8157,
       near_miss_for="keepalive_timeout zero_window_timeout",
       network={"client_ttl": 255})
def between_probes(stage, port):
    """Two keep-alive probes are unanswered, many more would follow; half-way to the next one the
    application aborts."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    stage.keep_alive(connection.client, 1, 2, 9)
    with stage.blocked("both"):
        stage.pause(4.0)
        stage.abort(connection.client)
        stage.pause(0.1)
    stage.expect(connection.flow, "application_abort", by="client", kernel="TCP_STATE", never="keepalive_timeout")
    stage.vanish(connection.server)


def stuff(stage, port):
    """Fill a small receive window that nobody empties; the connection."""
    listener = stage.listen(port)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2304)
    connection = stage.connect(listener)
    connection.ask()
    connection.client.settimeout(0.5)
    try:
        connection.client.sendall(b"too much for a reader that does not read. " * 400)
    except TimeoutError:
        pass
    return connection


@story("zero_window_timeout-ipv4-application-gives-up", port=8158,
       near_miss_for="keepalive_timeout retransmission_timeout")
@story("zero_window_timeout-ipv6-application-gives-up", ip=6, port=8159,
       near_miss_for="keepalive_timeout retransmission_timeout", network={"timestamps": False})
def writer_aborts(stage, port):
    """The reader stops reading and closes its window; the writer's zero-window probes are
    answered, until the writing application gives up and aborts."""
    connection = stuff(stage, port)
    stage.pause(3.0)
    stage.abort(connection.client)
    stage.expect(connection.flow, "zero_window_timeout", by="client", kernel="TCP_STATE",
                 never="keepalive_timeout retransmission_timeout fast_close")
    stage.pause(0.2)
    stage.vanish(connection.server)


@story("zero_window_timeout-ipv4-user-timeout", port=8160,
       near_miss_for="keepalive_timeout retransmission_timeout data_after_close")
@story("zero_window_timeout-ipv6-user-timeout", ip=6, port=8161,
       near_miss_for="keepalive_timeout retransmission_timeout data_after_close")
def user_timeout(stage, port):
    """The reader stops reading; the writer's kernel gives up after TCP_USER_TIMEOUT, in silence.
    When the reader speaks again, nobody is there."""
    connection = stuff(stage, port)
    connection.client.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 2500)
    stage.wait_for_failure(connection.client, 20)
    connection.server.sendall(b"sorry, I was asleep\n")
    stage.wait_for_failure(connection.server, 5)
    stage.expect(connection.flow, "zero_window_timeout", by="client",
                 never="keepalive_timeout retransmission_timeout data_after_close")
