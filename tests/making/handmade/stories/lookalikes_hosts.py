# SPDX-License-Identifier: GPL-2.0-or-later
"""Genuine resets whose sender's packets change, or never had the habits a detector expects."""
import zlib
from dataclasses import dataclass

from catalogue import Capture, Conversation, Host, noise, story
from devices import without_socket
from hosts import FREEBSD, LINUX, MACOS, WINDOWS

RANDOM_IDS = "RFC 6864, 4.1 (IDs of atomic datagrams may be anything); OpenBSD ip_randomid()"
ZERO = "Linux ip_select_ident() (0 with DF where no socket is); the catalogue of causes, form B"
TTLS = "the catalogue of causes: kernel replies may start from another initial TTL (64, 128, 255)"
VRRP = "RFC 9568 (VRRP: another router answers for the gateway's address)"
ROUTE = "the catalogue of causes (route changes are seen in all of a host's packets)"
REUSE = "RFC 9293, 3.6.1 and RFC 6056 (a port is taken again); Weaver, Sommer, Paxson 2009: NATs among the false alarms"
KB = "Microsoft KB 175523 (a refused SYN is sent again after 500 ms, with the same number); RFC 9293, 3.5.2"
TFO = "RFC 7413 (data in the SYN, answered before the third segment); RFC 9293, 3.10.5"
IDLE = "the catalogue of causes: answered keep-alives before a reset mean an application's idle timer"
NEVER = ("injected", "firewall_reject")


@dataclass
class RandomIds(Host):
    """A host that draws each IPv4 ID at random."""
    drawn: int = 0

    @property
    def counts_ip_id(self) -> bool:
        return not self.v6

    def ip_id(self) -> int:
        self.drawn += 1
        return zlib.crc32(f"{self.ip} {self.drawn}".encode()) & 0xFFFF


def download(talk: Conversation, arrived: int = 2, lost: int = 2) -> None:
    """A request and the first segments of its answer; the last ones are still unacknowledged."""
    talk.send("client", 180)
    for n in range(arrived + lost):
        talk.wait(0.0002 if n else 0.004).send("server", 1300, lost=n >= arrived)
        if n == arrived - 1:
            talk.ack("client")
        talk.last = "server"


def aborted(c: Capture, talk: Conversation, **k) -> None:
    c.expect(talk.wait(0.002).abort("server", **k), "application_abort",
             never=NEVER + ("half_open", "data_after_close"), origin="server")


@story("application_abort-random-ip-ids", RANDOM_IDS, ["injected", "firewall_reject"])
def random_ids(c: Capture):
    """A BSD server draws every IP-ID at random and aborts a download: its reset's ID is as far from its neighbours'
    as all the others are."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.190.0.4"), RandomIds(FREEBSD, "203.0.113.190", hops=9), 8000, at=0.05,
                        rtt=0.026, timestamps=False)
    talk.handshake()
    talk.exchange(200, 600)
    download(talk.wait(0.2))
    aborted(c, talk)


@story("half_open-linux-ip-id-zero", ZERO, ["injected", "firewall_reject"])
def id_zero(c: Capture):
    """A Linux server counts its data's IP-IDs. Its container is replaced, and the next segment is answered by the
    kernel without a socket: the same TTL, IP-ID 0."""
    noise(c)
    talk = Conversation(c, Host(MACOS, "10.191.0.4"), Host(LINUX, "198.51.100.191", hops=11), 8443, at=0.05, rtt=0.037)
    talk.handshake()
    for _ in range(3):
        talk.wait(0.7).exchange(130, 520)
    asked = talk.wait(3.0).send("client", 130, lost=True)
    c.expect(without_socket(talk, asked), "half_open", never=NEVER + ("data_after_close",), trigger=asked, origin="server")


@story("data_after_close-kernel-starts-at-255", TTLS, ["injected", "firewall_reject"])
def kernel_255(c: Capture):
    """A host sends data with TTL 55 (64 less 9) and has its kernel answer strays with TTL 246 (255 less 9). It closes;
    two late requests meet no socket."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.192.0.4"), Host(FREEBSD, "203.0.113.192", hops=9), 8080, at=0.05, rtt=0.018)
    talk.handshake()
    talk.exchange(120, 700)
    talk.wait(0.2).fin("server")
    talk.ack("client")
    first = None
    for pause in (0.4, 0.0):
        talk.last = "client"
        late = talk.wait(pause).send("client", 120, lost=True)
        again = {"repeat_of": first} if first else {}
        told = c.expect(talk.refuse(late, ttl=246), "data_after_close", never=NEVER, trigger=late, origin="server", **again)
        first = first or told


@story("application_abort-gateway-changed", VRRP, ["injected", "firewall_reject"])
def gateway(c: Capture):
    """The backup router takes over: from then on all packets from outside come from another link-layer address, on
    both connections. The first one on this connection is the server's reset."""
    noise(c)
    old, new = "02:00:5e:00:01:0a", "02:00:5e:00:01:0b"
    client = Host(WINDOWS, "10.193.0.4")
    servers = [Host(LINUX, f"203.0.113.{193 + n}", hops=8 + n, mac=old) for n in range(2)]
    busy, other = (Conversation(c, client, s, 443, at=0.05, rtt=0.022 + n / 50) for n, s in enumerate(servers))
    for talk in (busy, other):
        talk.handshake()
        talk.exchange(150, 400)
    download(busy.wait(0.3))
    for server in servers:
        server.mac = new
    aborted(c, busy)
    for _ in range(2):
        other.wait(0.5).exchange(150, 400)
    other.wait(0.2).close()


