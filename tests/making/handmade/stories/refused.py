# SPDX-License-Identifier: GPL-2.0-or-later
"""Refused connections: nobody listens, the service went away, or its queue is full."""
from catalogue import Capture, Conversation, Host, noise, story
from hosts import FREEBSD, LINUX, MACOS, WINDOWS

RFC = "RFC 9293, 3.5.2 group 1: <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>"
KB_UNUSED = "Microsoft KB 175523, 'Winsock TCP connection performance to unused ports'"
BACKLOG = "Microsoft, Winsock listen(): with a full backlog the client gets WSAECONNREFUSED; KB 175523"


def accepted(c: Capture, client: Host, server: Host, port: int, at: float) -> None:
    talk = Conversation(c, client, server, port, at=at)
    talk.handshake()
    talk.exchange(90, 260)
    talk.close()


def refused(c: Capture, client: Host, server: Host, port: int, at: float, reason: str, **more):
    talk = Conversation(c, client, server, port, at=at)
    syn = talk.syn()
    return c.expect(talk.refuse(syn), reason, trigger=syn, origin="server", **more)


@story("not_listening-windows-three-syns", KB_UNUSED + "; " + RFC)
def three_syns(c: Capture):
    """A Windows client connects to a closed port of a Windows server; told no, it tries the same SYN
    (same initial sequence number) twice more at half-second steps and is refused each time."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "192.168.1.50"), Host(WINDOWS, "192.168.1.9"), 8081, rtt=0.0006)
    syn = talk.syn()
    first = c.expect(talk.refuse(syn), "not_listening", never=("injected", "port_reuse_time_wait"),
                     trigger=syn, origin="server")
    for _ in range(2):
        syn_again = talk.wait(0.5).emit("client", "S", seq=syn.seq)
        c.expect(talk.refuse(syn_again), "not_listening", never=("injected", "port_reuse_time_wait"),
                 trigger=syn_again, repeat_of=first, origin="server")


@story("not_listening-macos-to-bsd", RFC + "; FreeBSD tcp_input(): dropwithreset")
def macos_to_bsd(c: Capture):
    """A Mac connects over IPv6 to a closed port of a FreeBSD host, which answers RST,ACK."""
    noise(c)
    talk = Conversation(c, Host(MACOS, "2001:db8:a::10"), Host(FREEBSD, "2001:db8:b::20", hops=5), 6000,
                        isn=(0xFFFFFFFF, 1), rtt=0.017)
    syn = talk.syn()
    c.expect(talk.refuse(syn), "not_listening", trigger=syn, origin="server")


@story("not_listening-fast-open-data", "RFC 7413, 4.2 (data in the SYN); " + RFC)
def fast_open(c: Capture):
    """A Linux client with a Fast Open cookie sends its request in the SYN; the port is closed now and
    the refusal acknowledges SYN and data."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.8.0.6"), Host(FREEBSD, "192.0.2.53", hops=6), 853,
                        isn=(0xFFFFFFF0, 5), rtt=0.021)
    options = [("MSS", 1460), ("SAckOK", b""), ("Timestamp", (904311, 0)), ("NOP", None), ("WScale", 7),
               ("TFO", (0x8BADF00D, 0x5EEDC0DE)), ("NOP", None), ("NOP", None)]
    syn = talk.syn(b"GET /early HTTP/1.1\r\nHost: a.example\r\n\r\n", options=options)
    c.expect(talk.refuse(syn), "not_listening", trigger=syn, origin="server")


@story("not_listening-started-later", RFC, ["service_stopped", "refused_while_listening"])
def started_later(c: Capture):
    """Two clients of a Windows server come before its service has started and are refused; the third
    is accepted."""
    noise(c)
    server = Host(WINDOWS, "10.12.0.80")
    for n, at in ((1, 0.2), (2, 1.9)):
        refused(c, Host(WINDOWS, f"10.12.1.{n}"), server, 1521, at, "not_listening",
                never=("service_stopped", "refused_while_listening", "injected"))
    accepted(c, Host(LINUX, "10.12.1.3"), server, 1521, 6.0)


