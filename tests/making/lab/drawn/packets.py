# SPDX-License-Identifier: GPL-2.0-or-later
"""A capture as the lab's taps make it (pcap), and the TCP segment in each packet."""

import collections
import ipaddress
import struct
from dataclasses import dataclass

from ..frames import Frame

ETHERNET, LINUX_SLL2 = 1, 276  # pcap link types
TCP = 6


@dataclass
class Packet:
    """One captured packet; `frame` is its TCP segment, None for everything else."""

    micros: int
    data: bytes
    length: int  # on the wire
    link: int  # pcap link type
    frame: Frame | None = None


def _network_layer(packet):
    """(Ethernet type, where IP starts, interface)."""
    if packet.link == LINUX_SLL2:
        kind, _, index = struct.unpack_from("!HHI", packet.data)
        return kind, 20, index
    return struct.unpack_from("!H", packet.data, 12)[0], 14, 0


def _ipv4(data, at):
    """(addresses, where TCP starts, its length, IP-ID), or None. Offloading leaves the length at 0."""
    if data[at + 9] != TCP or struct.unpack_from("!H", data, at + 6)[0] & 0x3FFF:
        return None
    header = (data[at] & 15) * 4
    total, ip_id = struct.unpack_from("!HH", data, at + 2)
    return (data[at + 12:at + 16], data[at + 16:at + 20]), at + header, total - header, ip_id


def _ipv6(data, at):
    if data[at + 6] != TCP:
        return None
    label, length = struct.unpack_from("!IH", data, at)
    return (data[at + 8:at + 24], data[at + 24:at + 40]), at + 40, length, label & 0xFFFFF


def _timestamp(options):
    at = 0
    while at < len(options) and options[at]:
        if options[at] == 1:
            at += 1
        elif options[at] == 8 and at + 6 <= len(options):
            return struct.unpack_from("!I", options, at + 2)[0]
        else:
            at += max(2, options[at + 1]) if at + 1 < len(options) else 2
    return None


def _frame(number, packet, name):
    kind, at, index = _network_layer(packet)
    layer = {0x0800: _ipv4, 0x86DD: _ipv6}.get(kind)
    found = layer(packet.data, at) if layer else None
    if not found:
        return None
    (source, target), start, length, mark = found
    sport, dport, seq, ack, offset, flags = struct.unpack_from("!HHIIBB", packet.data, start)
    header = (offset >> 4) * 4
    sender, receiver = ((str(ipaddress.ip_address(address)), port)
                        for address, port in ((source, sport), (target, dport)))
    frame = Frame(number, packet.micros / 1e6, f"{name}/{index}", sender, receiver, flags, seq, ack, length - header)
    frame.identity = (sender, receiver, flags, seq, ack, length - header, mark,
                      _timestamp(packet.data[start + 20:start + header]))
    return frame


def read_tap(path, name):
    """Every packet that a tap saw, in its order. What ends a frame's identity is a count, per interface:
    passive resets that answer equal segments are equal to the last bit."""
    data = path.read_bytes()
    link = struct.unpack_from("<I", data, 20)[0]
    packets, twins, at = [], collections.Counter(), 24
    while at + 16 <= len(data):
        seconds, micros, kept, length = struct.unpack_from("<IIII", data, at)
        packet = Packet(seconds * 1_000_000 + micros, data[at + 16:at + 16 + kept], length, link)
        packet.frame = _frame(len(packets) + 1, packet, name)
        if packet.frame:
            key = packet.frame.identity, packet.frame.interface
            twins[key] += 1
            packet.frame.identity += (twins[key],)
        packets.append(packet)
        at += 16 + kept
    return packets
