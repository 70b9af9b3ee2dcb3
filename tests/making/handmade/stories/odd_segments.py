# SPDX-License-Identifier: GPL-2.0-or-later
"""Resets that answer segments which should not have come: old ones, probes, wrong numbers."""
from catalogue import Capture, Conversation, Frame, Host, noise, story
from hosts import FREEBSD, LINUX, MACOS, WINDOWS, Stack

RFC1337 = "RFC 1337 (TIME-WAIT assassination hazards)"
NMAP = "nmap book, 5.5 to 5.7 (NULL, FIN, Xmas and ACK scans); RFC 9293, 3.10.7.1"
PAWS = "RFC 7323, 3.2 and Linux tcp_rcv_synsent_state_process() (TSecr outside what was sent: reset)"
SYN_SENT = "RFC 9293, 3.10.7.3: SEG.ACK =< ISS or > SND.NXT: <SEQ=SEG.ACK><CTL=RST>"
REUSE = "RFC 9293, 3.6.1 and RFC 6191 (a SYN for a connection in TIME-WAIT); the catalogue of causes, port_reuse_time_wait"
SCANNER = Stack(52, 1024, 1024, (), counts_ip_id=True, scale=0)  # nmap: TTL drawn at random, window 1024
STRAY = ("injected", "half_open")


# -- TIME-WAIT -----------------------------------------------------------------------------
def assassinate(c: Capture, talk: Conversation, waiting: str) -> None:
    """`waiting` closed first; an old segment of its peer, long delayed, makes it send an ACK."""
    peer = {"client": "server", "server": "client"}[waiting]
    talk.handshake()
    talk.exchange(200, 500)
    old = talk.send(peer, 300)
    talk.ack(waiting)
    talk.wait(0.3).close(waiting)
    again = c.copy(old, micros=1_900_000)
    talk.now, talk.last = again.seconds, peer
    answer = talk.ack(waiting)
    c.expect(talk.refuse(answer), "time_wait_assassination",
             never=("injected", "half_open", "port_reuse_time_wait"), trigger=answer, origin=peer)


@story("time_wait_assassination-old-duplicate", RFC1337, ["half_open", "port_reuse_time_wait"])
def old_duplicate(c: Capture):
    """A client closes first and waits in TIME-WAIT. A copy of an old segment, delayed for 1.9 s in the
    network, draws its ACK, and the server, which has forgotten, resets: TIME-WAIT ends early."""
    noise(c)
    talk = Conversation(c, Host(MACOS, "10.21.0.4"), Host(FREEBSD, "198.51.100.21", hops=9), 80, at=0.05, rtt=0.03)
    assassinate(c, talk, "client")


@story("time_wait_assassination-of-the-server-ipv6", RFC1337, ["half_open", "port_reuse_time_wait"])
def of_the_server(c: Capture):
    """The same the other way round, captured at the server: it closed first, the client resets."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "2001:db8:22::4", hops=8), Host(LINUX, "2001:db8:22:1::1"), 8080, at=0.05,
                        near="server", rtt=0.04)
    assassinate(c, talk, "server")


@story("data_after_close-orphan-no-time-wait", "RFC 9293, 3.6.1; Linux net.ipv4.tcp_fin_timeout (60 s)",
       ["time_wait_assassination", "half_open"])
def orphan(c: Capture):
    """A server closes (FIN) but the client never does, so nobody is in TIME-WAIT. 75 s later the client sends
    more data; the server's orphaned socket is gone and answers with a bare RST."""
    noise(c)
    talk = Conversation(c, Host(MACOS, "10.23.0.4"), Host(LINUX, "198.51.100.23", hops=9), 8080, at=0.05, rtt=0.02)
    talk.handshake()
    talk.exchange(200, 500)
    talk.wait(0.2).fin("server")
    talk.ack("client")
    late = talk.wait(75.0).send("client", 120, lost=True)
    c.expect(talk.refuse(late), "data_after_close", never=STRAY + ("time_wait_assassination", "idle_timeout"),
             trigger=late, origin="server")


# -- probes --------------------------------------------------------------------------------
def probe(c: Capture, target: Host, port: int, at: float, flags: str, early=False, **k) -> None:
    """`early`: so far in the capture nothing tells the scan from a lost connection."""
    talk = Conversation(c, Host(SCANNER, "203.0.113.99"), target, port, sport=40125, at=at, rtt=0.012)
    sent = talk.emit("client", flags, window=1024, options=[], lost=True, **k)
    never = tuple(t for t in STRAY if not (early and t == "half_open"))
    c.expect(talk.refuse(sent), "protocol_violation", never=never + ("not_listening", "malformed", "syn_scan"),
             trigger=sent, origin="server")


