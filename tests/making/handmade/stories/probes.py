# SPDX-License-Identifier: GPL-2.0-or-later
"""Connections that were never meant to carry data: scans and checks."""
from dataclasses import replace

from catalogue import Capture, Conversation, Host, noise, story
from hosts import FREEBSD, LINUX, WINDOWS

ZMAP = "Durumeric, Wustrow, Halderman 2013 (ZMap); masscan README (its own stack; the kernel resets the SYN-ACK)"
HAPROXY = "HAProxy manual, 'option tcp-check' and 'check': RST in place of the handshake ACK"
BARE = replace(LINUX, syn_options=(), window=1024, scaled_window=1024, scale=0)
NEVER = ("injected", "half_open", "connect_timeout")


def half_open_probe(c: Capture, scanner: Host, target: Host, port: int, at: float, near="client") -> None:
    talk = Conversation(c, scanner, target, port, sport=46357, at=at, near=near, rtt=0.03, timestamps=False)
    talk.syn(ip_id=54321, ttl=scanner.ttl + 191)  # 255 less the hops, as these tools write it
    answer = talk.syn_ack()
    c.expect(talk.refuse(answer), "syn_scan", never=NEVER + ("health_check",),
             trigger=answer, origin="client")


@story("syn_scan-one-port-on-five-hosts", ZMAP, ["connect_cancelled", "health_check"])
def five_hosts(c: Capture):
    """A fast scanner asks for port 443 of six hosts with bare SYNs (no options, window 1024). Five answer and
    the scanner's kernel, which knows nothing of it, resets each SYN-ACK at once; the sixth refuses."""
    noise(c)
    scanner = Host(BARE, "203.0.113.5")
    for n in range(5):
        target = Host(FREEBSD if n % 2 else LINUX, f"192.0.2.{50 + n}", hops=9 + n)
        half_open_probe(c, scanner, target, 443, 0.1 + n / 500)
    closed = Conversation(c, scanner, Host(LINUX, "192.0.2.56", hops=9), 443, sport=46357, at=0.11, rtt=0.02)
    syn = closed.syn(ip_id=54321, ttl=255)
    c.expect(closed.refuse(syn), "not_listening", never=("injected", "syn_scan"), trigger=syn, origin="server")


@story("syn_scan-seen-at-the-target", ZMAP, ["connect_cancelled", "health_check"])
def at_the_target(c: Capture):
    """The same kind of scanner asks one Windows server for six ports that are open, 20 ms apart; the
    capture is the server's, 30 ms away."""
    noise(c)
    scanner, target = Host(BARE, "198.51.100.205", hops=14), Host(WINDOWS, "10.0.0.80")
    for n, port in enumerate((80, 135, 443, 445, 3389, 5985)):
        half_open_probe(c, scanner, target, port, 0.1 + n / 50, near="server")


def check(c: Capture, balancer: Host, server: Host, port: int, at: float):
    talk = Conversation(c, balancer, server, port, at=at, rtt=0.0005)
    talk.syn()
    talk.syn_ack()
    return talk.abort("client")


@story("health_check-reset-in-place-of-the-ack", HAPROXY, ["connect_cancelled", "syn_scan", "application_abort"])
def haproxy(c: Capture):
    """A balancer on Linux checks a web server every 2 s: SYN, SYN-ACK, and a RST,ACK in place of the
    handshake's last ACK. Between checks it forwards a client."""
    noise(c)
    balancer, server = Host(LINUX, "10.26.0.2"), Host(LINUX, "10.26.0.10")
    for n in range(6):
        c.expect(check(c, balancer, server, 8080, 0.1 + 2.0 * n), "health_check", never=NEVER + ("syn_scan",),
                 origin="client")
    forwarded = Conversation(c, balancer, server, 8080, at=5.3, rtt=0.0005)
    forwarded.handshake()
    forwarded.exchange(300, 900)
    forwarded.wait(0.2).close()


@story("application_abort-reset-in-place-of-the-ack-once", HAPROXY + "; here it happens once",
       ["health_check", "syn_scan"])
def once(c: Capture):
    """A program on Linux connects without waiting, and closes with SO_LINGER 0 just as the SYN-ACK comes: one
    RST,ACK in place of the handshake's last ACK, and no other connection of it."""
    noise(c)
    last = check(c, Host(LINUX, "10.27.0.2"), Host(LINUX, "10.27.0.10"), 8080, 0.1)
    c.expect(last, "application_abort",
             never=NEVER + ("health_check", "syn_scan"), origin="client")
