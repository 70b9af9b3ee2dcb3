# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures that hold too little, and resets that are only quoted."""
from scapy.layers.inet import ICMP, IP
from scapy.layers.inet6 import ICMPv6DestUnreach, IPv6
from scapy.layers.l2 import Ether

from capture import Frame
from catalogue import Capture, Conversation, Host, noise, story
from hosts import FREEBSD, LINUX, WINDOWS

RFC = "RFC 9293, 3.5.2"
NEVER = ("injected", "half_open", "not_listening", "malformed", "application_abort")
QUOTE = "RFC 792 and RFC 1812, 4.3.2.3 (ICMP errors quote the packet they are about)"


@story("unknown-lone-bare-reset", RFC, ["half_open", "data_after_close", "injected"])
def lone_reset(c: Capture):
    """One bare RST with a sequence number, and no other frame of its connection in the capture."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.99.0.1"), Host(WINDOWS, "192.0.2.99", hops=7), 8883, at=0.08)
    c.expect(talk.emit("server", "R", window=0, options=[]), "unknown", never=("injected", "malformed", "application_abort"),
             origin="server")


@story("unknown-lone-reset-with-ack", RFC, ["not_listening", "application_abort", "idle_timeout"])
def lone_reset_ack(c: Capture):
    """One RST,ACK with sequence and acknowledgement numbers over IPv6, and nothing else of its
    connection: it may have ended anything."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "2001:db8:99::1"), Host(FREEBSD, "2001:db8:98::2", hops=5), 443, at=0.11,
                        isn=(0xC0FFEE01, 0xFFFFFFFF)).midstream()
    c.expect(talk.emit("client", "RA", window=502), "unknown",
             never=("injected", "not_listening", "malformed"), origin="client")


def quoted(c: Capture, talk: Conversation, router: str, seconds: float, code: int, room: int) -> Frame:
    """An ICMP error about a reset that passed elsewhere: it quotes the packet's first bytes."""
    reset = Ether(talk.emit("client", "R", window=0, options=[], seen=False).data).payload
    link = Ether(src="02:00:0a:63:00:01", dst=talk.ends["client"].host.mac)
    if talk.ends["client"].host.v6:
        error = IPv6(src=router, dst=reset.src, hlim=62) / ICMPv6DestUnreach(code=code) / bytes(reset)[:room]
    else:
        error = IP(src=router, dst=reset.src, ttl=62, id=7) / ICMP(type=3, code=code) / bytes(reset)[:room]
    return c.add(Frame(seconds, bytes(link / error)))


@story("healthy-icmp-quotes-a-reset", QUOTE, ["unknown", "half_open", "not_listening", "malformed"])
def icmp(c: Capture):
    """Routers report destinations as unreachable and quote the TCP resets that were on their way there:
    no reset passes the capture point, so nothing may be said of one."""
    noise(c)
    lost = Host(LINUX, "198.51.100.250")
    for n, (code, room) in enumerate(((1, 28), (3, 40), (13, 40))):
        talk = Conversation(c, Host(LINUX, "10.99.7.7"), lost, 9000 + n)
        quoted(c, talk, "203.0.113.1", 0.06 + n / 10, code, room)


@story("healthy-icmpv6-quotes-a-reset", "RFC 4443, 3.1", ["unknown", "half_open", "not_listening", "malformed"])
def icmpv6(c: Capture):
    """The same with ICMPv6: port, address and policy errors, each quoting the whole of a TCP reset."""
    noise(c)
    lost = Host(LINUX, "2001:db8:dead::1")
    for n, code in enumerate((4, 3, 5)):
        talk = Conversation(c, Host(LINUX, "2001:db8:99::7"), lost, 9000 + n)
        quoted(c, talk, "2001:db8:1::1", 0.06 + n / 10, code, 60)