def odd_flags(c: Capture, flags: str, target: Host) -> None:
    """Probes of eight ports: the open ones drop them, the closed ones answer."""
    for n, port in enumerate((21, 22, 23, 25, 80, 110, 139, 443)):
        if port in (22, 80):
            talk = Conversation(c, Host(SCANNER, "203.0.113.99"), target, port, sport=40125, at=0.1 + n / 20)
            talk.emit("client", flags, window=1024, options=[], lost=True)
        else:
            probe(c, target, port, 0.1 + n / 20, flags)


@story("protocol_violation-null-scan", NMAP, ["not_listening", "injected"])
def null_scan(c: Capture):
    """nmap -sN: segments without any flag to eight ports of a Linux host; the six closed ones answer RST,ACK."""
    noise(c)
    odd_flags(c, "", Host(LINUX, "192.0.2.31", hops=6))


@story("protocol_violation-fin-scan", NMAP, ["not_listening", "data_after_close"])
def fin_scan(c: Capture):
    """nmap -sF: bare FINs to eight ports of a FreeBSD host; the refusals acknowledge the FIN."""
    noise(c)
    odd_flags(c, "F", Host(FREEBSD, "192.0.2.32", hops=6))


@story("protocol_violation-xmas-scan", NMAP, ["not_listening", "malformed"])
def xmas_scan(c: Capture):
    """nmap -sX: FIN, PSH and URG to eight ports of a Linux host; the closed ones answer RST,ACK."""
    noise(c)
    odd_flags(c, "FPU", Host(LINUX, "192.0.2.33", hops=6))


@story("protocol_violation-ack-scan", NMAP, ["half_open", "data_after_close", "syn_scan"])
def ack_scan(c: Capture):
    """nmap -sA: ACKs with random numbers to ten ports of a Linux host, open and closed alike; each is answered
    with a bare RST that takes its sequence number from the ack."""
    noise(c)
    target = Host(LINUX, "192.0.2.34", hops=6)
    for n, port in enumerate((21, 22, 25, 53, 80, 110, 143, 443, 993, 8080)):
        probe(c, target, port, 0.1 + n / 20, "A", early=n < 2, ack=c.random.getrandbits(32))


# -- SYN-SENT and SYN-RCVD -----------------------------------------------------------------
def stamped(talk: Conversation, echo: int) -> list:
    return [(n, (v[0], echo)) if n == "Timestamp" else (n, v) for n, v in talk.options("server", "SA")]


def connected_after(talk: Conversation, syn: Frame, pause: float) -> None:
    """The client sends its SYN again and this time the handshake is right."""
    talk.wait(pause).emit("client", "S", seq=syn.seq)
    talk.syn_ack()
    talk.ack("client")
    talk.exchange(150, 400)
    talk.wait(0.1).close()


@story("protocol_violation-wrong-timestamp-echo", PAWS, ["handshake_invalid_ack", "connect_cancelled"])
def wrong_echo(c: Capture):
    """A SYN-ACK acknowledges the SYN but echoes a timestamp that the client never sent (a proxy that mixes
    up connections): the Linux client resets it, stays in SYN-SENT, and its next SYN succeeds."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.35.0.4"), Host(LINUX, "198.51.100.35", hops=9), 443, at=0.05, rtt=0.02)
    syn = talk.syn()
    isn = talk.ends["server"].nxt
    bad = talk.syn_ack(options=stamped(talk, 0x7EADBEEF), lost=True)
    c.expect(talk.refuse(bad), "protocol_violation", never=STRAY + ("connect_cancelled", "syn_scan"),
             trigger=bad, origin="client")
    talk.ends["server"].nxt = isn
    connected_after(talk, syn, 1.0)


@story("protocol_violation-wrong-timestamp-echo-ipv6", PAWS, ["handshake_invalid_ack", "connect_cancelled"])
def wrong_echo_v6(c: Capture):
    """The same over IPv6 from a server whose clock value stands where the echo should be; every SYN of the
    client meets the same mistake, and it gives up after the third."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "2001:db8:36::4"), Host(LINUX, "2001:db8:37::35", hops=9), 443, at=0.05)
    first, syn, isn = None, talk.syn(), talk.ends["server"].nxt
    for pause in (1.0, 2.0, None):
        talk.ends["server"].nxt = isn
        bad = talk.syn_ack(options=stamped(talk, talk.clock(talk.ends["server"])), lost=True)
        again = {"repeat_of": first} if first else {}
        told = c.expect(talk.refuse(bad), "protocol_violation", never=STRAY + ("connect_cancelled", "syn_scan"),
                        trigger=bad, origin="client", **again)
        first = first or told
        if pause:
            talk.wait(pause).emit("client", "S", seq=syn.seq)


