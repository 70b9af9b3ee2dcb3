# SPDX-License-Identifier: GPL-2.0-or-later
"""Several machines behind one address: balancers, NATs and SYN proxies, whose resets are genuine."""
from catalogue import Capture, Conversation, Host, noise, story
from devices import Device
from hosts import LINUX, WINDOWS

BORDER = "the catalogue of causes: load balancers show several TTLs for one address"
HYPERVISOR = "the catalogue of causes: some hypervisors' NATs answer a reset with a refused-looking RST,ACK and TTLs of their own"
REUSE = "RFC 9293, 3.6.1 and RFC 6056 (a port is taken again); Weaver, Sommer, Paxson 2009: NATs among the false alarms"
SYNPROXY = "OpenBSD pf.conf(5), synproxy, and pf.c (SYN-ACK with window 0 and pf's own number and TTL)"
NEVER = ("injected", "firewall_reject")


@story("application_abort-balancer-with-several-counters", BORDER, ["injected", "firewall_reject"])
def counters(c: Capture):
    """Two machines serve one address, each with its own TTL and IP-ID counter, within one connection too. One of them
    ends a download that the other had served."""
    noise(c)
    nodes = (Host(LINUX, "192.0.2.159", hops=6, next_ip_id=1000), Host(LINUX, "192.0.2.159", hops=9, next_ip_id=50000))
    client = Host(LINUX, "10.159.0.4")
    for n, node in enumerate(nodes):
        talk = Conversation(c, client, node, 443, at=0.05 + n / 2, rtt=0.021, timestamps=False)
        talk.handshake()
        for node_of_answer in (node, nodes[1 - n]):
            talk.ends["server"].host = node_of_answer
            talk.wait(0.05).exchange(210, 900)
        if n == 0:
            talk.wait(0.1).close()
    talk.ends["server"].host = nodes[0]
    talk.wait(0.2).send("client", 210)
    for _ in range(3):
        talk.wait(0.0002).send("server", 1300, lost=True)
        talk.last = "server"
    talk.ends["server"].host = nodes[1]
    c.expect(talk.wait(0.003).abort("server"), "application_abort",
             never=("injected", "half_open", "data_after_close"), origin="server")


@story("data_after_close-hypervisor-nat-answers-a-reset", HYPERVISOR, ["injected", "not_listening", "firewall_reject"])
def nat_answers(c: Capture):
    """A guest aborts a download; its hypervisor's NAT, which passes the reset on, answers it with a RST,ACK like a
    refusal, TTL 255, in the server's name. It means nothing."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.0.2.15"), Host(WINDOWS, "203.0.113.160"), 443, at=0.05, rtt=0.034,
                        timestamps=False)
    talk.handshake()
    talk.exchange(220, 1300)
    for _ in range(2):
        talk.wait(0.0003).send("server", 1300)
        talk.last = "server"
    aborted = c.expect(talk.wait(0.01).abort("client"), "application_abort",
                       never=("injected",), origin="client")
    answer = Device(255, ip_id=0).reset(talk, "server", aborted.seconds + 0.0002, "RA", seq=0, ack=aborted.seq)
    c.expect(answer, "data_after_close",
             never=("injected", "not_listening", "malformed"))


@story("application_abort-hypervisor-nat-passes-it-on", HYPERVISOR, ["injected", "firewall_reject"])
def nat_passes(c: Capture):
    """A far server aborts two downloads of a guest. The NAT in between makes its own packets: TTL 64 for data, 255
    for resets, on both connections."""
    noise(c)
    guest, server = Host(WINDOWS, "10.0.2.16"), Host(LINUX, "203.0.113.161")
    for n in range(2):
        talk = Conversation(c, guest, server, 8000, at=0.05 + n, rtt=0.047)
        talk.handshake()
        talk.send("client", 190)
        for k in range(4):
            talk.wait(0.0003).send("server", 1400, lost=k > 1)
            talk.last = "server"
        c.expect(talk.wait(0.02).abort("server", ttl=255, window=0), "application_abort",
                 never=("injected", "half_open", "data_after_close"), origin="server")


@story("application_abort-two-hosts-behind-a-nat", REUSE, ["injected", "firewall_reject"])
def nat(c: Capture):
    """At a server: a Linux host behind a NAT aborts (TTL 53), and 0.7 s later the NAT gives its port to a Windows host
    (TTL 117, another IP-ID row), which sends data with a number of its own."""
    noise(c)
    one, two = Host(LINUX, "203.0.113.196", hops=11), Host(WINDOWS, "203.0.113.196", hops=11, next_ip_id=61000)
    server = Host(LINUX, "10.196.0.2")
    first = Conversation(c, one, server, 443, sport=20017, isn=(90_000, 4_000), near="server", at=0.05, rtt=0.044)
    first.handshake()
    first.exchange(200, 900)
    first.wait(0.2).send("client", 1300)
    first.last = "client"
    first.send("client", 1300)
    first.ack("server")
    c.expect(first.wait(0.044).abort("client"), "application_abort",
             never=NEVER + ("half_open",), origin="client")
    second = Conversation(c, two, server, 443, sport=20017, isn=(2_000_000_000, 900_000_000), near="server",
                          at=first.now + 0.7, rtt=0.051)
    second.handshake()
    second.exchange(250, 1100)
    second.wait(0.1).close()


@story("application_abort-syn-proxy-without-a-server", SYNPROXY, ["injected", "accept_queue_overflow"])
def syn_proxy(c: Capture):
    """A firewall completes handshakes itself (window 0, TTL 62), then finds that the server behind it refuses, and
    passes that on: RST,ACK with TTL 53 before anything was said. Who decided is not on this side of the wire."""
    noise(c)
    server = Host(LINUX, "203.0.113.198", hops=11)
    for n in range(2):
        talk = Conversation(c, Host(WINDOWS, f"10.198.0.{4 + n}"), server, 8443, at=0.05 + n, rtt=0.004, timestamps=False)
        talk.syn()
        talk.syn_ack(window=0, ttl=62, options=[("MSS", 1460)])
        talk.ack("client")
        talk.wait(0.025)
        c.expect(talk.abort("server", window=0, ip_id=0), "application_abort",
                 never=("injected", "half_open"))
