# SPDX-License-Identifier: GPL-2.0-or-later
"""Resets that no stack sends, and odd ones that are resets all the same."""
from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import Ether
from scapy.packet import Raw

from catalogue import Capture, Conversation, Host, noise, story
from hosts import APPLIANCE, FREEBSD, LINUX, WINDOWS

HEADER = "RFC 9293, 3.1 (header format)"
NORMALIZE = "Handley, Paxson, Kreibich, 'Network Intrusion Detection: Evasion, Traffic Normalization' (2001)"
NEVER = ("not_listening", "application_abort", "half_open", "data_after_close", "accept_queue_overflow")
NOT_ODD = ("malformed", "injected")


def ended_by(c: Capture, talk: Conversation, side: str, flags: str, **k) -> None:
    """A connection in use that gets one malformed reset and goes on: its receiver drops it."""
    talk.handshake()
    talk.exchange(120, 400)
    bad = talk.wait(0.02).emit(side, flags, window=0, options=[], **k)
    c.expect(bad, "malformed", never=NEVER, origin=side)
    talk.wait(0.3).exchange(80, 200)
    talk.close()


@story("malformed-syn-and-rst", HEADER + "; " + NORMALIZE)
def syn_and_rst(c: Capture):
    """A scanner sends SYN and RST in one segment to an open port; the server ignores it."""
    noise(c)
    scanner, server = Host(APPLIANCE, "203.0.113.250", hops=16), Host(LINUX, "192.0.2.8")
    for port, sport in ((80, 4321), (443, 4322)):
        talk = Conversation(c, scanner, server, port, sport=sport, at=0.1 if port == 80 else 0.7, near="server")
        c.expect(talk.emit("client", "SR", window=1024, options=[]), "malformed",
                 never=NEVER + ("syn_scan",), origin="client")


@story("malformed-all-flags", HEADER + "; nmap book, Xmas scan, with SYN, RST and ACK added; " + NORMALIZE)
def all_flags(c: Capture):
    """A fuzzer sends a segment with FIN, SYN, RST, PSH, ACK and URG into a live IPv6 connection."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "2001:db8:f::66", hops=3), Host(FREEBSD, "2001:db8:e::1"), 80, near="server")
    ended_by(c, talk, "client", "FSRPAU")


@story("malformed-data-offset-too-small", HEADER + ": the data offset is at least 5 words")
def offset_small(c: Capture):
    """A broken device writes a reset whose data offset says 3 words; its receiver drops it."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.0.66.1"), Host(LINUX, "198.51.100.166", hops=8), 80)
    ended_by(c, talk, "server", "RA", fixed={"dataofs": 3})


@story("malformed-data-offset-beyond-the-segment", HEADER + ": options must lie inside the segment")
def offset_beyond(c: Capture):
    """A broken device writes a reset of 20 bytes whose data offset says 60; its receiver drops it."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "172.16.66.2"), Host(WINDOWS, "192.0.2.166", hops=8), 443)
    ended_by(c, talk, "client", "R", fixed={"dataofs": 15})


def cut_to_16_bytes(packet) -> bytes:
    """An IP packet that ends two bytes after the TCP flags and window."""
    header = bytes(Ether(bytes(packet))[TCP])[:16]
    ip = packet[IP].copy()
    ip.remove_payload()
    ip.proto = 6
    return bytes(Ether(src=packet.src, dst=packet.dst) / ip / Raw(header))


@story("malformed-truncated-header", "RFC 791 total length; RFC 9293, 3.1: a TCP header has at least 20 bytes")
def truncated(c: Capture):
    """A broken device sends an IP packet that ends after 16 bytes of TCP header: the RST flag is there,
    the checksum is not. The capture itself is whole."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.1.66.3"), Host(FREEBSD, "203.0.113.166", hops=8), 25)
    ended_by(c, talk, "server", "RA", mutate=cut_to_16_bytes)


@story("not_listening-ethernet-padding", "IEEE 802.3: frames have at least 60 bytes before the FCS; RFC 894",
       ["malformed", "device_stated"])
def padding(c: Capture):
    """A refusal of 54 bytes arrives padded to 60, the padding not even zero (an old network card leaks
    memory): these bytes are not the reset's payload."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "192.168.3.3"), Host(LINUX, "192.168.3.44"), 515, rtt=0.0004)
    syn = talk.syn()
    answer = talk.refuse(syn, ip_id=0, mutate=lambda packet: bytes(packet) + b"GET / ")
    c.expect(answer, "not_listening", never=NOT_ODD + ("device_stated",), trigger=syn, origin="server")


@story("application_abort-html-in-the-reset", "RFC 9293, 3.5.3 (SHLD-2: a reset may hold text); the catalogue of causes, device_stated: "
       "'HTML or data in a RST' looks alike", ["malformed", "device_stated"])
def html(c: Capture):
    """A Windows server that aborts in mid-transfer sends its last unsent bytes, a piece of HTML, in the
    reset itself. They explain nothing."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.50.0.4", hops=3), Host(WINDOWS, "172.30.0.8"), 80, near="server")
    talk.handshake()
    talk.send("client", b"GET /list HTTP/1.1\r\nHost: w.example\r\n\r\n")
    talk.send("server", b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n<html>" + b"<p>one</p>" * 60)
    talk.ack("client")
    for _ in range(2):
        talk.send("server", b"<p>two</p>" * 100, lost=True)
    c.expect(talk.wait(0.001).abort("server", b"<p>three</p></table>"), "application_abort",
             never=NOT_ODD + ("device_stated",), origin="server")


@story("application_abort-push-flag", "observed with several balancers and old stacks: PSH,ACK,RST; " + HEADER,
       ["malformed"])
def push(c: Capture):
    """A server aborts in mid-transfer and leaves PSH set beside RST and ACK: unusual, and valid."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.51.0.4", hops=1), Host(FREEBSD, "172.30.9.8"), 21, near="server")
    talk.handshake()
    talk.exchange(30, 600)
    for _ in range(3):
        talk.send("server", 900, lost=True)
    c.expect(talk.wait(0.001).emit("server", "RPA", window=0), "application_abort", never=NOT_ODD, origin="server")
