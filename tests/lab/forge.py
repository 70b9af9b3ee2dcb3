# SPDX-License-Identifier: GPL-2.0-or-later
"""A hand-made TCP segment, for what a kernel's own client would never send."""

import ipaddress
import socket
import struct


def _checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def send_syn(node, source, target, seq):
    """Send a plain SYN from `node`; source and target are (address, port)."""
    family = socket.AF_INET6 if ":" in source[0] else socket.AF_INET
    options = struct.pack("!BBH", 2, 4, 1440)
    header = struct.pack("!HHIIBBHHH", source[1], target[1], seq % 2**32, 0, 6 << 4, 0x02, 64240, 0, 0) + options
    pseudo = b"".join(ipaddress.ip_address(end[0]).packed for end in (source, target))
    pseudo += struct.pack("!II", len(header), socket.IPPROTO_TCP)
    whole = header[:16] + struct.pack("!H", _checksum(pseudo + header)) + header[18:]
    sock = node.socket(family, socket.SOCK_RAW, socket.IPPROTO_TCP)
    try:
        sock.bind((source[0], 0))
        sock.sendto(whole, (target[0], 0))
    finally:
        sock.close()