@story("application_abort-route-changed-at-the-reset", ROUTE, ["injected", "firewall_reject"])
def route(c: Capture):
    """A route changes between a server's last data and its reset: TTL 54, then 51. Its later packets on another
    connection have 51 too."""
    noise(c)
    client, server = Host(LINUX, "10.194.0.4"), Host(LINUX, "198.51.100.194", hops=10)
    talk = Conversation(c, client, server, 8000, at=0.05, rtt=0.033)
    talk.handshake()
    download(talk)
    server.hops = 13
    aborted(c, talk)
    again = Conversation(c, client, server, 8000, at=talk.now + 0.4, rtt=0.041)
    again.handshake()
    again.exchange(180, 1300)
    again.wait(0.2).close()


@story("application_abort-port-taken-again", REUSE, ["injected", "syn_conflict"])
def taken_again(c: Capture):
    """A server aborts a download; the client's next attempt uses the same port and a higher number. Data of the
    'resetter' follow its reset, on a new connection."""
    noise(c)
    client, server = Host(FREEBSD, "10.195.0.4"), Host(WINDOWS, "203.0.113.195", hops=7)
    first = Conversation(c, client, server, 8000, sport=50950, isn=(1_000_000, 7_000_000), at=0.05, rtt=0.019)
    first.handshake()
    download(first)
    aborted(c, first)
    again = Conversation(c, client, server, 8000, sport=50950, isn=(3_500_000, 61_000_000), at=first.now + 1.5, rtt=0.019)
    again.handshake()
    again.exchange(180, 1300)
    again.wait(0.1).close()


@story("not_listening-windows-syn-then-accepted", KB, ["injected", "syn_conflict", "port_reuse_time_wait"])
def started_between(c: Capture):
    """A Windows client's SYN is refused; its service starts 300 ms later, and the same SYN, sent again after half a
    second, is accepted. A SYN-ACK after a refusal, and both are the server's."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "192.168.197.4"), Host(LINUX, "198.51.100.197", hops=6), 5985, at=0.05, rtt=0.017)
    syn = talk.syn()
    c.expect(talk.refuse(syn, ip_id=0), "not_listening", never=NEVER + ("port_reuse_time_wait",), trigger=syn,
             origin="server")
    talk.wait(0.483).emit("client", "S", seq=syn.seq)
    talk.syn_ack()
    talk.ack("client")
    talk.exchange(320, 900)
    talk.wait(0.2).close()


@story("unread_data-fast-open", TFO, ["injected", "not_listening", "half_open"])
def fast_open(c: Capture):
    """A request comes in the SYN (Fast Open); the server acknowledges it, and its program aborts without an answer:
    RST,ACK with the first numbers of the connection. The third segment of the handshake then meets no socket."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.199.0.6", hops=7), Host(LINUX, "192.0.2.199"), 853, near="server", at=0.05,
                        rtt=0.03)
    cookie = ("TFO", (0x5EEDC0DE, 0x8BADF00D))
    talk.syn(bytes(64), options=talk.options("client", "S") + [("NOP", None), ("NOP", None), cookie])
    answer = talk.syn_ack()
    first = c.expect(talk.wait(0.003).abort("server"), "unread_data",
                     never=NEVER + ("not_listening", "half_open"), origin="server")
    talk.now, talk.last = answer.seconds, "server"
    third = talk.ack("client")
    c.expect(without_socket(talk, third), "data_after_close", never=NEVER + ("accept_queue_overflow",), trigger=third,
             repeat_of=first, origin="server")


@story("idle_timeout-probes-answered-then-abort", IDLE, ["injected", "keepalive_timeout"])
def probes(c: Capture):
    """A server's keep-alives, 20 s apart, are answered four times; 7 s after the last one its program's own timer
    resets the connection. No probe follows."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.200.0.4"), Host(FREEBSD, "198.51.100.200", hops=5), 22, at=0.05, rtt=0.011)
    talk.handshake()
    talk.exchange(44, 44)
    for _ in range(4):
        talk.wait(20.0).keep_alive("server", garbage=b"")
        talk.ack("client")
    c.expect(talk.wait(7.3).abort("server"), "idle_timeout",
             never=NEVER + ("keepalive_timeout", "half_open"), origin="server")


@story("data_after_close-windows-ack-fields-differ",
       "p0f 2, p0fr.fp (Windows repeats seq in the ack field of a plain reset); SIGCOMM 2023, <RST != RST>", ["injected"])
def ack_fields(c: Capture):
    """A Windows client has closed; three segments of the server, each acknowledging more, meet its closed socket. The
    bare resets differ in number and in the ack field, which repeats it."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.201.0.4"), Host(LINUX, "203.0.113.201", hops=12), 8080, at=0.05, rtt=0.047)
    talk.handshake()
    sent = [talk.send("client", 700) for _ in range(3)]
    closed = talk.fin("client")
    first = None
    talk.last = "client"
    for n, segment in enumerate(sent):
        answer = talk.wait(0.0003).emit("server", "PA", bytes(500), ack=segment.end, lost=True)
        again = {"repeat_of": first} if first else {}
        told = c.expect(talk.refuse(answer), "data_after_close", never=NEVER, trigger=answer, origin="client", **again)
        first = first or told
        talk.last = "server"
    assert first and closed
