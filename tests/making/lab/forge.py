# SPDX-License-Identifier: GPL-2.0-or-later
"""Hand-made TCP segments, for what a kernel's own socket would never send, and true duplicates."""

import ipaddress
import socket
import struct
import time
from dataclasses import dataclass

FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
MSS = struct.pack("!BBH", 2, 4, 1440)
IPV6_HDRINCL = 36  # linux/in6.h
DONT_FRAGMENT = 0x4000


@dataclass(frozen=True)
class Look:
    """What a segment shows beside addresses, numbers and flags; the sender of a forgery chooses it."""

    ttl: int = 64  # or hop limit, as it leaves the node: the first receiver sees this very number
    ip_id: int | None = None  # None: whatever the kernel takes for such a packet
    flow_label: int = 0
    window: int = 64240
    options: bytes = b""


def timestamps(value, echo):
    """The timestamps option, as Linux places it."""
    return struct.pack("!BBBBII", 1, 1, 8, 10, value % 2**32, echo % 2**32)


def _checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _ip_header(source, target, length, look):
    source, target = (ipaddress.ip_address(end[0]).packed for end in (source, target))
    if len(source) == 16:
        return struct.pack("!IHBB", 6 << 28 | look.flow_label, length, socket.IPPROTO_TCP, look.ttl) + source + target
    flags = 0 if look.ip_id is None else DONT_FRAGMENT  # without this flag the kernel replaces ID 0
    first = struct.pack("!BBHHHBB", 0x45, 0, 20 + length, look.ip_id or 0, flags, look.ttl, socket.IPPROTO_TCP)
    return first + struct.pack("!H", _checksum(first + source + target)) + source + target


def send_packet(node, packet):
    """Send an IP packet from `node`, with whatever source address it carries."""
    v6 = packet[0] >> 4 == 6
    sock = node.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    try:
        if v6:
            sock.setsockopt(socket.IPPROTO_IPV6, IPV6_HDRINCL, 1)
        else:
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_HDRINCL, 1)
        target = packet[24:40] if v6 else packet[16:20]
        sock.sendto(packet, (str(ipaddress.ip_address(target)), 0))
    finally:
        sock.close()


def segment(source, target, flags, seq, ack=0, data=b"", look=Look()):
    """An IP packet with one TCP segment; source and target are (address, port)."""
    options = look.options or (MSS if flags & SYN else b"")
    header = struct.pack("!HHIIBBHHH", source[1], target[1], seq % 2**32, ack % 2**32,
                         (20 + len(options)) << 2, flags, look.window, 0, 0) + options + data
    pseudo = b"".join(ipaddress.ip_address(end[0]).packed for end in (source, target))
    pseudo += struct.pack("!II", len(header), socket.IPPROTO_TCP)
    whole = header[:16] + struct.pack("!H", _checksum(pseudo + header)) + header[18:]
    return _ip_header(source, target, len(whole), look) + whole


def send(node, source, target, *numbers, **more):
    """Send one segment from `node`, as `segment` makes it. The source need not be the node's own: on
    the router this is forging."""
    send_packet(node, segment(source, target, *numbers, **more))


def send_syn(node, source, target, seq):
    """Send a plain SYN from `node`."""
    send(node, source, target, SYN, seq)


@dataclass
class Heard:
    """One overheard frame."""

    frame: bytes
    port: int  # the sender's
    to: int  # the receiver's
    flags: int
    seq: int
    ack: int
    window: int
    payload: bytes
    options: bytes

    @property
    def length(self):
        return len(self.payload)

    @property
    def end(self):
        """The sequence number that its sender uses next."""
        return self.seq + self.length + bool(self.flags & SYN) + bool(self.flags & FIN)

    @property
    def packet(self):
        return self.frame[14:]

    @property
    def ip_id(self):
        return struct.unpack_from("!H", self.frame, 18)[0]

    @property
    def flow_label(self):
        return struct.unpack_from("!I", self.frame, 14)[0] & 0xFFFFF

    @property
    def ttl(self):
        return self.frame[21 if self.frame[12] == 0x86 else 22]

    def next_look(self, later=1):
        """What its sender's next segment looks like, `later` ticks of its clock after this one."""
        v6 = self.frame[12] == 0x86
        value, echo = self.timestamps or (0, 0)
        return Look(ttl=self.ttl, ip_id=None if v6 else (self.ip_id + 1) % 65536, window=self.window,
                    flow_label=self.flow_label if v6 else 0,
                    options=timestamps(value + later, echo) if self.timestamps else b"")

    @property
    def timestamps(self):
        """Value and echo of the option, where Linux places it; None without it."""
        if self.options[:4] != bytes((1, 1, 8, 10)):
            return None
        return struct.unpack_from("!II", self.options, 4)


class Ear:
    """Overhears TCP at one of a node's interfaces, from now on; can send a frame once more."""

    def __init__(self, node, device):
        self.node = node
        self.sock = node.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))  # ETH_P_ALL
        self.sock.bind((device, 3))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def hear(self, from_port, want=lambda heard: True, patience=5):
        """The next segment from that port that `want` likes."""
        deadline = time.monotonic() + patience
        while (left := deadline - time.monotonic()) > 0:
            self.sock.settimeout(left)
            heard = self._segment(self.sock.recv(65536))
            if heard and heard.port == from_port and want(heard):
                return heard
        raise TimeoutError(f"nothing heard from port {from_port}")

    @staticmethod
    def _segment(frame):
        kind, = struct.unpack_from("!H", frame, 12)
        if kind == 0x0800 and frame[23] == socket.IPPROTO_TCP:
            start = 14 + (frame[14] & 15) * 4
            end = 14 + struct.unpack_from("!H", frame, 16)[0]
        elif kind == 0x86DD and frame[20] == socket.IPPROTO_TCP:
            start = 54
            end = 54 + struct.unpack_from("!H", frame, 18)[0]
        else:
            return None
        port, to, seq, ack, offset, flags, window = struct.unpack_from("!HHIIBBH", frame, start)
        data = start + (offset >> 4) * 4
        return Heard(frame, port, to, flags, seq, ack, window, frame[data:end], frame[start + 20:data])

    def again(self, heard):
        """A late duplicate: the very same frame, sent out of this interface."""
        self.sock.send(heard.frame)

    def answer_as(self, link_address, heard, packet):
        """Send a packet out of this interface to the machine whose frame was heard, as a machine on
        the same link would that has its own link-layer address."""
        self.sock.send(heard.frame[6:12] + link_address + heard.frame[12:14] + packet)

    def forward(self, heard):
        """Send on what a rule of this router had dropped, as the router would have done at once."""
        packet = bytearray(heard.packet)
        packet[7 if packet[0] >> 4 == 6 else 8] -= 1
        send_packet(self.node, bytes(packet))
