# SPDX-License-Identifier: GPL-2.0-or-later
"""Ethernet frames put into other encapsulations. Each function takes one frame and returns the
frames that carry it: none when it cannot be carried (ARP in a tunnel), two when it is fragmented."""
import struct
import zlib

from scapy.contrib.mpls import MPLS
from scapy.layers.inet import IP
from scapy.layers.inet6 import IPv6, IPv6ExtHdrFragment
from scapy.layers.l2 import GRE, Dot1AD, Dot1Q, Ether
from scapy.layers.ppp import PPP, PPPoE
from scapy.packet import Raw

IPV4, IPV6 = 0x0800, 0x86DD
TUNNEL = {"src": "192.0.2.254", "dst": "198.51.100.254", "ttl": 61}
TUNNEL6 = {"src": "2001:db8:fe::1", "dst": "2001:db8:ff::1", "hlim": 60}


def ether_type(frame: bytes) -> int:
    return int.from_bytes(frame[12:14], "big")


def ip_packet(frame: bytes) -> bytes:
    """The IP packet alone, without Ethernet padding."""
    start = {IPV4: 16, IPV6: 18}[ether_type(frame)]
    length = int.from_bytes(frame[start:start + 2], "big") + (40 if ether_type(frame) == IPV6 else 0)
    return frame[14:14 + length]


def carries_ip(frame: bytes) -> bool:
    return ether_type(frame) in (IPV4, IPV6)


def link(frame: bytes) -> Ether:
    """The frame's own link-layer addresses, for another payload."""
    outer = Ether(frame[:14])
    return Ether(src=outer.src, dst=outer.dst)


def only_ip(wrap):
    return lambda frame: wrap(frame) if carries_ip(frame) else []


def vlan(frame: bytes) -> list[bytes]:
    return [bytes(link(frame) / Dot1Q(vlan=42, prio=3, type=ether_type(frame)) / frame[14:])]


def qinq(frame: bytes) -> list[bytes]:
    inner = Dot1Q(vlan=7, type=ether_type(frame))
    return [bytes(link(frame) / Dot1AD(vlan=1001, type=0x8100) / inner / frame[14:])]


@only_ip
def gre(frame: bytes) -> list[bytes]:
    return [bytes(link(frame) / IP(**TUNNEL, proto=47) / GRE(proto=ether_type(frame)) / ip_packet(frame))]


@only_ip
def in_ipv4(frame: bytes) -> list[bytes]:
    """IP-in-IP (RFC 2003) for IPv4, 6in4 (RFC 4213) for IPv6."""
    protocol = 4 if ether_type(frame) == IPV4 else 41
    return [bytes(link(frame) / IP(**TUNNEL, proto=protocol) / Raw(ip_packet(frame)))]


@only_ip
def in_ipv6_fragments(frame: bytes) -> list[bytes]:
    """RFC 2473, the outer packet always in two fragments: even a reset's header is split."""
    protocol, packet = (4 if ether_type(frame) == IPV4 else 41), ip_packet(frame)
    cut = max(8, len(packet) // 2 // 8 * 8)
    pieces = ((packet[:cut], 0, 1), (packet[cut:], cut // 8, 0))
    return [bytes(link(frame) / IPv6(**TUNNEL6) / IPv6ExtHdrFragment(
        nh=protocol, offset=offset, m=more, id=zlib.crc32(packet)) / Raw(piece)) for piece, offset, more in pieces]


@only_ip
def mpls(frame: bytes) -> list[bytes]:
    labels = MPLS(label=16001, s=0, ttl=62) / MPLS(label=24007, s=1, ttl=62)
    outer = link(frame)
    outer.type = 0x8847
    return [bytes(outer / labels / Raw(ip_packet(frame)))]


@only_ip
def pppoe(frame: bytes) -> list[bytes]:
    outer, protocol = link(frame), 0x0021 if ether_type(frame) == IPV4 else 0x0057
    outer.type = 0x8864
    return [bytes(outer / PPPoE(sessionid=0x0C0D) / PPP(proto=protocol) / Raw(ip_packet(frame)))]


def cooked(frame: bytes) -> list[bytes]:
    """LINKTYPE_LINUX_SLL: type "to us", ARPHRD_ETHER, 6 bytes of the sender's address."""
    return [struct.pack("!HHH", 0, 1, 6) + frame[6:12] + b"\0\0" + frame[12:]]


def cooked2(frame: bytes) -> list[bytes]:
    """LINKTYPE_LINUX_SLL2, interface index 2."""
    head = frame[12:14] + struct.pack("!HIHBB", 0, 2, 1, 0, 6)
    return [head + frame[6:12] + b"\0\0" + frame[14:]]


@only_ip
def raw_ip(frame: bytes) -> list[bytes]:
    return [ip_packet(frame)]
