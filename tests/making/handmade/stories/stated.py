# SPDX-License-Identifier: GPL-2.0-or-later
"""Resets that say why, in text or code, and resets whose bytes say nothing."""
from catalogue import Capture, Conversation, Host, noise, story
from hosts import APPLIANCE, FREEBSD, LINUX, MACOS, WINDOWS

TEXT = "RFC 9293, 3.5.3 (SHLD-2: a reset may hold text that explains it)"
F5 = "F5 article K13223 (tm.rstcause.pkt: the cause in the reset's payload)"
OLD_UNIX = "p0f 2, p0fr.fp (resets of HP-UX that hold 'No listener'); nmap-os-db, T5 with RD=BD1AB510, CRC32 of that text"
DRAFT = "draft-ietf-tcpm-rst-diagnostic-payload-02, 4.1 (0x33AA, reason code, private enterprise number) and 9.1"
NEVER = ("injected", "malformed")
ABORTED = ("device_stated",) + NEVER


def diagnosis(code: int, enterprise: int = 0) -> bytes:
    return b"\x33\xaa" + code.to_bytes(2, "big") + enterprise.to_bytes(4, "big")


@story("device_stated-license-limit", TEXT)
def license_limit(c: Capture):
    """A licence server accepts, reads the request, and resets with a text of its own in the segment:
    'license limit exceeded'. The catalogue has no cause of that name."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.70.0.8"), Host(APPLIANCE, "10.70.1.1", hops=1), 27000, at=0.1, rtt=0.003)
    talk.handshake()
    talk.send("client", 210)
    talk.ack("server")
    talk.wait(0.002)
    c.expect(talk.abort("server", b"license limit exceeded"), "device_stated", never=NEVER, origin="server")


@story("device_stated-maintenance-ipv6", TEXT, ["half_open", "firewall_reject"])
def maintenance(c: Capture):
    """An appliance's operator switches it to maintenance; each open connection is reset with the text
    'node leaves cluster for maintenance'."""
    noise(c)
    server = Host(APPLIANCE, "2001:db8:70::1", hops=2)
    for n in (1, 2):
        talk = Conversation(c, Host(LINUX, f"2001:db8:71::{n}"), server, 8443, at=0.1 * n, rtt=0.008)
        talk.handshake()
        talk.exchange(150, 400)
        talk.now = 3.0 + n / 5000
        c.expect(talk.abort("server", b"node leaves cluster for maintenance"), "device_stated", never=NEVER,
                 origin="server")


@story("retransmission_timeout-stated-by-a-balancer", F5, ["device_stated"])
def f5_retransmit(c: Capture):
    """A load balancer gives up on a client that has vanished, after 1 + 8 transmissions, and says so in
    the reset: 'BIG-IP: [0x2409a71:1704] {peer} TCP retransmit timeout'."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.3.9.77", hops=2), Host(APPLIANCE, "10.91.0.5"), 443, near="server",
                        rtt=0.012)
    talk.handshake()
    talk.exchange(300, 700)
    talk.wait(0.4).send("client", 180)
    lost = talk.wait(0.002).send("server", 900, lost=True)
    talk.back_off(lost, times=8, rto=0.2, cap=12.8)
    c.expect(talk.abort("server", b"BIG-IP: [0x2409a71:1704] {peer} TCP retransmit timeout"),
             "retransmission_timeout", never=NEVER + ("keepalive_timeout", "half_open"), retransmissions=8,
             origin="server")


def refused_with(c: Capture, client: Host, server: Host, port: int, at: float, text: bytes, **k) -> None:
    talk = Conversation(c, client, server, port, at=at, rtt=k.pop("rtt", 0.015))
    syn = talk.syn()
    c.expect(talk.refuse(syn, payload=text), "not_listening", never=NEVER + ("firewall_reject",), trigger=syn,
             origin="server")


@story("not_listening-stated-by-a-balancer", F5, ["device_stated", "firewall_reject"])
def f5_no_listener(c: Capture):
    """Clients ask a load balancer's address for ports without a virtual server; each refusal holds 'BIG-IP:
    [0x24a2f9b:907] No local listener'."""
    noise(c)
    for n, port in enumerate((8080, 8081), 1):
        refused_with(c, Host(LINUX, f"10.92.3.{n}"), Host(APPLIANCE, "10.92.0.5", hops=1), port, 0.1 * n,
                     b"BIG-IP: [0x24a2f9b:907] No local listener")


@story("not_listening-stated-by-a-2wire-modem", OLD_UNIX + " (2Wire modems, Mac OS 9)", ["device_stated", "malformed"])
def two_wire(c: Capture):
    """A 2Wire DSL modem, whose stack is that of HP-UX and Mac OS 9, refuses a SYN to a closed port with 'No
    listener' in the reset."""
    noise(c)
    refused_with(c, Host(MACOS, "192.168.71.5"), Host(APPLIANCE, "192.0.2.71", hops=6), 111, 0.1, b"No listener")


@story("not_listening-stated-by-hp-ux", OLD_UNIX, ["device_stated", "malformed"])
def hp_ux(c: Capture):
    """The same from HP-UX, with a NUL after the text, to a client that asks three times."""
    noise(c)
    client, server = Host(WINDOWS, "192.168.72.5"), Host(APPLIANCE, "192.0.2.72", hops=4)
    talk = Conversation(c, client, server, 515, at=0.1, rtt=0.02)
    first = None
    syn = talk.syn()
    for _ in range(3):
        syn = syn if first is None else talk.wait(0.5).emit("client", "S", seq=syn.seq)
        again = {"repeat_of": first} if first else {}
        told = c.expect(talk.refuse(syn, payload=b"No listener\0"), "not_listening", never=NEVER, trigger=syn,
                        origin="server", **again)
        first = first or told


