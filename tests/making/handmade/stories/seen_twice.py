# SPDX-License-Identifier: GPL-2.0-or-later
"""Every packet captured twice: copies are no retransmissions and must not add up to a time-out."""
from functools import partial

from scapy.layers.inet import IP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether

from catalogue import Capture, Conversation, Host, noise, story
from hosts import FREEBSD, LINUX, WINDOWS
from pcapng import Interface

TOKEN = "retransmission_timeout"
MIRROR = ("Wireshark wiki, 'DuplicatePackets': a mirror port that copies ingress and egress, or both sides "
          "of a router, shows each packet twice")


def staged(c: Capture, client: Host, server: Host, dport: int, off_grid: float):
    """Two true retransmissions, then an abort off the grid: far from a stack's time-out."""
    talk = Conversation(c, client, server, dport, rtt=0.02)
    talk.handshake()
    talk.exchange(150, 420)
    lost = talk.wait(0.3).send("client", 260, lost=True)
    talk.back_off(lost, times=2, rto=0.3)
    talk.now = lost.seconds + off_grid
    c.expect(talk.abort("client"), "application_abort", never=(TOKEN, "injected", "keepalive_timeout"),
             retransmissions=2, origin="client")


def routed(mac_from: str, mac_to: str, data: bytes) -> bytes:
    """The packet as it leaves a router: one hop older, between other link-layer addresses."""
    packet = Ether(data)
    packet.src, packet.dst = mac_from, mac_to
    if IPv6 in packet:
        packet[IPv6].hlim -= 1
    else:
        packet[IP].ttl -= 1
        del packet[IP].chksum
    return bytes(packet)


@story("application_abort-mirrored-both-ways", MIRROR, [TOKEN])
def mirrored(c: Capture):
    """A mirror port delivers each packet of a Windows client twice, 4 µs apart and identical (same
    IPv4 ID); a segment is retransmitted twice, then the application aborts."""
    staged(c, Host(WINDOWS, "10.44.1.2"), Host(LINUX, "10.44.2.3", hops=1), 445, off_grid=1.25)
    noise(c)
    for frame in list(c.frames):
        c.copy(frame, micros=4)


@story("application_abort-mirrored-before-and-after-a-router", MIRROR, [TOKEN])
def routed_copies(c: Capture):
    """Both legs of a router are mirrored into one capture: each packet appears again 21 µs later with
    a TTL one lower; a segment is retransmitted twice, then the application aborts."""
    staged(c, Host(WINDOWS, "10.45.1.2"), Host(LINUX, "10.45.2.3", hops=1), 445, off_grid=1.4)
    noise(c)
    for frame in list(c.frames):
        c.copy(frame, micros=21, altered=partial(routed, "02:00:0a:2d:00:01", "02:00:0a:2d:00:02"))


@story("application_abort-mirrored-ipv6-timestamps", MIRROR, [TOKEN])
def ipv6_copies(c: Capture):
    """The same over IPv6, which has no packet ID: only time and the TCP timestamps (equal in a copy,
    newer in a retransmission) tell copies from retransmissions."""
    staged(c, Host(LINUX, "fd00:46::2"), Host(FREEBSD, "fd00:46:1::3", hops=1), 8080, off_grid=1.33)
    noise(c)
    for frame in list(c.frames):
        c.copy(frame, micros=7, altered=partial(routed, "02:00:0a:2e:00:01", "02:00:0a:2e:00:02"))


@story("application_abort-two-interfaces", "dumpcap -i eth0 -i eth1 on a router (pcapng with two interfaces)",
       [TOKEN])
def two_interfaces(c: Capture):
    """A router's two interfaces are captured into one file: each packet appears on both, 35 µs and one
    hop apart; a segment is retransmitted twice, then the application aborts."""
    c.interfaces = [Interface(name="eth0"), Interface(name="eth1")]
    staged(c, Host(WINDOWS, "192.168.47.2"), Host(LINUX, "198.51.100.47", hops=3), 443, off_grid=1.71)
    noise(c)
    for frame in list(c.frames):
        c.copy(frame, micros=35, interface=1, altered=partial(routed, "02:00:0a:2f:00:01", "02:00:0a:2f:00:02"))
