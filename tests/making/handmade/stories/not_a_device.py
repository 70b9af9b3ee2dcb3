# SPDX-License-Identifier: GPL-2.0-or-later
"""Resets whose TTL is not that of their sender's other packets, and yet no firewall made them."""
from dataclasses import replace

from catalogue import Capture, Conversation, Host, noise, story
from hosts import FREEBSD, LINUX, MACOS, WINDOWS

BORDER = "the catalogue of causes, borders: a refusal with TTL 255 or 64 after a full round trip was passed on by a NAT"
TTLS = "the catalogue of causes: of 3,800 public resets with a baseline 2 % differ by more than 5, many between 64, 128 and 255"
TOKEN = "firewall_reject"
NEVER = ("injected", TOKEN, "idle_timeout")
ZERO_ID = replace(LINUX, counts_ip_id=False)


def behind_nat(c: Capture, server: Host, opened: int, closed: int, ttl: int, rtt: float) -> None:
    """One open and one closed port of a server, seen in a guest behind its hypervisor's NAT."""
    guest = Host(LINUX, "10.0.2.15")
    fine = Conversation(c, guest, server, opened, at=0.05, rtt=rtt, timestamps=False)
    fine.handshake()
    fine.exchange(200, 700)
    fine.wait(0.2).close()
    for n in range(2):
        talk = Conversation(c, guest, server, closed, at=0.9 + n, rtt=rtt * (1.04 + n / 50))
        syn = talk.syn()
        c.expect(talk.refuse(syn, ttl=ttl), "not_listening", never=("injected",), trigger=syn,
                 origin="server")


@story("not_listening-hypervisor-nat-ttl-255", BORDER, [TOKEN])
def nat_255(c: Capture):
    """A virtual machine connects through its hypervisor's NAT to a closed port far away. The NAT hears the
    refusal, 38 ms later, and hands the guest one of its own with TTL 255."""
    noise(c)
    behind_nat(c, Host(WINDOWS, "198.51.100.61"), 443, 8444, ttl=255, rtt=0.038)


@story("not_listening-hypervisor-nat-ttl-64", BORDER, [TOKEN])
def nat_64(c: Capture):
    """The same with another hypervisor: what it passes on has TTL 255, its refusals have TTL 64, after the
    full 71 ms to the server and back."""
    noise(c)
    behind_nat(c, Host(replace(ZERO_ID, ttl=255), "203.0.113.62"), 80, 81, ttl=64, rtt=0.071)


@story("application_abort-balancer-with-several-ttls", "the catalogue of causes: load balancers show several TTLs for one address",
       [TOKEN, "injected"])
def balancer(c: Capture):
    """A big provider's address is served by machines at several distances: its packets come with TTL 57, 58
    and 121, within one connection too. One aborts in mid-transfer with TTL 121."""
    noise(c)
    provider = Host(ZERO_ID, "192.0.2.210", hops=7)
    for n, ttl in enumerate((57, 121, 58)):
        talk = Conversation(c, Host(LINUX, "10.80.0.5"), provider, 443, at=0.05 + n / 3, rtt=0.024)
        talk.syn()
        talk.syn_ack(ttl=ttl)
        talk.ack("client")
        talk.send("client", 300)
        talk.wait(0.004).send("server", 900, ttl=57 + n % 2)
        talk.ack("client")
        if ttl == 58:
            break
        talk.wait(0.1).close()
    talk.wait(0.3).send("client", 300)
    for ttl in (57, 121, 58):
        talk.send("server", 1200, ttl=ttl, lost=True)
    c.expect(talk.wait(0.003).abort("server", ttl=121), "application_abort", never=NEVER + ("half_open",),
             origin="server")


@story("half_open-resets-from-another-initial-ttl", TTLS, [TOKEN, "injected", "data_after_close"])
def other_initial(c: Capture):
    """A server seven routers away sends data with TTL 57 (64 less 7) and, after its restart, answers a segment
    of the old connection with TTL 248 (255 less 7), as its kernel does for all resets."""
    noise(c)
    server = Host(ZERO_ID, "198.51.100.63", hops=7)
    client = Host(WINDOWS, "10.81.0.5")
    talk = Conversation(c, client, server, 1521, at=0.05, rtt=0.031, timestamps=False).midstream()
    for _ in range(3):
        talk.wait(0.6).exchange(90, 240)
    request = talk.wait(9.0).send("client", 90, lost=True)
    # After 9 s of silence nobody can tell a connection lost from one dropped as idle (lost_after_silence).
    c.expect(talk.refuse(request, ttl=248), "half_open",
             never=tuple(n for n in NEVER if n != "idle_timeout") + ("data_after_close",), trigger=request,
             origin="server")
    again = Conversation(c, client, server, 1521, at=13.0, rtt=0.031, timestamps=False)
    again.handshake()
    again.exchange(90, 240)
    again.wait(0.4).close()


@story("half_open-route-changed", TTLS + "; RFC 9293, 3.5.1", [TOKEN, "injected"])
def route(c: Capture):
    """The way back from a server grows by one router in the middle of a connection (TTL 118, then 117 in
    data and ACKs). After a failover the server no longer knows it: a reset with TTL 117."""
    noise(c)
    server = Host(WINDOWS, "203.0.113.64", hops=10)
    talk = Conversation(c, Host(MACOS, "10.82.0.5"), server, 443, at=0.05, rtt=0.027)
    talk.handshake()
    for hops in (10, 10, 11, 11):
        server.hops = hops
        talk.wait(0.8).exchange(150, 600)
    request = talk.wait(2.1).send("client", 150, lost=True)
    c.expect(talk.refuse(request), "half_open", never=NEVER + ("data_after_close",), trigger=request, origin="server")


@story("application_abort-route-changed-ipv6", TTLS, [TOKEN, "injected"])
def route_v6(c: Capture):
    """The same over IPv6: hop limit 53, later 52 in the data, and the server's application aborts in
    mid-transfer, its reset at 52 with the connection's flow label."""
    noise(c)
    server = Host(FREEBSD, "2001:db8:83::64", hops=11)
    talk = Conversation(c, Host(LINUX, "2001:db8:84::5"), server, 443, at=0.05, rtt=0.033)
    talk.handshake()
    for hops in (11, 11, 12):
        server.hops = hops
        talk.wait(0.4).exchange(150, 600)
    for _ in range(3):
        talk.send("server", 1000, lost=True)
    c.expect(talk.wait(0.002).abort("server"), "application_abort", never=NEVER + ("half_open",), origin="server")