@story("device_stated-diagnostic-payload", DRAFT)
def diagnostic(c: Capture):
    """Hosts with the IETF's diagnostic payload reset with code 10 (resource exceeded), and with code 1234
    of a vendor's own list (enterprise 32473)."""
    noise(c)
    for n, payload in enumerate((diagnosis(10), diagnosis(1234, 32473)), 1):
        talk = Conversation(c, Host(LINUX, f"10.73.0.{n}"), Host(LINUX, f"198.51.100.{n}", hops=9), 8883, at=0.1 * n)
        talk.handshake()
        talk.exchange(80, 120)
        talk.wait(0.9).send("client", 140)
        talk.ack("server")
        c.expect(talk.wait(0.01).abort("server", payload), "device_stated", never=NEVER, origin="server")


@story("application_abort-diagnostic-payload", DRAFT + ": code 4, ABORT")
def diagnostic_abort(c: Capture):
    """The same payload with code 4 (ABORT process) in mid-transfer: the statement is a cause of the catalogue."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "2001:db8:73::2"), Host(LINUX, "2001:db8:74::9", hops=9), 8883, at=0.1)
    talk.handshake()
    talk.exchange(80, 120)
    for _ in range(3):
        talk.send("server", 1200, lost=True)
    c.expect(talk.wait(0.002).abort("server", diagnosis(4)), "application_abort",
             never=NEVER + ("half_open",), origin="server")


@story("idle_timeout-diagnostic-payload", DRAFT + ": code 14 (connection timeout), sent by a NAT", ["half_open"])
def diagnostic_idle(c: Capture):
    """A NAT drops a mapping after 300 s without traffic and tells the client: RST,ACK in the server's
    name with code 14, connection timeout."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.74.0.2"), Host(LINUX, "203.0.113.74", hops=8), 22, at=0.1)
    talk.handshake()
    talk.exchange(80, 120)
    talk.wait(300.0)
    c.expect(talk.abort("server", diagnosis(14), options=[], window=0), "idle_timeout",
             never=("malformed", "application_abort"))


@story("application_abort-diagnostic-payload-too-short", DRAFT + ", 4.2: malformed payloads are ignored; SEG.LEN is 8",
       ["device_stated", "malformed"])
def diagnostic_short(c: Capture):
    """A reset in mid-transfer holds 0x33AA and only three bytes more: not a diagnosis, and its receiver
    treats the reset as one without a payload."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.75.0.2"), Host(LINUX, "203.0.113.75", hops=8), 22, at=0.1)
    talk.handshake()
    talk.exchange(80, 120)
    talk.send("server", 1200, lost=True)
    talk.send("server", 1200, lost=True)
    c.expect(talk.wait(0.002).abort("server", b"\x33\xaa\0\x09\0"), "application_abort", never=ABORTED, origin="server")


@story("application_abort-page-in-the-reset", TEXT + "; the catalogue of causes: HTML or data in a RST", ["device_stated", "malformed"])
def page(c: Capture):
    """A small web server in a printer gives up in mid-answer and puts the end of its page, that speaks of
    timeouts and policies, in the reset. A page is no statement."""
    noise(c)
    talk = Conversation(c, Host(MACOS, "2001:db8:76::2"), Host(FREEBSD, "2001:db8:76::515"), 80, at=0.1, rtt=0.003)
    talk.handshake()
    talk.send("client", b"GET /status HTTP/1.1\r\nHost: printer\r\n\r\n")
    talk.send("server", b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<html>" + b"<p>ink</p>" * 40)
    talk.ack("client")
    talk.send("server", b"<p>paper</p>" * 100, lost=True)
    c.expect(talk.wait(0.001).abort("server", b"<p>idle timeout policy: 10 min</p></html>\r\n"), "application_abort",
             never=ABORTED,
             origin="server")


@story("application_abort-garbage-in-the-reset", TEXT + "; observed: devices that reset with stale buffers",
       ["device_stated", "malformed"])
def garbage(c: Capture):
    """A cheap device aborts in mid-transfer and its reset holds 14 bytes of a stale buffer, not text."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "192.168.77.2"), Host(APPLIANCE, "192.168.77.40"), 9100, at=0.1, rtt=0.002)
    talk.handshake()
    talk.exchange(60, 90)
    for _ in range(3):
        talk.send("server", 400, lost=True)
    stale = bytes.fromhex("00d0ff7f9a1c00e3c0a80001fe10")
    c.expect(talk.wait(0.001).abort("server", stale), "application_abort", never=ABORTED, origin="server")


@story("not_listening-padding-that-reads-like-a-statement", "IEEE 802.3 (frames are padded to 60 bytes); RFC 894",
       ["device_stated", "firewall_reject", "malformed"])
def padding(c: Capture):
    """A refusal of 54 bytes is padded to 60 with what stood in the card's buffer: 'policy'. Bytes
    beyond the IP length belong to the link."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "192.168.78.3"), Host(LINUX, "192.168.78.44"), 631, at=0.1, rtt=0.0004)
    syn = talk.syn()
    answer = talk.refuse(syn, ip_id=0, mutate=lambda packet: bytes(packet) + b"policy")
    c.expect(answer, "not_listening", never=ABORTED + ("firewall_reject",), trigger=syn, origin="server")
