# SPDX-License-Identifier: GPL-2.0-or-later
"""Resets that an application decides: abort, unread data, quick close, a dying process."""

import ctypes
import signal
import subprocess
import sys
import time

from ..story import story

LIBC = ctypes.CDLL(None, use_errno=True)


def disconnect(sock):
    """connect(AF_UNSPEC): the socket lives on, the connection is aborted."""
    if LIBC.connect(sock.fileno(), bytes(16), 16) != 0:
        raise OSError(ctypes.get_errno(), "connect(AF_UNSPEC)")


@story("application_abort-ipv4-linger-by-client", port=8210, by="client", how="linger")
@story("application_abort-ipv6-linger-by-server", views="server", ip=6, port=8211, by="server",
       how="linger", network={"server_ttl": 128})
@story("application_abort-ipv4-killed-by-administrator", port=8212, by="server", how="kill",
       network={"timestamps": False})
@story("application_abort-ipv6-killed-by-administrator", views="server", ip=6, port=8213, by="client",
       how="kill")
@story("application_abort-ipv4-disconnect", port=8214, by="client", how="disconnect",
       network={"delay_ms": 6})
def mid_exchange(stage, port, by, how):
    """In the middle of an exchange, a request just sent and not yet answered, one end aborts:
    SO_LINGER 0, ss -K or connect(AF_UNSPEC)."""
    connection = stage.connect(stage.listen(port))
    for _ in range(3):
        connection.ask()
    connection.say("client", b"a last question, which is read but never answered\n")
    stage.pause(0.15)
    sock = getattr(connection, by)
    if how == "linger":
        stage.abort(sock)
    elif how == "kill":
        stage.kill(by, connection.flow)
    else:
        disconnect(sock)
    stage.pause(0.2)
    stage.expect(connection.flow, "application_abort", by=by, kernel="TCP_STATE", never="injected half_open")


@story("application_abort-ipv4-answer-half-sent", views="client server", port=8215,
       near_miss_for="fast_close", network={"delay_ms": 15})
def half_sent(stage, port):
    """The server aborts while part of its answer is not yet acknowledged; the acknowledgement on
    its way meets the closed socket."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    connection.say("client", b"the whole story, please\n")
    connection.server.sendall(b"once upon a time " * 200)
    stage.abort(connection.server)
    stage.pause(0.3)
    stage.expect(connection.flow, "application_abort", kernel="TCP_STATE",
                 never="fast_close injected")
    for number in range(3):  # how many acknowledgements were on their way depends on timing
        stage.expect(connection.flow, "data_after_close", kernel=stage.stray(port), repeats=True,
                     optional=number > 0, never="injected half_open")


@story("fast_close-ipv4-by-client", views="server", port=8216, near_miss_for="unread_data application_protocol_error")
@story("fast_close-ipv6-by-client", ip=6, port=8217, near_miss_for="unread_data application_protocol_error",
       network={"delay_ms": 5, "timestamps": False})
def fast_close(stage, port):
    """The client has its whole answer and all of it is acknowledged; it closes with SO_LINGER 0
    to be spared TIME_WAIT."""
    listener = stage.listen(port)
    for _ in range(2):
        connection = stage.connect(listener)
        connection.ask(b"GET / HTTP/1.0\r\n\r\n", b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nyes")
        stage.pause(0.1)
        stage.abort(connection.client)
        stage.expect(connection.flow, "fast_close", by="client", kernel="TCP_STATE", never="unread_data injected")
        stage.wait_for_failure(connection.server, 5)


@story("fast_close-ipv4-after-peers-fin", port=8218, near_miss_for="data_after_close")
@story("fast_close-ipv6-after-peers-fin", views="server", ip=6, port=8219, near_miss_for="data_after_close")
def fast_close_after_fin(stage, port):
    """The server closes first (FIN); the client, done as well, resets instead of a FIN."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    connection.server.close()
    stage.pause(0.2)
    stage.abort(connection.client)
    stage.pause(0.1)
    stage.expect(connection.flow, "fast_close", by="client", kernel="TCP_STATE", never="unread_data data_after_close injected")


HEAD = b"HTTP/1.1 200 OK\r\nServer: lab\r\n"
CHUNKS = HEAD + b"Transfer-Encoding: chunked\r\n\r\n40\r\n" + b"c" * 64 + b"\r\n"
SIZED = HEAD + b"Content-Length: 300\r\n\r\n" + b"s" * 300


def answered(stage, port, by, answer, request):
    """One end resets once all of an answer has arrived that was sent so far, and that is acknowledged."""
    connection = stage.connect(stage.listen(port))
    connection.ask(request, answer)
    stage.pause(0.15)
    stage.abort(getattr(connection, by))
    stage.wait_for_failure(connection.client if by == "server" else connection.server, 5)
    return connection.flow


@story("application_abort-ipv4-one-byte-short", port=8320, near_miss_for="fast_close", answer=SIZED[:-1])
@story("application_abort-ipv6-one-byte-short", views="server", ip=6, port=8321, near_miss_for="fast_close",
       by="client", answer=SIZED[:-1])
@story("application_abort-ipv4-without-the-last-chunk", views="server", port=8322, near_miss_for="fast_close",
       answer=CHUNKS, network={"delay_ms": 5})
def answer_cut(stage, port, answer, by="server"):
    """An HTTP answer lacks the last byte of its Content-Length, or its last chunk, when one end
    aborts; all that was sent is acknowledged."""
    flow = answered(stage, port, by, answer, b"GET /story HTTP/1.1\r\nHost: lab\r\n\r\n")
    stage.expect(flow, "application_abort", by=by, kernel="TCP_STATE", never="fast_close injected half_open")


