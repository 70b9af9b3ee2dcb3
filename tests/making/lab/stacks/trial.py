# SPDX-License-Identifier: GPL-2.0-or-later
"""One measurement, in a network of its own: the kernel talks with a foreign host at the server's place, or through a
NAT in user mode at the client's."""

import asyncio
import contextlib
import socket
import struct

from ..forge import ACK, MSS, PSH, SYN, Ear, Look, send, timestamps
from ..topology import Network, Node
from .foreign import ForeignHost
from .nat import UserModeNat

FAMILY = {4: socket.AF_INET, 6: socket.AF_INET6}
GONE = "table inet gone { chain in { type filter hook input priority 0; tcp dport 0-65535 drop; }\n" \
       "chain out { type filter hook output priority 0; meta l4proto tcp drop; }\n }"
MUTE = "table inet mute { chain in { type filter hook input priority 0; tcp dport 0-65535 drop; }\n }"

LOSSY = "table inet lossy { chain in { type filter hook input priority 0;\n" \
        "meta l4proto tcp meta length > 200 drop; }\n }"


class Link:
    """A TCP socket of a node, for asyncio."""

    def __init__(self, sock):
        self.sock = sock
        self.sock.setblocking(False)
        self.loop = asyncio.get_running_loop()

    @classmethod
    def of(cls, node, version):
        """A new one."""
        sock = node.socket(FAMILY[version])
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return cls(sock)

    async def connect(self, target, patience=5):
        await asyncio.wait_for(self.loop.sock_connect(self.sock, target), patience)
        return self

    async def say(self, data=b"hello\n"):
        await self.loop.sock_sendall(self.sock, data)

    async def hear(self, patience=3):
        """What comes; b"" at the end, None when the connection is gone or nothing comes in time."""
        try:
            return await asyncio.wait_for(self.loop.sock_recv(self.sock, 65536), patience)
        except (OSError, TimeoutError):
            return None

    @property
    def port(self):
        return self.sock.getsockname()[1]

    def fill(self, data=b"x" * 65536):
        """Send as much as the kernel takes at once."""
        try:
            while True:
                self.sock.send(data)
        except BlockingIOError:
            pass

    def abort(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def close(self):
        self.sock.close()


async def wake_path(node, target):
    """Every machine on the way learns its neighbour's address (the first packets of a fresh IPv6 network are lost
    meanwhile): connect to a closed port until that is refused."""
    for _ in range(10):
        link = Link.of(node, 6 if ":" in target else 4)
        try:
            await link.connect((target, 9), patience=1)
        except ConnectionRefusedError:
            return
        except (OSError, TimeoutError):
            await asyncio.sleep(0.1)
        finally:
            link.close()
    raise RuntimeError(f"{target} cannot be reached")


class Undone:
    """What a trial has made is taken away at its end, `links` first: they live as long as the trial."""

    def __init__(self):
        self._undo = None
        self.links = []

    async def __aexit__(self, *_):
        await self._undo.aclose()

    def _close_links(self):
        for link in self.links:
            link.close()


class Trial(Undone):
    """What a probe of a foreign host works with; an asynchronous context manager."""

    def __init__(self, number, stack, version):
        super().__init__()
        self.network = Network(number)
        self.stack = stack
        self.version = version
        self.host = None
        self.ear = None
        self.begin = None  # the host's side of the handshake

    async def __aenter__(self):
        async with contextlib.AsyncExitStack() as undo:
            undo.enter_context(self.network)
            self.peer = self.network.client
            self.ear = undo.enter_context(Ear(self.peer, "eth0"))
            undo.callback(self._close_links)
            self.host = ForeignHost(self.network.server, self.stack)
            undo.push_async_callback(self.host.stop)
            await self.host.start()
            await wake_path(self.peer, self.address)
            self._undo = undo.pop_all()
        return self

    @property
    def address(self):
        return self.network.server.address[self.version]

    @property
    def taps(self):
        """(view of the capture, whose resets are looked at, what they are)."""
        return [("server", self.address, self.stack)]

    def log(self):
        return "".join(f"{event.time:.6f} {event.text}\n" for event in self.host.events)

    def socket(self):
        self.links.append(Link.of(self.peer, self.version))
        return self.links[-1]

    async def talk(self, behaviour, text=b"hello\n", port=80):
        """A connection to the host, which behaves so; the peer has said the text."""
        await self.host.listen(port, behaviour)
        link = await self.socket().connect((self.address, port))
        if text:
            await link.say(text)
        return link

    def handshake(self, port=80):
        """The SYN,ACK that the host has sent from that port: its `seq` and `ack` are where the numbers begin."""
        self.begin = self.ear.hear(port, lambda heard: heard.flags & SYN)
        return self.begin

    def inject(self, flags, seq, ack=0, data=b"", port=80, source=40000):
        """A segment that the peer's kernel would not send; with the option that every segment of the connection must
        have (RFC 7323), where the host has agreed to it."""
        options = MSS if flags & SYN else b""
        if self.begin and self.begin.timestamps:
            theirs, ours = self.begin.timestamps
            options += timestamps(ours + 4000, theirs)
        send(self.peer, (self.peer.address[self.version], source), (self.address, port), flags, seq, ack, data,
             look=Look(options=options))

    def inject_data(self, source, sent, received, data=b"late!\n"):
        """Data of a connection whose socket may be gone: so many bytes (with FIN) after its handshake."""
        self.inject(PSH | ACK, self.begin.ack + sent, self.begin.seq + 1 + received, data, source=source)

    def lose_peer(self):
        """From now on the peer neither hears nor says TCP."""
        self.peer.nft(GONE)

    def lose_data(self):
        """From now on what the host says is lost, but for its empty segments."""
        self.peer.nft(LOSSY)

    def mute_peer(self):
        """The peer's kernel hears no TCP (our Ear does), so that it does not answer for its own part."""
        self.peer.nft(MUTE)


class NatTrial(Undone):
    """What a probe of a NAT works with: an inner client behind it, and a server, both of the kernel."""

    def __init__(self, number, program, version):
        super().__init__()
        self.network = Network(number)
        self.program = program
        self.version = version

    async def __aenter__(self):
        async with contextlib.AsyncExitStack() as undo:
            undo.enter_context(self.network)
            self.server = self.network.server
            self.outer = self.network.client
            self.inner = self.network.inner = Node("inner", f"{self.outer.namespace}-in")
            undo.callback(self.inner.remove)
            self.inner.create()
            undo.callback(self._close_links)
            await wake_path(self.outer, self.address)
            self.nat = UserModeNat(self.program, self.outer, self.inner)
            undo.push_async_callback(self.nat.stop)
            await self.nat.start()
            self._undo = undo.pop_all()
        return self

    @property
    def address(self):
        return self.server.address[self.version]

    @property
    def taps(self):
        # "any": the inner device goes and comes with the NAT.
        return [("inner-any", self.address, f"{self.program} to its client"),
                ("client", self.outer.address[self.version],
                 f"the kernel to the server, at the wish of {self.program}")]

    def log(self):
        return ""

    def _link(self, node):
        self.links.append(Link.of(node, self.version))
        return self.links[-1]

    def socket(self):
        return self._link(self.inner)

    async def pair(self, text=b"hello\n", port=80):
        """(client's end, server's end) of a connection; the client has said the text and the server has read it."""
        listening = self._link(self.server)
        listening.sock.bind((self.address, port))
        listening.sock.listen()
        client = await self.socket().connect((self.address, port))
        accepted, _ = await asyncio.wait_for(client.loop.sock_accept(listening.sock), 5)
        server = Link(accepted)
        self.links.append(server)
        if text:
            await client.say(text)
            await server.hear()
        return client, server
