# SPDX-License-Identifier: GPL-2.0-or-later
"""Active resets of stacks that write them differently from Linux."""
from catalogue import Capture, Conversation, Host, noise, story
from hosts import FREEBSD, LINUX, MACOS, OLD_WINDOWS, WINDOWS

ABORT = "RFC 9293, 3.10.5 (ABORT call); Winsock closesocket() with SO_LINGER 0"
NEAR = ["retransmission_timeout", "half_open", "injected"]
NEVER = ("injected", "half_open", "data_after_close", "retransmission_timeout")


@story("application_abort-windows-upload-cancelled", ABORT + "; observed: Windows resets carry window 0", NEAR)
def windows_upload(c: Capture):
    """The user of a Windows program cancels an upload in full flight: RST,ACK with window 0 while four
    segments are not yet acknowledged."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.77.1.66"), Host(LINUX, "198.51.100.181", hops=10), 443,
                        isn=(0xFFFFF000, 10), rtt=0.035)
    talk.handshake()
    talk.exchange(250, 180)
    for _ in range(2):
        talk.send("client", 1460)
        talk.send("client", 1460)
        talk.ack("server")
    for _ in range(4):
        talk.send("client", 1460, lost=True)
    talk.wait(0.002)
    c.expect(talk.abort("client"), "application_abort", never=NEVER, origin="client")


@story("application_abort-old-windows-no-ack-flag",
       ABORT + "; observed: up to Server 2003 the reset lacks the ACK flag but holds RCV.NXT", NEAR + ["malformed"])
def old_windows(c: Capture):
    """An old Windows client waits 4 s for an answer, then its user gives up: a RST without the ACK flag,
    its own next sequence number, and the next expected one in the ack field."""
    noise(c)
    talk = Conversation(c, Host(OLD_WINDOWS, "192.168.0.15"), Host(FREEBSD, "192.0.2.100", hops=9), 80,
                        rtt=0.06)
    talk.handshake()
    talk.send("client", b"GET /slow.asp HTTP/1.1\r\nHost: old.example\r\n\r\n")
    talk.ack("server")
    talk.wait(4.0)
    last = talk.emit("client", "R", ack=talk.ends["client"].rcv, window=0)
    c.expect(last, "application_abort",
             never=("injected", "malformed", "retransmission_timeout", "half_open"), origin="client")


@story("application_abort-macos-upload-cancelled-ipv6", ABORT + "; XNU tcp_output(): window 0 in a reset", NEAR)
def macos_upload(c: Capture):
    """The user of a Mac quits a program that is sending a file over IPv6: RST,ACK with window 0 and
    without timestamps in the middle of the transfer."""
    noise(c)
    talk = Conversation(c, Host(MACOS, "2001:db8:cafe::5"), Host(LINUX, "2001:db8:beef::9", hops=7), 22,
                        rtt=0.02)
    talk.handshake()
    for _ in range(3):
        talk.send("client", 1200)
        talk.ack("server")
    for _ in range(3):
        talk.send("client", 1200, lost=True)
    talk.wait(0.001)
    c.expect(talk.abort("client"), "application_abort", never=NEVER, origin="client")
