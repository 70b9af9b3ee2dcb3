# SPDX-License-Identifier: GPL-2.0-or-later
"""retransmission_timeout: the same segment again and again, never acknowledged.

Linux gives up in silence; only when the peer speaks later does a reset (form B) show.
"""

import socket

from ..story import story

BYTE = b"x"
LARGE = b"0123456789abcdef" * 80


def hasty(stage, milliseconds=20):
    """A shorter minimum RTO: the same backoff, a finer grid."""
    for node in (stage.client, stage.server):
        node.sysctl("ipv4/tcp_rto_min_us", milliseconds * 1000)


def expect_timeout(stage, flow, by="client"):
    kernel = stage.stray(flow.server[1]) if by == "server" else "NO_SOCKET"
    stage.expect(flow, "retransmission_timeout", by=by, kernel=kernel, counts=True,
                 never="injected data_after_close")


@story("retransmission_timeout-ipv4-one-byte", port=8130, data=BYTE, direction="to_server")
@story("retransmission_timeout-ipv6-large", ip=6, port=8131, data=LARGE, direction="both",
       network={"server_ttl": 128})
@story("retransmission_timeout-ipv4-several-in-flight", port=8132, data=LARGE * 5, direction="both",
       network={"timestamps": False, "delay_ms": 8})
@story("retransmission_timeout-ipv6-fine-grid", ip=6, port=8133, data=b"a line\n", direction="to_server",
       rto=25, network={"client_ttl": 255})
@story("retransmission_timeout-ipv4-answer-lost", port=8134, data=b"one question\n", direction="to_client")
def gives_up(stage, port, data, direction, rto=None):
    """The path swallows a client's data until its kernel gives up, silently. When the path is
    back, the server speaks, and the client's kernel answers that it has no such connection."""
    if rto:
        hasty(stage, rto)
    stage.client.sysctl("ipv4/tcp_retries2", 5)
    connection = stage.connect(stage.listen(port))
    connection.ask()
    with stage.blocked(direction, f"tcp dport {port}" if direction == "to_server" else f"tcp sport {port}"
                       if direction == "to_client" else "meta l4proto tcp"):
        connection.client.sendall(data)
        stage.wait_for_failure(connection.client, 40)
    connection.server.sendall(b"are you still there?\n")
    stage.wait_for_failure(connection.server, 5)
    expect_timeout(stage, connection.flow)


@story("retransmission_timeout-ipv4-server-gives-up", views="server", port=8135,
       network={"client_ttl": 128})
@story("retransmission_timeout-ipv6-server-gives-up", views="server", ip=6, port=8136,
       network={"timestamps": False})
def server_gives_up(stage, port):
    """The server's answer never arrives; it gives up. The client's keep-alive probe, later,
    finds nothing at the server any more."""
    stage.server.sysctl("ipv4/tcp_retries2", 5)
    connection = stage.connect(stage.listen(port))
    connection.ask()
    connection.say("client", b"send me the report\n")
    stage.keep_alive(connection.client, 15, 3, 9)
    stage.pause(0.1)  # the question is acknowledged; nothing else of the client is under way
    with stage.blocked("both"):
        connection.server.sendall(LARGE)
        stage.wait_for_failure(connection.server, 40)
    stage.wait_for_failure(connection.client, 30)
    expect_timeout(stage, connection.flow, by="server")


@story("retransmission_timeout-ipv4-later-segments-arrive", port=8137)
@story("retransmission_timeout-ipv6-later-segments-arrive", ip=6, port=8138, network={"delay_ms": 5})
def later_segments_arrive(stage, port):
    """Only full-sized segments are lost (a path MTU black hole): the later, shorter ones are
    acknowledged selectively, the first one never; the client's kernel gives up."""
    stage.client.sysctl("ipv4/tcp_retries2", 5)
    connection = stage.connect(stage.listen(port))
    connection.client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.ask()
    with stage.blocked("to_server", f"tcp dport {port} meta length 1500"):
        connection.client.sendall(b"F" * (1448 if stage.ip == 4 else 1428))
        for _ in range(3):
            connection.client.sendall(b"short one\n")
            stage.pause(0.02)
        stage.wait_for_failure(connection.client, 40)
    connection.server.sendall(b"I still miss the first part\n")
    stage.wait_for_failure(connection.server, 5)
    expect_timeout(stage, connection.flow)