@story("fast_close-ipv4-to-the-last-byte", port=8323, near_miss_for="application_abort unread_data", answer=SIZED)
@story("fast_close-ipv4-with-the-last-chunk", views="server", port=8324, near_miss_for="application_abort unread_data",
       answer=CHUNKS + b"0\r\n\r\n", network={"delay_ms": 5})
@story("fast_close-ipv6-answer-to-head", ip=6, port=8325, near_miss_for="application_abort unread_data",
       answer=HEAD + b"Content-Length: 300\r\n\r\n", method=b"HEAD")
@story("fast_close-ipv4-not-modified", views="server", port=8326, near_miss_for="application_abort unread_data",
       answer=b"HTTP/1.1 304 Not Modified\r\nContent-Length: 300\r\n\r\n", network={"server_ttl": 128})
def answer_complete(stage, port, answer, method=b"GET"):
    """An HTTP server has sent the whole of its answer, by its own framing, and ends the connection
    by a reset in place of FIN."""
    flow = answered(stage, port, "server", answer, method + b" /story HTTP/1.1\r\nHost: lab\r\n\r\n")
    stage.expect(flow, "fast_close", kernel="TCP_STATE", never="application_abort unread_data injected")


@story("unread_data-ipv4-server-never-read", views="server", port=8220, by="server", size=900)
@story("unread_data-ipv6-server-never-read", ip=6, port=8221, by="server", size=4000,
       network={"server_ttl": 128})
@story("unread_data-ipv4-client-never-read", port=8222, by="client", size=1300,
       network={"timestamps": False, "delay_ms": 7})
@story("unread_data-ipv4-server-leaves-much", port=8238, by="server", size=42000)
@story("unread_data-ipv6-client-leaves-much", ip=6, port=8239, by="client", size=42000)
def never_read(stage, port, by, size):
    """One end closes in the ordinary way, but data have arrived that it never read: its kernel
    resets instead of a FIN."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    writer = connection.client if by == "server" else connection.server
    writer.sendall(b"unread " * (size // 7))
    stage.pause(0.3)
    getattr(connection, by).close()
    stage.pause(0.1)
    stage.expect(connection.flow, "unread_data", by=by, kernel="TCP_ABORT_ON_CLOSE", never="injected half_open")


@story("application_protocol_error-ipv4-too-large", views="server", port=8000,
       near_miss_for="application_abort", network={"delay_ms": 6})
@story("application_protocol_error-ipv6-too-large", ip=6, port=8080, near_miss_for="application_abort")
def too_large(stage, port):
    """An HTTP server answers 413 to an upload it does not want to read, and closes with the rest
    of the body unread."""
    connection = stage.connect(stage.listen(port))
    head = b"POST /upload HTTP/1.1\r\nHost: lab\r\nContent-Length: 60000\r\n\r\n"
    connection.say("client", head)
    connection.client.sendall(b"body " * 700)
    stage.pause(0.2)
    connection.server.sendall(b"HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\n"
                              b"Connection: close\r\n\r\n")
    stage.pause(0.1)
    connection.server.close()
    stage.pause(0.2)
    stage.expect(connection.flow, "application_protocol_error", kernel="TCP_ABORT_ON_CLOSE", never="injected half_open")


@story("health_check-ipv4-connect-and-reset", views="server", port=8223, rounds=5,
       near_miss_for="accept_queue_overflow syn_scan")
@story("health_check-ipv6-connect-and-reset", ip=6, port=8224, rounds=4,
       near_miss_for="accept_queue_overflow syn_scan", network={"client_ttl": 255})
def health_check(stage, port, rounds):
    """A load balancer tests every so often whether the port accepts, and resets at once."""
    listener = stage.listen(port)
    for _ in range(rounds):
        connection = stage.connect(listener)
        stage.abort(connection.client)
        connection.server.close()
        stage.expect(connection.flow, "health_check", by="client", kernel="TCP_STATE", never="injected accept_queue_overflow")
        stage.pause(0.5)


SERVE = """
import socket, sys
listener = socket.socket(socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((sys.argv[1], int(sys.argv[2])))
listener.listen(16)
print('ready', flush=True)
clients = []
while True:
    client, _ = listener.accept()
    client.sendall(client.recv(4096).upper())
    clients.append(client)
"""


@story("process_exit-ipv4-killed", views="server", port=8225, unread=(0, 2, 3))
@story("process_exit-ipv6-killed", ip=6, port=8226, unread=(1, 4, 5), network={"server_ttl": 128})
def process_killed(stage, port, unread):
    """A server process with six connections is killed: a FIN on those that are quiet, a reset on
    those with unread data, all in one instant; the next client is refused."""
    process = subprocess.Popen(["ip", "netns", "exec", stage.server.namespace, sys.executable, "-c", SERVE,
                                stage.address, str(port)], stdout=subprocess.PIPE)
    try:
        process.stdout.readline()
        flows = []
        for number in range(6):
            sock = stage.caller()
            flows.append(stage.flow(sock, port))
            sock.connect((stage.address, port))
            sock.sendall(b"hello %d\n" % number)
            sock.recv(100)
        for number in unread:
            stage.keep[-6 + number].sendall(b"never read\n")
        time.sleep(0.2)
        process.send_signal(signal.SIGKILL)
        process.wait(5)
    finally:
        process.kill()
        process.wait(5)
        process.stdout.close()
    for number in unread:
        stage.expect(flows[number], "process_exit", kernel="TCP_ABORT_ON_CLOSE", never="injected")
    stage.expect(stage.refused(port), "service_stopped", never="not_listening")