@story("unknown-refusals-without-their-syns", RFC, ["not_listening", "half_open", "injected"])
def one_way(c: Capture):
    """The capture sees only what the server sends: two RST,ACK with sequence number 0, and the server's
    half of a healthy connection. What they answered is not in the file."""
    server = Host(FREEBSD, "198.51.100.77")
    for n in (1, 2):
        talk = Conversation(c, Host(LINUX, f"203.0.113.{n}", hops=9), server, 8443, at=0.3 * n, near="server")
        c.expect(talk.refuse(talk.syn(seen=False)), "unknown",
                 never=("injected", "half_open", "malformed"), origin="server")
    talk = Conversation(c, Host(LINUX, "203.0.113.9", hops=9), server, 443, at=0.1, near="server", timestamps=True)
    talk.syn(seen=False)
    talk.syn_ack()
    talk.send("client", 120, seen=False)
    talk.send("server", 512)
    talk.fin("client", seen=False)
    talk.fin("server")


@story("service_stopped-windows", KB_UNUSED + "; " + RFC, ["refused_while_listening", "not_listening"])
def stopped(c: Capture):
    """A service on a Windows host accepts two clients, is stopped, and every later client is refused."""
    noise(c)
    server = Host(WINDOWS, "172.18.3.3", hops=2)
    accepted(c, Host(LINUX, "172.18.9.1"), server, 8530, 0.1)
    accepted(c, Host(WINDOWS, "172.18.9.2"), server, 8530, 0.9)
    for n, at in ((3, 4.0), (1, 6.5)):
        refused(c, Host(LINUX, f"172.18.9.{n}"), server, 8530, at, "service_stopped",
                never=("injected", "refused_while_listening"))


@story("service_stopped-came-back", "the catalogue of causes, borders: refusals in one contiguous span between accepted connections",
       ["refused_while_listening"])
def came_back(c: Capture):
    """A FreeBSD service is restarted: accepted, then for three seconds only refusals, then accepted
    again and for good."""
    noise(c)
    server = Host(FREEBSD, "2001:db8:77::3", hops=3)
    for n in (1, 2):
        accepted(c, Host(MACOS, f"2001:db8:78::{n}"), server, 4369, 0.2 * n)
    for n, at in ((3, 5.0), (4, 6.1), (5, 8.0)):
        refused(c, Host(LINUX, f"2001:db8:78::{n}"), server, 4369, at, "service_stopped",
                never=("injected", "refused_while_listening"))
    for n, at in ((1, 9.0), (6, 9.7), (7, 11.2)):
        accepted(c, Host(LINUX, f"2001:db8:78::{n}"), server, 4369, at)


def interleaved(c: Capture, server: Host, port: int, clients: str, pattern: str) -> None:
    """`pattern`: a = accepted, r = refused, 40 ms apart, each from another client."""
    for n, what in enumerate(pattern, 1):
        client, at = Host(WINDOWS if n % 2 else LINUX, clients.format(n)), 0.2 + 0.04 * n
        if what == "a":
            accepted(c, client, server, port, at)
        else:
            refused(c, client, server, port, at, "refused_while_listening",
                    never=("injected", "not_listening"))


@story("refused_while_listening-windows-backlog", BACKLOG,
       ["service_stopped", "not_listening", "accept_queue_overflow"])
def windows_backlog(c: Capture):
    """A busy Windows server's backlog is full now and then: it answers some SYNs with RST,ACK while it
    accepts other clients before, between and after."""
    noise(c)
    interleaved(c, Host(WINDOWS, "10.60.0.25"), 8009, "10.61.7.{}", "aaraarrara")


@story("refused_while_listening-connection-limit",
       "nftables/PF connection limits that reject; " + RFC, ["service_stopped", "not_listening"])
def connection_limit(c: Capture):
    """A FreeBSD server behind its own connection limit refuses every other client over IPv6 while
    serving the rest."""
    noise(c)
    interleaved(c, Host(FREEBSD, "fd12:3456::25", hops=1), 389, "fd12:3456:7::{}", "arararaa")