@story("half_open-ipv4-peer-gave-up-unseen", views="server", port=8139, near_miss_for="retransmission_timeout")
def gave_up_unseen(stage, port):
    """The client's retransmissions vanish on the way, so this end never sees them: all it can
    know is that the client lost the connection."""
    stage.client.sysctl("ipv4/tcp_retries2", 5)
    connection = stage.connect(stage.listen(port))
    connection.ask()
    with stage.blocked("to_server"):
        connection.client.sendall(BYTE)
        stage.wait_for_failure(connection.client, 40)
    connection.server.sendall(b"any news?\n")
    stage.wait_for_failure(connection.server, 5)
    stage.expect(connection.flow, "half_open", by="client",
                 never="retransmission_timeout data_after_close")


@story("application_abort-ipv4-gives-up-early", port=8141, patience=1.0,
       near_miss_for="retransmission_timeout")
@story("application_abort-ipv6-gives-up-off-the-grid", ip=6, port=8142, patience=8.8,
       near_miss_for="retransmission_timeout")
@story("application_abort-ipv4-gives-up-fine-grid", port=8143, patience=2.0, rto=20,
       near_miss_for="retransmission_timeout", network={"client_ttl": 128})
def application_gives_up(stage, port, patience, rto=None):
    """The data vanish and are retransmitted; the application loses its patience between two
    steps of the backoff and aborts (SO_LINGER 0). Linux itself would have kept silent."""
    if rto:
        hasty(stage, rto)
    connection = stage.connect(stage.listen(port))
    connection.ask()
    with stage.blocked("to_server", f"tcp dport {port}"):
        connection.client.sendall(b"is anybody listening?\n")
        stage.pause(patience)
        stage.abort(connection.client)
        stage.pause(0.1)
    stage.expect(connection.flow, "application_abort", by="client", kernel="TCP_STATE",
                 never="retransmission_timeout fast_close unread_data")
    stage.vanish(connection.server)


@story("application_abort-ipv4-different-segments-lost", port=8144,
       near_miss_for="retransmission_timeout unread_data")
@story("application_abort-ipv6-different-segments-lost", ip=6, port=8145,
       near_miss_for="retransmission_timeout unread_data", network={"timestamps": False})
def different_segments(stage, port):
    """A lossy path drops each data segment once: seven retransmissions, each of another segment
    and each acknowledged. Afterwards the application aborts."""
    hasty(stage, 60)
    connection = stage.connect(stage.listen(port))
    with stage.blocked("to_server", f"tcp dport {port} meta length > 150 numgen inc mod 2 == 0"):
        for turn in range(7):
            connection.say("client", bytes([65 + turn]) * 200)
    connection.say("server", b"got all seven\n")
    stage.pause(0.2)
    stage.abort(connection.client)
    stage.expect(connection.flow, "application_abort", by="client", kernel="TCP_STATE", never="retransmission_timeout unread_data")
    stage.wait_for_failure(connection.server, 5)


@story("application_abort-ipv4-late-acknowledgement", port=8146, near_miss_for="retransmission_timeout unread_data")
def late_acknowledgement(stage, port):
    """Six retransmissions or more of one segment, then the path is back, everything is
    acknowledged and the talk goes on; later the client aborts."""
    hasty(stage)
    connection = stage.connect(stage.listen(port))
    connection.ask()
    stage.block("to_server", f"tcp dport {port}")
    connection.client.sendall(b"patience\n")
    stage.pause(1.6)
    stage.unblock()
    connection.server.recv(100)
    connection.say("server", b"finally!\n")
    connection.ask()
    stage.pause(0.2)
    stage.abort(connection.client)
    stage.expect(connection.flow, "application_abort", by="client", kernel="TCP_STATE", never="retransmission_timeout unread_data")
    stage.wait_for_failure(connection.server, 5)


@story("application_abort-ipv4-every-packet-twice", views="router-any", port=8148,
       near_miss_for="retransmission_timeout")
def captured_twice(stage, port):
    """Captured on all interfaces of a router, every packet shows twice. The server drops the
    data; its few retransmissions look like twice as many, then the application aborts."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    stage.firewall(stage.server, f"tcp dport {port}", "drop")
    connection.client.sendall(b"hello?\n")
    stage.pause(2.2)
    stage.abort(connection.client)
    stage.pause(0.1)
    stage.no_firewall(stage.server)
    stage.expect(connection.flow, "application_abort", by="client", kernel="TCP_STATE",
                 never="retransmission_timeout fast_close unread_data")
    stage.vanish(connection.server)
