# SPDX-License-Identifier: GPL-2.0-or-later
"""accept_queue_overflow: the listener's queue of finished handshakes is full."""

import socket

from ..story import story


def dial_many(stage, port, count, lazy_ack=False):
    """Several connection attempts in the same instant; (socket, flow) of each."""
    calls = []
    for _ in range(count):
        sock = stage.caller()
        if lazy_ack:  # the handshake's ACK waits for the first data and travels with it
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)
        calls.append((sock, stage.flow(sock, port)))
    for sock, _ in calls:
        sock.setblocking(False)
        sock.connect_ex((stage.address, port))
    return calls


def failed(sock):
    """Whether the kernel has reported a reset on this socket."""
    return sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0


def fill_queue(stage, port, backlog):
    """A listener that never accepts, with `backlog` connections waiting in its queue."""
    listener = stage.listen(port, backlog)
    waiting = dial_many(stage, port, backlog)
    stage.pause(0.2)
    return listener, waiting


def empty_queue(listener, calls):
    """The application wakes up: everything that still lives is closed in an orderly way."""
    for sock, _ in calls:
        sock.close()
    for _ in calls:
        accepted, _ = listener.accept()
        accepted.settimeout(5)
        while accepted.recv(4096):
            pass
        accepted.close()
    listener.close()


@story("accept_queue_overflow-ipv4-burst", views="server", port=8120, backlog=4,
       near_miss_for="health_check process_exit half_open", network={"delay_ms": 4})
@story("accept_queue_overflow-ipv6-burst", ip=6, port=8121, backlog=3,
       near_miss_for="health_check process_exit half_open", network={"server_ttl": 128, "delay_ms": 10})
@story("accept_queue_overflow-ipv4-first-data", views="client server", port=8122, backlog=3,
       near_miss_for="health_check process_exit half_open", data=b"EHLO me\r\n",
       network={"delay_ms": 9, "server_ttl": 255})
@story("accept_queue_overflow-ipv6-first-data", ip=6, port=8123, backlog=2,
       near_miss_for="health_check process_exit half_open", data=b"hello\n",
       network={"timestamps": False, "delay_ms": 6})
def burst(stage, port, backlog, data=b""):
    """The application does not accept; its queue is full, and with tcp_abort_on_overflow the
    kernel resets the handshakes that finish too late."""
    stage.server.sysctl("ipv4/tcp_abort_on_overflow", 1)
    listener, waiting = fill_queue(stage, port, backlog)
    calls = dial_many(stage, port, backlog, lazy_ack=bool(data))
    stage.pause(0.04)
    for sock, _ in calls:
        if data and not failed(sock):
            sock.send(data)
    stage.pause(0.5)
    reset = [flow for sock, flow in calls if failed(sock)]
    if not reset:
        raise RuntimeError("nothing overflowed")
    for flow in reset:
        stage.expect(flow, "accept_queue_overflow", kernel="INVALID_SYN", never="health_check half_open process_exit")
    empty_queue(listener, waiting + [c for c in calls if c[1] not in reset])


@story("application_abort-ipv4-accepted-and-aborted", views="server", port=8124,
       near_miss_for="accept_queue_overflow", count=1)
@story("application_abort-ipv6-accepted-and-aborted", ip=6, port=8125, count=2,
       near_miss_for="accept_queue_overflow", network={"delay_ms": 7})
def accept_and_abort(stage, port, count):
    """The application accepts, does not like the client and aborts at once."""
    listener = stage.listen(port)
    for _ in range(count):
        connection = stage.connect(listener)
        stage.abort(connection.server)
        stage.pause(0.1)
        stage.expect(connection.flow, "application_abort", kernel="TCP_STATE", never="accept_queue_overflow")


@story("process_exit-ipv4-never-accepted", port=8126, count=3, data=b"",
       near_miss_for="accept_queue_overflow")
@story("process_exit-ipv6-never-accepted", ip=6, port=8127, count=3, data=b"anybody home?\n",
       near_miss_for="accept_queue_overflow")
def listener_closed(stage, port, count, data):
    """The service shuts down while finished handshakes still wait in its queue."""
    listener = stage.listen(port)
    calls = dial_many(stage, port, count)
    stage.pause(0.2)
    for sock, _ in calls:
        if data:
            sock.send(data)
    stage.pause(0.2)
    listener.close()
    for _, flow in calls:
        stage.expect(flow, "process_exit", kernel="TCP_STATE", never="accept_queue_overflow")


@story("healthy-ipv4-overflow-without-abort", port=8128, backlog=2, network={"delay_ms": 3},
       near_miss_for="accept_queue_overflow")
def overflow_ignored(stage, port, backlog):
    """The queue is full but the kernel keeps silent (tcp_abort_on_overflow=0): SYN-ACKs are
    repeated until the application accepts; no reset at all."""
    listener, waiting = fill_queue(stage, port, backlog)
    calls = dial_many(stage, port, backlog)
    stage.pause(1.5)
    empty_queue(listener, waiting + calls)
