# SPDX-License-Identifier: GPL-2.0-or-later
"""Resets that look forged and are honest answers: reject rules, and twins behind one address."""
from catalogue import Capture, Conversation, Host, noise, story
from devices import Device, meets_a_dead_socket, without_socket
from hosts import FREEBSD, LINUX, MACOS, WINDOWS

PF = "OpenBSD pf.c, return-rst: RST,ACK, seq = the segment's ack, ack = its end, window 0, TOS 0x10"
P0F = "p0f 2, p0fr.fp (resets of Cisco routers); RFC 9293, 3.5.2"
STRAY = "RFC 9293, 3.5.2 group 1: each segment that finds no connection is answered"
NMAP_1795 = "observed: nmap issue 1795 (a reset after 0.14 ms with TTL 255 for a far host)"
REJECT_MAN = "iptables, libipt_REJECT.man (a delayed copy, INVALID to conntrack, is rejected and ends a healthy connection)"
KUBERNETES = "kubernetes issue 74839 (an INVALID packet passes untranslated; its receiver resets)"
TWINS = "RFC 9293, 3.5.1; RFC 9568 (VRRP: two masters after a partition) and RFC 4786 (anycast: routes change)"


def pf_answer(talk: Conversation, trigger, device: Device, after: float):
    return device.reset(talk, "server", trigger.seconds + after, "RA", seq=trigger.ack, ack=trigger.end)


@story("firewall_reject-pf-return-rst", PF, ["injected", "half_open", "application_abort"])
def pf(c: Capture):
    """Somebody flushes the states of a pf firewall, two routers away, whose rule says return-rst. The next request
    is answered with a RST,ACK that acknowledges it exactly, window 0, without timestamps."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.150.0.4"), Host(LINUX, "203.0.113.150", hops=12), 22, at=0.05, rtt=0.031)
    talk.handshake()
    for _ in range(3):
        talk.wait(0.6).exchange(48, 96)
    asked = talk.wait(1.7).send("client", 48, lost=True)
    c.expect(pf_answer(talk, asked, Device(62, df=True, tos=0x10), 0.0009), "firewall_reject",
             never=("injected", "application_abort", "data_after_close"), trigger=asked, origin="network")


@story("firewall_reject-pf-answers-two-segments-ipv6", PF + "; " + P0F, ["injected", "half_open"])
def two_segments(c: Capture):
    """The same over IPv6 with two segments on their way: each gets its RST,ACK, so two resets of one sender have
    different ack numbers within 50 µs."""
    noise(c)
    talk = Conversation(c, Host(MACOS, "2001:db8:151::4"), Host(LINUX, "2001:db8:152::2", hops=9), 993, at=0.05, rtt=0.027)
    talk.handshake()
    for _ in range(3):
        talk.wait(0.5).exchange(110, 420)
    asked = [talk.wait(0.9 if n == 0 else 0).send("client", 900 - 700 * n, lost=True) for n in range(2)]
    device, told = Device(63, tos=0x10), None
    for segment in asked:
        again = {"repeat_of": told} if told else {}
        frame = c.expect(pf_answer(talk, segment, device, 0.0007), "firewall_reject",
                         never=("injected", "data_after_close"), trigger=segment, origin="network", **again)
        told = told or frame


@story("half_open-each-ack-answered", STRAY, ["injected", "data_after_close"])
def each_ack(c: Capture):
    """In the middle of a download the server's address moves to its twin. Three ACKs of the client, each for more
    data, meet it: three bare resets, their numbers rising by two segments each, none beyond what was sent."""
    noise(c)
    server = Host(FREEBSD, "198.51.100.153", hops=7)
    talk = Conversation(c, Host(WINDOWS, "10.153.0.4"), server, 8000, at=0.05, rtt=0.024, timestamps=False)
    talk.handshake()
    talk.send("client", 130)
    acks = []
    for n in range(8):
        talk.wait(0.0001 if n else 0.004).send("server", 1400)
        if n % 2:
            acks.append(talk.ack("client"))
            talk.last = "server"
    first = None
    for ack in acks[1:]:
        talk.now, talk.last = ack.seconds, "client"
        again = {"repeat_of": first} if first else {}
        told = c.expect(talk.refuse(ack), "half_open", never=("injected", "data_after_close"), trigger=ack, origin="server", **again)
        first = first or told


@story("firewall_reject-by-the-first-hop", NMAP_1795, ["injected", "not_listening"])
def first_hop(c: Capture):
    """A provider blocks port 25 at its first router: the refusal takes 0.14 ms and has TTL 255, while the same host's
    web server answers after 83 ms with TTL 50. One SYN, one answer."""
    noise(c)
    client, server = Host(LINUX, "192.168.154.4"), Host(LINUX, "203.0.113.154", hops=14)
    web = Conversation(c, client, server, 443, at=0.05, rtt=0.083)
    web.handshake()
    web.exchange(200, 900)
    web.close()
    mail = Conversation(c, client, server, 25, at=1.1, rtt=0.083)
    syn = mail.syn()
    forged = Device(255, ip_id=0).reset(mail, "server", syn.seconds + 0.00014, "RA", seq=0, ack=syn.end)
    c.expect(forged, "firewall_reject", never=("injected", "service_stopped"), trigger=syn, origin="network")


@story("firewall_reject-delayed-copy-ipv6", REJECT_MAN, ["injected", "data_after_close", "half_open"])
def delayed_copy(c: Capture):
    """A delayed copy of a segment reaches a client whose own ruleset rejects what conntrack calls INVALID: a bare
    RST, flow label 0, in answer to the copy. The client itself is alive and goes on, to a dead server."""
    noise(c)
    client = Host(LINUX, "2001:db8:155::4")
    talk = Conversation(c, client, Host(LINUX, "2001:db8:156::2", hops=8), 443, at=0.05, rtt=0.041, timestamps=False)
    talk.handshake()
    talk.exchange(150, 1200)
    old = c.frames[-2]
    talk.wait(0.3).exchange(150, 700)
    copy = talk.wait(0.26).emit("server", "PA", old.payload, seq=old.seq, ack=old.ack, lost=True)
    forged = Device(64).reset(talk, "client", copy.seconds + 0.00006, seq=copy.ack)
    c.expect(forged, "firewall_reject", origin="client",
             never=("injected", "data_after_close"), trigger=copy)
    talk.last = "server"
    asked = talk.wait(0.5).send("client", 150, lost=True)
    meets_a_dead_socket(c, talk, asked)


@story("nat_bypassed-kubernetes-at-the-backend", KUBERNETES, ["injected", "data_after_close", "half_open"])
def at_the_backend(c: Capture):
    """A spurious retransmission is INVALID to the client's node and arrives with an address the client does not
    know: it resets, rightly. At the backend: a bare RST that answers the copy, then more data of the same client."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.244.1.5", hops=2), Host(LINUX, "10.244.2.9"), 8080, near="server", at=0.05,
                        rtt=0.0011)
    talk.handshake()
    answer = None
    for _ in range(3):
        talk.wait(0.2).send("client", 180)
        answer = talk.wait(0.002).send("server", 1300)
        talk.ack("client")
    copy = talk.wait(0.21).retransmit(answer)
    c.expect(without_socket(talk, copy), "nat_bypassed",
             never=("injected", "data_after_close"), trigger=copy, origin="client")
    asked = talk.wait(0.4).send("client", 180, lost=True)
    meets_a_dead_socket(c, talk, asked)


