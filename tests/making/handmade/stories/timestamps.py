# SPDX-License-Identifier: GPL-2.0-or-later
"""The timestamps option of resets: made up, or another machine's clock."""
from catalogue import Capture, Conversation, Host, noise, story
from devices import Device, injected
from hosts import LINUX, MACOS

CLOCK = "RFC 7323, 5.4 (the timestamp clock ticks once in 1 ms to 1 s); Linux tcp_transmit_skb()"
USEC = "Linux 6.7, RTAX_FEATURE_TCP_USEC_TS (the timestamp clock ticks once a microsecond); RFC 7323, 5.4"


@story("injected-timestamps-made-up", CLOCK, ["application_abort", "fast_close", "idle_timeout"])
def made_up(c: Capture):
    """A device resets the client in the server's name with the right numbers and options, but with timestamps
    that it made up and from four hops nearer. The client obeys; the server has nothing to say for a while."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.35.0.9"), Host(LINUX, "198.51.100.35", hops=11), 443, at=0.05, rtt=0.029)
    talk.handshake()
    for _ in range(3):
        talk.wait(0.4).exchange(310, 1200)
    last = talk.wait(0.9).exchange(310, 1200)
    ends = talk.ends["server"]
    injected(c, [Device(57, df=True, ip_id=0).reset(talk, "server", last.seconds + 0.6, "RA", seq=ends.nxt, ack=ends.rcv,
                                           window=talk.window("server", "RA"), stamp=(0x5EED5EED, 0x0BADC0DE))])


@story("fast_close-balancer-with-a-clock-of-its-own", CLOCK, ["injected", "firewall_reject"])
def other_clock(c: Capture):
    """The standby of a pair of balancers takes a session over and ends it: TTL, window and numbers go on, the
    timestamps are those of another clock. No device forged anything."""
    noise(c)
    talk = Conversation(c, Host(MACOS, "10.36.0.9"), Host(LINUX, "203.0.113.36", hops=6), 8443, at=0.05, rtt=0.017)
    talk.handshake()
    for _ in range(3):
        talk.wait(0.4).exchange(260, 800)
    talk.ends["server"].clock += 900_000_000
    c.expect(talk.wait(2.0).abort("server"), "fast_close",
             never=("injected", "firewall_reject"), origin="server")


@story("fast_close-microsecond-timestamps", USEC, ["injected", "firewall_reject"])
def microseconds(c: Capture):
    """A server whose timestamp clock ticks a million times a second ends a session after two minutes."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.37.0.9"), Host(LINUX, "203.0.113.37", hops=6), 5000, at=0.05, rtt=0.017)
    usual = talk.clock
    talk.clock = lambda end: ((end.clock + int(talk.now * 1_000_000)) % 2**32 if end is talk.ends["server"]
                              else usual(end))
    talk.handshake()
    for _ in range(3):
        talk.wait(0.4).exchange(260, 800)
    c.expect(talk.wait(119.0).abort("server"), "fast_close",
             never=("injected", "firewall_reject"), origin="server")
