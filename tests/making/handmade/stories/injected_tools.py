# SPDX-License-Identifier: GPL-2.0-or-later
"""Resets forged by programs whose source tells which fields they set: Suricata, Snort, tcpkill, Scapy, hping3."""
from catalogue import Capture, Conversation, Frame, Host, noise, story
from devices import Device, between, goes_on, injected, meets_a_dead_socket
from hosts import FREEBSD, LINUX, MACOS, WINDOWS

SURICATA = "Suricata respond-reject-libnet11.c (the trigger's window, TTL 64, DF clear, flow label 0); its rule documentation"
SNORT = "Snort 3 active.cc and cd_tcp.cc; Snort manual, 'Active response' (attempts: seq + 0, d, 3d, 5d, 9d)"
REACT = "Snort 3 active.cc: react sends a page (window 65535), FIN,ACK (window 0) and RST,ACK to both ends"
TCPKILL = "dsniff tcpkill.c 1.17 (seq += i * window, window 0, ack 0, TTL 64, random IP-ID, DF clear)"
SCAPY = "Scapy inet.py and aldeid.com, ls(IP), ls(TCP): window 8192, TTL 64, IP-ID 1, DF clear unless told otherwise"
HPING = "hping3 -h (window 64, TTL 64, random IP-ID); RFC 5961, 3.2 (challenge ACK); Watson 2004, 'Slipping in the Window'"


def window_of(frame: Frame, talk: Conversation) -> int:
    """The window as it stands in the header."""
    return talk.window(frame.side, frame.flags)


def suricata_reply(talk: Conversation, trigger: Frame, after: float, **device) -> Frame:
    """To the trigger's sender, in the name of its receiver."""
    name = "server" if trigger.side == "client" else "client"
    return Device(**device).reset(talk, name, trigger.seconds + after, "RA", seq=trigger.ack, ack=trigger.end,
                                  window=window_of(trigger, talk))


def suricata_forward(talk: Conversation, trigger: Frame, after: float, **device) -> Frame:
    """To the trigger's receiver, in the name of its sender, with the trigger's first sequence number."""
    return Device(**device).reset(talk, trigger.side, trigger.seconds + after, "RA", seq=trigger.seq, ack=trigger.ack,
                                  window=window_of(trigger, talk))


@story("injected-suricata-rejects-both", SURICATA, ["application_abort", "unread_data", "firewall_reject"])
def reject_both(c: Capture):
    """A request matches a rejectboth rule of an IDS beside the path. Client and server each get RST,ACK with the
    request's window. The server's lies below what it has received: it ignores it and answers the dead client."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.31.0.9", hops=1), Host(LINUX, "198.51.100.91", hops=8), 80, at=0.05)
    between(talk, 0.0012, 0.027).handshake()
    talk.exchange(210, 900)
    get = talk.wait(0.3).send("client", b"GET /cgi-bin/phf?Qalias=x HTTP/1.1\r\nHost: c.example\r\n\r\n")
    injected(c, [suricata_reply(talk, get, 0.00091, ttl=63)])
    injected(c, [suricata_forward(talk, get, 0.00096, ttl=63)])
    goes_on(c, talk, "server", [0, 1400, 500], pause=0.0004)


@story("injected-suricata-rejects-both-ipv6", SURICATA, ["application_abort", "unread_data", "firewall_reject"])
def reject_both_v6(c: Capture):
    """The same at an IPv6 server: flow label 0 in both resets. Only the server's name and the client's name are
    right; the server answers the request as if nothing had happened."""
    noise(c)
    talk = Conversation(c, Host(MACOS, "2001:db8:31::9", hops=9), Host(FREEBSD, "2001:db8:32::91"), 8080, at=0.05,
                        near="server", rtt=0.049)
    talk.handshake()
    get = talk.send("client", b"GET /etc/passwd HTTP/1.1\r\nHost: c.example\r\n\r\n")
    talk.ack("server")
    injected(c, [suricata_reply(talk, get, 0.0007, ttl=64)])
    injected(c, [suricata_forward(talk, get, 0.00073, ttl=64)])
    goes_on(c, talk, "server", [800], pause=0.003)


@story("injected-suricata-reject-source-only", SURICATA, ["unread_data", "application_abort", "firewall_reject"])
def reject_source(c: Capture):
    """A reject rule of an IDS beside the path resets only the client: one RST,ACK that copies the request's window
    and answers it exactly. The server had the request too: its answer acknowledges it."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.32.0.9"), Host(WINDOWS, "203.0.113.92", hops=7), 445, at=0.05, rtt=0.018)
    talk.handshake()
    talk.exchange(108, 420)
    request = talk.wait(0.05).send("client", 166)
    injected(c, [suricata_reply(talk, request, 0.0006, ttl=61)])
    goes_on(c, talk, "server", [1200, 240])


