# SPDX-License-Identifier: GPL-2.0-or-later
"""Hand-made TCP segments, for what a kernel's own socket would never send, and true duplicates."""

import ipaddress
import socket
import struct
import time
from dataclasses import dataclass

FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
TRANSPARENT = {socket.AF_INET: (socket.SOL_IP, 19), socket.AF_INET6: (socket.IPPROTO_IPV6, 75)}
MSS = struct.pack("!BBH", 2, 4, 1440)


def _checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def send(node, source, target, flags, seq, ack=0, window=64240, data=b""):
    """Send one segment from `node`; source and target are (address, port). The source need not be
    the node's own: on the router this is forging."""
    family = socket.AF_INET6 if ":" in source[0] else socket.AF_INET
    options = MSS if flags & SYN else b""
    header = struct.pack("!HHIIBBHHH", source[1], target[1], seq % 2**32, ack % 2**32,
                         (20 + len(options)) << 2, flags, window, 0, 0) + options + data
    pseudo = b"".join(ipaddress.ip_address(end[0]).packed for end in (source, target))
    pseudo += struct.pack("!II", len(header), socket.IPPROTO_TCP)
    whole = header[:16] + struct.pack("!H", _checksum(pseudo + header)) + header[18:]
    sock = node.socket(family, socket.SOCK_RAW, socket.IPPROTO_TCP)
    try:
        sock.setsockopt(*TRANSPARENT[family], 1)
        sock.bind((source[0], 0))
        sock.sendto(whole, (target[0], 0))
    finally:
        sock.close()


def send_syn(node, source, target, seq):
    """Send a plain SYN from `node`."""
    send(node, source, target, SYN, seq)


@dataclass
class Heard:
    """One overheard frame."""

    frame: bytes
    flags: int
    seq: int
    ack: int
    length: int


class Ear:
    """Overhears TCP at one of a node's interfaces, from now on; can send a frame once more."""

    def __init__(self, node, device):
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
            port, heard = self._segment(self.sock.recv(65536))
            if port == from_port and want(heard):
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
            return None, None
        port, _, seq, ack, offset, flags = struct.unpack_from("!HHIIBB", frame, start)
        return port, Heard(frame, flags, seq, ack, end - start - (offset >> 4) * 4)

    def again(self, heard):
        """A late duplicate: the very same frame, sent out of this interface."""
        self.sock.send(heard.frame)