@story("nat_bypassed-kubernetes-at-the-client", KUBERNETES, ["injected", "handshake_invalid_ack", "half_open"])
def at_the_client(c: Capture):
    """The same at the client: it talks to the service's address; a segment comes from the backend's own address and
    is reset; the service's next answer is a bare RST, because that reset killed the backend's socket."""
    noise(c)
    client = Host(LINUX, "10.244.1.6")
    service = Conversation(c, client, Host(LINUX, "10.96.0.10", hops=2), 80, sport=40112, at=0.05, rtt=0.0011)
    service.handshake()
    for _ in range(3):
        service.wait(0.2).exchange(180, 1300)
    backend = Conversation(c, client, Host(LINUX, "10.244.2.10", hops=2), 8080, sport=40112, at=service.now + 0.2,
                           rtt=0.0011, isn=(service.ends["client"].nxt, service.ends["server"].nxt - 1300))
    for side, end in backend.midstream().ends.items():  # one connection: the same clocks, and what each last heard
        end.clock, end.echo = service.ends[side].clock, service.ends[side].echo
    stray = backend.send("server", 1300, lost=True)
    c.expect(without_socket(backend, stray), "nat_bypassed",
             never=("injected", "data_after_close"), trigger=stray, origin="client")
    asked = service.wait(0.7).send("client", 180, lost=True)
    c.expect(without_socket(service, asked), "data_after_close",
             never=("injected",), trigger=asked, origin="server")


@story("half_open-two-masters", TWINS, ["injected", "data_after_close"])
def two_masters(c: Capture):
    """Two machines claim a service's address for a moment. A request reaches the wrong one, which resets from its own
    network card; the right one pushes data later. What the wire shows, a neighbour could have forged."""
    noise(c)
    right = Host(LINUX, "10.157.0.100", next_ip_id=900, mac="02:00:0a:9d:00:01")
    wrong = Host(LINUX, "10.157.0.100", next_ip_id=51000, mac="02:00:0a:9d:00:02")
    talk = Conversation(c, Host(WINDOWS, "10.157.0.4"), right, 5672, at=0.05, rtt=0.0004, timestamps=False)
    talk.handshake()
    for _ in range(2):
        talk.wait(0.5).exchange(90, 140)
    asked = talk.wait(0.8).send("client", 90, lost=True)
    talk.ends["server"].host = wrong
    c.expect(without_socket(talk, asked), "half_open",
             never=("data_after_close", "application_abort"), trigger=asked, origin="server")
    talk.ends["server"].host = right
    pushed = talk.wait(2.0).send("server", 75, lost=True)
    meets_a_dead_socket(c, talk, pushed)


@story("half_open-anycast-site-changed", TWINS, ["injected", "firewall_reject"])
def anycast(c: Capture):
    """A route changes and an anycast address leads to another site: TTL 49 instead of 57. It does not know the
    connection; a new one works there, with that TTL in every packet."""
    noise(c)
    near, far = Host(LINUX, "192.0.2.158", hops=7), Host(LINUX, "192.0.2.158", hops=15, next_ip_id=30111)
    client = Host(MACOS, "10.158.0.4")
    talk = Conversation(c, client, near, 853, at=0.05, rtt=0.013)
    talk.handshake()
    for _ in range(3):
        talk.wait(0.4).exchange(60, 200)
    asked = talk.wait(1.0).send("client", 60, lost=True)
    talk.ends["server"].host, talk.reply_time["server"] = far, 0.038
    c.expect(without_socket(talk, asked), "half_open",
             never=("injected", "data_after_close"), trigger=asked, origin="server")
    again = Conversation(c, client, far, 853, at=talk.now + 0.3, rtt=0.038)
    again.handshake()
    again.exchange(60, 200)
    again.wait(0.3).close()