@story("injected-snort-strafing", SNORT, ["application_abort", "half_open", "unread_data"])
def strafing(c: Capture):
    """A passive Snort with five attempts: five RST,ACK in the server's name after a request of 310 bytes, 0, 310,
    930, 1550 and 2790 ahead, with the session's own TTL and TOS. The server answers 35 ms later."""
    noise(c)
    talk = Conversation(c, Host(MACOS, "172.22.5.6"), Host(LINUX, "198.51.100.93", hops=10), 25, at=0.05, rtt=0.036)
    talk.handshake()
    talk.exchange(24, 120)
    mail = talk.wait(0.2).send("client", 310)
    device = Device(ttl=54)
    injected(c, [device.reset(talk, "server", mail.seconds + 0.0008 + n * 0.00001, "RA", seq=mail.ack + step * 310,
                              ack=mail.end) for n, step in enumerate((0, 1, 3, 5, 9))])
    goes_on(c, talk, "server", [86])


@story("injected-snort-react", REACT, ["application_protocol_error", "data_after_close", "fast_close"])
def react(c: Capture):
    """Snort answers a request with a page of its own, a FIN and a RST,ACK in the server's name, and resets the
    server in the client's. The server had already begun to answer."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.33.0.9"), Host(LINUX, "203.0.113.94", hops=12), 8090, at=0.05)
    between(talk, 0.0007, 0.044).handshake()
    get = talk.send("client", b"GET /casino HTTP/1.1\r\nHost: d.example\r\n\r\n")
    device, at = Device(ttl=52), get.seconds + 0.0011
    page = device.segment(talk, "server", at, "PA", seq=get.ack, ack=get.end, window=65535,
                          payload=b"HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n<html>Access denied</html>")
    fin = device.segment(talk, "server", at + 0.00002, "FA", seq=page.end, ack=get.end, window=0)
    injected(c, [device.reset(talk, "server", at + 0.00004, "RA", seq=fin.end, ack=get.end)])
    injected(c, [device.reset(talk, "client", at + 0.00006, "RA", seq=get.end, ack=get.ack)])
    talk.last = "client"
    goes_on(c, talk, "server", [1200], pause=0.0)


def tcpkill(talk: Conversation, seen: Frame, after: float, mac: str, ttl=64) -> list[Frame]:
    """Three resets to the sender of the segment seen, each further ahead by its window."""
    name, window = ("server" if seen.side == "client" else "client"), window_of(seen, talk)
    return [Device(ttl, mac=mac).reset(talk, name, seen.seconds + after + n * 0.000012, seq=seen.ack + step * window)
            for n, step in enumerate((0, 1, 3))]


@story("injected-tcpkill-both-ends", TCPKILL, ["half_open", "data_after_close", "firewall_reject"])
def kill(c: Capture):
    """Somebody on a server's network runs tcpkill. A row of data and the ACK for it draw three bare resets each:
    to the client, to the server. They come from another network card than the hosts' packets."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "198.51.100.95", hops=11), Host(LINUX, "10.34.0.2"), 22, at=0.05,
                        near="server", rtt=0.032)
    talk.handshake()
    for _ in range(2):
        talk.wait(0.2).exchange(52, 84)
    typed = talk.wait(0.5).send("client", 36)
    echo = talk.send("server", 36)
    injected(c, tcpkill(talk, echo, 0.00031, "02:00:de:ad:00:01"))
    injected(c, tcpkill(talk, typed, 0.00052, "02:00:de:ad:00:01"))
    acked = talk.ack("client", lost=True)
    meets_a_dead_socket(c, talk, acked)


@story("injected-scapy-on-the-lan", SCAPY, ["application_abort", "half_open", "unknown"])
def scapy(c: Capture):
    """A neighbour listens to a telnet session and sends one reset with the server's address and the right number,
    made by Scapy with its defaults: window 8192, IP-ID 1. The server goes on writing."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.9.0.5"), Host(LINUX, "10.9.0.6"), 23, at=0.05, rtt=0.0006)
    talk.handshake()
    talk.exchange(27, 45)
    last = talk.wait(1.3).exchange(1, 1)
    forged = Device(ip_id=1, mac="02:00:0a:09:00:07").reset(talk, "server", last.seconds + 2.41, window=8192,
                                                          seq=talk.ends["server"].nxt)
    injected(c, [forged])
    talk.wait(4.0)
    goes_on(c, talk, "server", [61])


@story("injected-hping-blind-guesses", HPING, ["unknown", "protocol_violation", "half_open"])
def blind(c: Capture):
    """Somebody far away who sees nothing guesses: resets in a BGP neighbour's name, one window apart. Two fall
    into the window and draw a challenge ACK; the session lives on. All of them are ignored."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "192.0.2.179"), Host(FREEBSD, "192.0.2.200", hops=3), 179, at=0.05,
                        rtt=0.0051, timestamps=False)
    message = b"\xff" * 16 + b"\0\x13\x04"  # BGP KEEPALIVE
    talk.handshake()
    talk.exchange(message, message)
    guess = talk.ends["client"].rcv - 5 * 16384 + 700
    frames = [Device(ttl=51).reset(talk, "server", 1.2 + n * 0.0101, seq=guess + n * 16384, window=64)
              for n in range(7)]
    injected(c, frames, never=("malformed", "data_after_close"))
    for frame in frames[5:]:
        talk.now, talk.last = frame.seconds, "server"
        talk.ack("client")
    talk.wait(1.0).exchange(message, message)
    talk.wait(0.7).exchange(message, message)
