# SPDX-License-Identifier: GPL-2.0-or-later
"""Two attempts at one thing: the loser of the race is reset."""
import struct

from scapy.layers.dns import DNS, DNSQR, DNSRR
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

from capture import Frame
from catalogue import Capture, Conversation, Host, noise, story
from hosts import FREEBSD, LINUX, MACOS, WINDOWS

SMB = "Microsoft KB 204279 (direct hosting of SMB: 445 and 139 tried together, the slower one reset)"
EYEBALLS = "RFC 8305, 5 (connection attempt delay 250 ms; the losing attempts are abandoned)"
NEVER = ("injected", "half_open", "syn_scan", "data_after_close")
ROUTER = "02:00:c0:a8:00:01"


# -- SMB -----------------------------------------------------------------------------------
def smb2(command: int, body: bytes, answer: bool = False) -> bytes:
    """One SMB2 message in its NetBIOS frame ([MS-SMB2] 2.2.1.2)."""
    header = struct.pack("<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 0, 0, command, 31, int(answer), 0, 0, 0xFEFF, 0, 0, b"")
    return struct.pack(">I", len(header + body)) + header + body


NEGOTIATE = smb2(0, struct.pack("<HHHHI16sQHH", 36, 2, 1, 0, 0, b"handmade-client!", 0, 0x0202, 0x0210))
CHOSEN = smb2(0, struct.pack("<HHHH16sIIIIQQHHI", 65, 1, 0x0210, 0, b"handmade-server!", 7, 1 << 16, 1 << 16, 1 << 16,
                             133_000_000_000_000_000, 0, 128, 0, 0), answer=True)
SESSION_REQUEST = b"\x81\0\0\x44" + b"\x20" + b"CK" + b"CA" * 15 + b"\0" + b"\x20" + b"FH" + b"CA" * 15 + b"\0"
SESSION_GRANTED = b"\x82\0\0\0"


def pair(c: Capture, client: Host, server: Host, rtt: float, **k) -> tuple[Conversation, Conversation]:
    """The attempts at 445 and 139, 0.4 ms apart, from neighbouring ports."""
    sport = c.random.randrange(50000, 60000)
    return (Conversation(c, client, server, 445, sport=sport, at=0.05, rtt=rtt, **k),
            Conversation(c, client, server, 139, sport=sport + 1, at=0.0504, rtt=rtt, **k))


def lost_race(c: Capture, reset: Frame, reason: str = "smb_dual_connect", **more) -> Frame:
    return c.expect(reset, reason, never=NEVER, origin="client", **more)


@story("smb_dual_connect-windows-445-wins", SMB, ["fast_close", "application_abort", "health_check"])
def wins_445(c: Capture):
    """A Windows client opens 445 and 139 of a file server at the same moment; both are accepted. It
    negotiates on 445 and resets the unused connection to 139 with RST,ACK and window 0."""
    noise(c)
    new, old = pair(c, Host(WINDOWS, "192.168.40.11"), Host(WINDOWS, "192.168.40.2"), rtt=0.0009)
    new.handshake()
    old.handshake()
    new.exchange(NEGOTIATE, CHOSEN)
    old.wait(0.0006)
    lost_race(c, old.abort("client"))
    new.wait(0.3).exchange(180, 240)
    new.wait(2.0).close()


@story("smb_dual_connect-windows-reset-instead-of-ack", SMB, ["connect_cancelled", "syn_scan"])
def reset_in_handshake(c: Capture):
    """The same over a slow line: 445 answers first and is used, so the client's socket for 139 is gone
    when the SYN-ACK arrives; a plain RST takes the place of the handshake ACK."""
    noise(c)
    new, old = pair(c, Host(WINDOWS, "10.31.0.7"), Host(WINDOWS, "10.32.0.4", hops=3), rtt=0.041)
    new.handshake()
    new.exchange(NEGOTIATE, CHOSEN)
    old.syn()
    late = old.wait(0.0012).syn_ack()
    lost_race(c, old.refuse(late), trigger=late)
    new.wait(0.2).exchange(180, 240)
    new.wait(1.0).close()


@story("smb_dual_connect-windows-139-wins", SMB, ["connect_cancelled"])
def wins_139(c: Capture):
    """An old file server is slow to answer on 445 (its filter driver checks first): the client's session
    on 139 is already granted when the SYN-ACK of 445 comes, and that one is reset."""
    noise(c)
    new, old = pair(c, Host(WINDOWS, "172.20.8.30"), Host(FREEBSD, "172.20.1.9", hops=1), rtt=0.006)
    old.handshake()
    old.exchange(SESSION_REQUEST, SESSION_GRANTED)
    new.syn()
    late = new.wait(0.09).syn_ack()
    lost_race(c, new.refuse(late), trigger=late)
    old.wait(0.1).exchange(NEGOTIATE, CHOSEN)
    old.wait(1.5).close()


@story("application_abort-netbios-alone", SMB + "; here 445 is never tried", ["smb_dual_connect", "health_check"])
def alone_139(c: Capture):
    """A Windows client with direct hosting switched off connects to 139 only, is accepted, and its program
    ends the connection hard at once. There is no race."""
    noise(c)
    old = Conversation(c, Host(WINDOWS, "192.168.41.11"), Host(WINDOWS, "192.168.41.2"), 139, at=0.06, rtt=0.0008)
    old.handshake()
    old.wait(0.0005)
    lost_race(c, old.abort("client"), "application_abort")


@story("application_abort-netbios-an-hour-later", SMB + "; here the two have nothing to do with each other",
       ["smb_dual_connect"])
def hour_later(c: Capture):
    """A client works on 445 and closes. An hour later another program of it opens 139 of the same server,
    sends its session request, waits 3 s without an answer and aborts."""
    noise(c)
    client, server = Host(WINDOWS, "192.168.42.11"), Host(WINDOWS, "192.168.42.2")
    new = Conversation(c, client, server, 445, at=0.05, rtt=0.0008)
    new.handshake()
    new.exchange(NEGOTIATE, CHOSEN)
    new.wait(4.0).close()
    old = Conversation(c, client, server, 139, at=3604.0, rtt=0.0008)
    old.handshake()
    old.send("client", SESSION_REQUEST)
    old.wait(0.04).ack("server")
    old.wait(3.0)
    c.expect(old.abort("client"), "application_abort",
             never=NEVER + ("smb_dual_connect",), origin="client")


# -- happy eyeballs ------------------------------------------------------------------------
def resolved(c: Capture, client: Host, name: str, kinds: dict[str, list[str]], at: float = 0.01) -> None:
    """The resolver's answers, so that the capture shows that the addresses belong to one name."""
    for n, (kind, addresses) in enumerate(kinds.items()):
        records = None
        for address in addresses:
            record = DNSRR(rrname=name, type=kind, ttl=60, rdata=address)
            records = records / record if records else record
        link = Ether(src=ROUTER, dst=client.mac) / IP(src="192.168.0.1", dst=client.ip, ttl=64, id=100 + n)
        told = DNS(id=700 + n, qr=1, rd=1, ra=1, qd=DNSQR(qname=name, qtype=kind), an=records, ancount=len(addresses))
        c.add(Frame(at + n / 1000, bytes(link / UDP(sport=53, dport=40404 + n) / told)))


def one_host(stack, v4: str, v6: str) -> tuple[Host, Host]:
    mac = Host(stack, v4).mac
    return Host(stack, v4, mac=mac), Host(stack, v6, mac=mac)


@story("happy_eyeballs-ipv6-wins", EYEBALLS, ["connect_cancelled", "syn_scan"])
def v6_wins(c: Capture):
    """A browser on a Mac asks for one service over IPv6, after 250 ms without an answer over IPv4 too.
    IPv6 answers and is used; the SYN-ACK over IPv4 comes 20 ms too late and is reset."""
    noise(c)
    v4, v6 = one_host(MACOS, "192.168.0.23", "2001:db8:50::23")
    resolved(c, v4, "www.example.org", {"AAAA": ["2001:db8:c0de::80"], "A": ["198.51.100.80"]})
    six = Conversation(c, v6, Host(LINUX, "2001:db8:c0de::80", 9, mac=ROUTER), 443, at=0.02, rtt=0.262)
    four = Conversation(c, v4, Host(LINUX, "198.51.100.80", 9, mac=ROUTER), 443, at=0.27, rtt=0.034)
    six.handshake()
    six.exchange(517, 1300)
    four.syn()
    late = four.syn_ack()
    c.expect(four.refuse(late), "happy_eyeballs", never=NEVER, trigger=late, origin="client")
    six.wait(0.5).exchange(300, 1200)
    six.wait(0.5).close()


@story("happy_eyeballs-ipv4-wins-reset-after-the-handshake", EYEBALLS, ["application_abort", "fast_close"])
def v4_wins(c: Capture):
    """A program on Windows races IPv6 (slow tunnel) and IPv4; IPv4 is in use when the handshake over IPv6
    ends, and that connection is reset unused with RST,ACK and window 0."""
    noise(c)
    v4, v6 = one_host(WINDOWS, "192.168.0.61", "2001:db8:51::61")
    resolved(c, v4, "api.example.net", {"AAAA": ["2001:db8:cafe::44"], "A": ["203.0.113.44"]})
    six = Conversation(c, v6, Host(LINUX, "2001:db8:cafe::44", 14, mac=ROUTER), 443, at=0.02, rtt=0.3)
    four = Conversation(c, v4, Host(LINUX, "203.0.113.44", 8, mac=ROUTER), 443, at=0.27, rtt=0.018)
    four.handshake()
    four.exchange(517, 1300)
    six.handshake()
    six.wait(0.0004)
    c.expect(six.abort("client"), "happy_eyeballs", never=NEVER, origin="client")
    four.wait(0.4).exchange(300, 1200)
    four.wait(0.5).close()


@story("happy_eyeballs-two-ipv4-addresses", EYEBALLS + "; RFC 6555, 5.5 applies it to several addresses of one kind",
       ["syn_scan"])
def two_addresses(c: Capture):
    """One name has two IPv4 addresses. A Linux client tries the first, after 300 ms the second as well,
    which answers at once and is used; the first one's late SYN-ACK is reset."""
    noise(c)
    client = Host(LINUX, "192.168.0.88")
    resolved(c, client, "mail.example.com", {"A": ["192.0.2.10", "192.0.2.11"]})
    slow = Conversation(c, client, Host(LINUX, "192.0.2.10", 11, mac=ROUTER), 993, at=0.02, rtt=0.36)
    fast = Conversation(c, client, Host(LINUX, "192.0.2.11", 11, mac=ROUTER), 993, at=0.32, rtt=0.021)
    fast.handshake()
    fast.exchange(517, 1300)
    slow.syn()
    late = slow.syn_ack()
    c.expect(slow.refuse(late), "happy_eyeballs", never=NEVER, trigger=late,
             origin="client")
    fast.wait(0.8).exchange(120, 700)
    fast.wait(0.5).close()


@story("connect_cancelled-race-without-a-winner", EYEBALLS + "; here nothing was won", ["happy_eyeballs"])
def no_winner(c: Capture):
    """A browser races IPv6 and IPv4 on a line that has just come up; IPv4 stays unanswered. The user
    closes the tab and the SYN-ACK over IPv6, 150 ms later, is reset."""
    noise(c)
    v4, v6 = one_host(LINUX, "192.168.0.24", "2001:db8:52::24")
    resolved(c, v4, "www.example.org", {"AAAA": ["2001:db8:c0de::80"], "A": ["198.51.100.80"]})
    six = Conversation(c, v6, Host(LINUX, "2001:db8:c0de::80", 9, mac=ROUTER), 443, at=0.02, rtt=0.7)
    four = Conversation(c, v4, Host(LINUX, "198.51.100.80", 9, mac=ROUTER), 443, at=0.27)
    four.syn(lost=True)
    six.syn()
    late = six.syn_ack()
    c.expect(six.refuse(late), "connect_cancelled", never=NEVER + ("happy_eyeballs",), trigger=late, origin="client")


@story("connect_cancelled-thirty-seconds-after-another", EYEBALLS + "; here the two are unrelated",
       ["happy_eyeballs", "connect_timeout"])
def unrelated(c: Capture):
    """A Linux host talks to one web server; 30 s later another program of it opens port 443 of a different
    host, is stopped by its user after half a second, and the SYN-ACK that comes then is reset."""
    noise(c)
    client = Host(LINUX, "192.168.0.25")
    used = Conversation(c, client, Host(LINUX, "192.0.2.200", 7, mac=ROUTER), 443, at=0.02, rtt=0.02)
    used.handshake()
    for _ in range(7):
        used.wait(5.0).exchange(200, 900)
    used.close()
    other = Conversation(c, client, Host(FREEBSD, "203.0.113.201", 13, mac=ROUTER), 443, at=30.05, rtt=0.61)
    other.syn()
    late = other.syn_ack()
    c.expect(other.refuse(late), "connect_cancelled", never=NEVER + ("happy_eyeballs", "connect_timeout"),
             trigger=late, origin="client")