@story("handshake_invalid_ack-syn-ack", SYN_SENT, ["connect_cancelled", "syn_scan"])
def wrong_ack(c: Capture):
    """A firewall that draws new sequence numbers confuses two connections: the SYN-ACK acknowledges what
    the client never sent. It resets; its SYN, sent again, is answered rightly."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.38.0.4"), Host(LINUX, "198.51.100.38", hops=9), 443, at=0.05, rtt=0.02)
    syn = talk.syn()
    isn = talk.ends["server"].nxt
    bad = talk.syn_ack(ack=syn.end + 0x51A2B3C, lost=True)
    c.expect(talk.refuse(bad), "handshake_invalid_ack", never=STRAY + ("connect_cancelled", "syn_scan"), trigger=bad,
             origin="client")
    talk.ends["server"].nxt = isn
    connected_after(talk, syn, 0.5)


@story("handshake_invalid_ack-syn-received", "RFC 9293, 3.10.7.4 (SYN-RECEIVED: SEG.ACK not acceptable)",
       ["accept_queue_overflow", "half_open"])
def in_syn_received(c: Capture):
    """The third segment of a handshake acknowledges a number beyond the server's SYN (a SYN cookie that does
    not check out): the server resets with that number."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "203.0.113.39", hops=12), Host(FREEBSD, "192.0.2.39"), 25, at=0.05,
                        near="server", rtt=0.03)
    talk.syn()
    talk.syn_ack()
    bad = talk.ack("client", ack=talk.ends["server"].nxt + 0x3344, lost=True)
    c.expect(talk.refuse(bad), "handshake_invalid_ack", never=STRAY + ("accept_queue_overflow",), trigger=bad,
             origin="server")


@story("handshake_invalid_ack-backscatter", "Moore, Voelker, Savage 2001 (backscatter); the catalogue of causes, borders",
       ["syn_scan", "connect_cancelled", "half_open"])
def backscatter(c: Capture):
    """Somebody floods three web servers with SYNs from forged addresses. Their SYN-ACKs reach a host that
    never sent a SYN, and it answers each with a bare RST."""
    noise(c)
    for n in range(3):
        victim = Host(LINUX, f"198.51.100.{140 + n}", hops=9 + n)
        for k in range(2):
            talk = Conversation(c, Host(LINUX, "192.0.2.140"), victim, 80, at=0.1 + n / 7 + k / 3)
            talk.syn(seen=False)
            stray = talk.syn_ack(lost=True)
            c.expect(talk.refuse(stray), "handshake_invalid_ack",
                     never=STRAY + ("syn_scan", "connect_cancelled"), trigger=stray, origin="client")


# -- port re-use ---------------------------------------------------------------------------
def reused(c: Capture, client: Host, server: Host, dport: int, pause: float) -> None:
    first = Conversation(c, client, server, dport, sport=51515, isn=(3_000_000_000, 5_000), at=0.05)
    first.handshake()
    first.exchange(120, 400)
    first.wait(0.1).close("server")
    second = Conversation(c, client, server, dport, sport=51515, isn=(1_200_000_000, 9_000), at=first.now + pause)
    syn = second.syn()
    c.expect(second.refuse(syn), "port_reuse_time_wait", never=("injected", "not_listening", "service_stopped"),
             trigger=syn, origin="server")
    third = Conversation(c, client, server, dport, sport=51517, at=second.now + 0.5)
    third.handshake()
    third.exchange(120, 400)
    third.wait(0.1).close()


@story("port_reuse_time_wait-windows-refuses", REUSE,
       ["not_listening", "service_stopped", "refused_while_listening", "syn_conflict"])
def reuse_windows(c: Capture):
    """A client behind a NAT comes back on the same port 4 s after the server closed, with a lower sequence
    number: the Windows server, in TIME-WAIT, answers the SYN itself with RST,ACK. Another port works."""
    noise(c)
    reused(c, Host(LINUX, "10.24.0.4"), Host(WINDOWS, "198.51.100.24", hops=5), 1433, 4.0)


@story("port_reuse_time_wait-bsd-refuses-ipv6", REUSE,
       ["not_listening", "service_stopped", "refused_while_listening", "syn_conflict"])
def reuse_bsd(c: Capture):
    """The same with a FreeBSD server over IPv6, 9 s after the close."""
    noise(c)
    reused(c, Host(MACOS, "2001:db8:25::4"), Host(FREEBSD, "2001:db8:26::24", hops=5), 5222, 9.0)
