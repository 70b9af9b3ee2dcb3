# SPDX-License-Identifier: GPL-2.0-or-later
"""What a scenario can do: listen, dial, talk, abort, cut the path, foretell a reset.

All sockets live in this process, each in its own namespace; so a story is a plain
sequence of statements, without threads.
"""

import contextlib
import random
import socket
import struct
import time
from dataclasses import dataclass

from .story import Expected, Flow

PATIENCE = 8.0  # seconds that any blocking call may take

FAMILY = {4: socket.AF_INET, 6: socket.AF_INET6}
TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ, SEND_QUEUE = 19, 20, 21, 2  # linux/tcp.h
DIRECTION = {"to_server": 'oifname "toserver"', "to_client": 'oifname "toclient"', "both": ""}


def next_sequence(sock):
    """The next sequence number that this socket would send (TCP_REPAIR lets us look)."""
    sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
    sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR_QUEUE, SEND_QUEUE)
    seq, = struct.unpack("I", sock.getsockopt(socket.IPPROTO_TCP, TCP_QUEUE_SEQ, 4))
    sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, -1)  # off, without a window probe
    return seq


@dataclass
class Connection:
    """An accepted connection: both ends and the flow between them."""

    client: socket.socket
    server: socket.socket
    flow: Flow

    def ask(self, request=b"hello, are you there?\n", answer=b"yes, I am here\n"):
        """One request and its answer; everything is read."""
        self.say("client", request)
        if answer:
            self.say("server", answer)

    def say(self, role, data):
        """One end sends, the other reads it all."""
        sender, reader = (self.client, self.server) if role == "client" else (self.server, self.client)
        sender.sendall(data)
        got = b""
        while len(got) < len(data):
            piece = reader.recv(65536)
            if not piece:
                raise RuntimeError("the peer closed in the middle")
            got += piece

    def close(self):
        """An orderly end: the client first."""
        self.client.close()
        self.server.recv(1)
        self.server.close()


class Stage:
    """The hosts, the path between them, and the list of foretold resets."""

    def __init__(self, network, scenario, captures):
        self.network = network
        self.client = network.client
        self.router = network.router
        self.server = network.server
        self.ip = scenario.ip
        self.captures = captures
        self.expected = []
        self.address = self.server.address[self.ip]
        self.dialer = self.client  # the node that opens connections
        self.protocol = 0  # TCP; or IPPROTO_MPTCP
        self.keep = []  # sockets that must not be collected (closed) by Python
        self.more_addresses = set()  # beside the two hosts' own, for kernel rows

    # -- connections

    def listen(self, port, backlog=16):
        listener = self.server.socket(FAMILY[self.ip], protocol=self.protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((self.address, port))
        listener.listen(backlog)
        listener.settimeout(PATIENCE)
        self.keep.append(listener)
        return listener

    def caller(self, source_port=None):
        """A client socket, bound so that the flow is known before anything is sent."""
        sock = self.dialer.socket(FAMILY[self.ip], protocol=self.protocol)
        sock.settimeout(PATIENCE)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        own = self.address if self.dialer is self.server else self.dialer.address[self.ip]
        sock.bind((own, source_port or random.randint(32768, 60999)))
        self.keep.append(sock)
        return sock

    def stray(self, port):
        """The kernel's word for a segment without connection: a port that still (or again) listens
        blames its flags, a closed port says that there is no socket. On the wire they are equal."""
        listens = any(sock.fileno() >= 0 and sock.getsockname()[1] == port
                      and sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
                      for sock in self.keep)
        return "TCP_FLAGS" if listens else "NO_SOCKET"

    def flow(self, sock, port):
        return Flow(sock.getsockname()[:2], (self.address, port))

    def connect(self, listener, source_port=None, prepare=None):
        port = listener.getsockname()[1]
        sock = self.caller(source_port)
        if prepare:
            prepare(sock)
        flow = self.flow(sock, port)
        sock.connect((self.address, port))
        accepted, _ = listener.accept()
        accepted.settimeout(PATIENCE)
        self.keep.append(accepted)
        return Connection(sock, accepted, flow)

    def refused(self, port, source_port=None):
        """Dial and be refused; the flow."""
        sock = self.caller(source_port)
        flow = self.flow(sock, port)
        try:
            sock.connect((self.address, port))
        except ConnectionRefusedError:
            sock.close()
            return flow
        raise RuntimeError(f"port {port} accepted, though the story says it refuses")

    def anybody(self, port):
        """The flow of a program on the dialer that chooses its own source port."""
        return Flow((self.dialer.address[self.ip], 0), (self.address, port))

    def talk(self, port=None, rounds=2):
        """A healthy connection from first to last."""
        listener = self.listen(port or random.choice((5000, 7000, 8008, 9000, 9999, 12345)))
        connection = self.connect(listener)
        for number in range(rounds):
            connection.ask(b"line %d, please\n" % number, b"here is line %d\n" % number * (number + 1))
        connection.close()
        time.sleep(0.05)
        listener.close()
        return connection.flow

    @staticmethod
    def abort(sock):
        """Close with SO_LINGER 0: the kernel sends a reset instead of a FIN."""
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()

    @staticmethod
    def vanish(sock):
        """The socket is gone without a word, as after a crash of its host (TCP_REPAIR)."""
        sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
        sock.close()

    @staticmethod
    def keep_alive(sock, idle, interval, count):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, idle)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, interval)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, count)

    @staticmethod
    def wait_for_failure(sock, seconds):
        """Wait until the kernel gives the connection up; which error it names does not matter."""
        sock.settimeout(seconds)
        try:
            while sock.recv(65536):
                pass
        except TimeoutError as error:
            if error.errno is None:  # our own patience ended, not the kernel's
                raise RuntimeError("the kernel has not given up") from error
        except OSError:
            pass

    def kill(self, role, flow):
        """Destroy one end's socket as an administrator would: ss -K."""
        node = self.dialer if role == "client" else self.server
        (_, own), (_, far) = flow.end(role), flow.other(role)
        node.run("ss", "-K", "-t", "-n", f"sport = {own} and dport = {far}")

    # -- the path

    def block(self, direction, match="meta l4proto tcp"):
        """The router silently drops what matches."""
        self.router.nft("table inet hole { chain f { type filter hook forward priority 0; "
                        f"{DIRECTION[direction]} {match} counter drop\n}}\n}}")

    def unblock(self):
        self.router.nft("delete table inet hole")

    @contextlib.contextmanager
    def blocked(self, direction, match="meta l4proto tcp"):
        self.block(direction, match)
        try:
            yield
        finally:
            self.unblock()

    @staticmethod
    def firewall(node, match, verdict="reject with tcp reset"):
        """A rule on the router's forwarding path, or on a host's own input."""
        hook = "forward" if node.role == "router" else "input"
        node.nft(f"table inet wall {{ chain f {{ type filter hook {hook} priority 0; {match} {verdict}\n}}\n}}")

    @staticmethod
    def no_firewall(node):
        node.nft("delete table inet wall")

    # -- time and truth

    @staticmethod
    def pause(seconds):
        time.sleep(seconds)

    def start_capture(self):
        """Only for stories registered with late=True."""
        self.captures.start()

    def server_capture_starts(self):
        """From here on only, in the view both-late, the server's side is captured."""
        self.captures.late_from = time.time()

    def expect(self, flow, reason, by="server", kernel="NO_SOCKET", **more):
        more["never"] = tuple(more.get("never", "").split())
        self.expected.append(Expected(flow, reason, by, kernel, **more))
