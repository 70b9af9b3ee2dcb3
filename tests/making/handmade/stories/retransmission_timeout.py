# SPDX-License-Identifier: GPL-2.0-or-later
"""Stacks that reset when a segment stays unacknowledged. Linux never does, so no kernel here can."""
from dataclasses import replace

from catalogue import Capture, Conversation, Host, noise, story
from hosts import APPLIANCE, FREEBSD, LINUX, OLD_WINDOWS, WINDOWS

MICROSOFT = ("Microsoft KB 170359 (TcpMaxDataRetransmissions: 5, time-out doubled each time); "
             "Microsoft, 'Troubleshoot TCP/IP connectivity', packet drops")
RFC = "RFC 9293, 3.8.3 (R2: close the connection)"
NEVER = ("injected", "keepalive_timeout", "application_abort")


@story("retransmission_timeout-windows-data", MICROSOFT)
def windows_data(c: Capture):
    """A Windows client's data vanish in the network: it sends the segment 1 + 5 times, each time
    waiting twice as long (0.3 s first), and resets exactly when the next step is due."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "192.168.14.22"), Host(LINUX, "198.51.100.40", hops=9), 445,
                        isn=(0xFFFFFF00, 0x1B2C3D4E), rtt=0.018)
    talk.handshake()
    talk.exchange(120, 310)
    lost = talk.wait(0.8).send("client", 500, lost=True)
    talk.back_off(lost, times=5, rto=0.3)
    c.expect(talk.abort("client"), "retransmission_timeout", never=NEVER, retransmissions=5, origin="client")


@story("retransmission_timeout-windows-later-segments-sacked",
       MICROSOFT + "; RFC 2018 (SACK does not move the cumulative acknowledgement)")
def later_segments_sacked(c: Capture):
    """A Windows server's segment is lost six times on the way (a middlebox dislikes its content)
    while the two segments after it arrive and are acknowledged selectively; the server resets."""
    noise(c, at=0.3)
    talk = Conversation(c, Host(LINUX, "2001:db8:14::7", hops=6), Host(WINDOWS, "2001:db8:ff::443"), 443,
                        near="server", rtt=0.03)
    talk.handshake()
    talk.send("client", 210)
    talk.ack("server")
    bad = talk.wait(0.02).send("server", 1200, lost=True)
    for size in (1200, 640):
        start = talk.ends["server"].nxt
        good = talk.send("server", size, lost=True)
        sacked = ("SAck", (bad.end, good.end))
        talk.ack("client", options=[("NOP", None), ("NOP", None), sacked])
        assert good.seq == start
    talk.back_off(bad, times=5, rto=0.3)
    c.expect(talk.abort("server"), "retransmission_timeout", never=NEVER, retransmissions=5, origin="server")


@story("retransmission_timeout-windows-syn-ack",
       "Microsoft KB 170359 and TcpMaxConnectResponseRetransmissions (default 2), TcpInitialRtt 3 s")
def windows_syn_ack(c: Capture):
    """The client's acknowledgement of the SYN-ACK never arrives at a Windows server: it sends the
    SYN-ACK again after 3 and 6 more seconds and resets when the third step of 12 s is over."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "172.16.9.31", hops=3), Host(OLD_WINDOWS, "172.16.200.10"), 3389,
                        near="server", rtt=0.011)
    talk.syn()
    answer = talk.syn_ack(lost=True)
    talk.back_off(answer, times=2, rto=3.0)
    c.expect(talk.abort("server"), "retransmission_timeout",
             never=("injected", "application_abort", "accept_queue_overflow", "not_listening"),
             retransmissions=2, origin="server")


@story("retransmission_timeout-bsd-twelve",
       "FreeBSD tcp_timer.c: TCP_MAXRXTSHIFT 12, TCPTV_REXMTMAX 64 s, tcp_timer_rexmt() -> tcp_drop(); " + RFC)
def bsd_twelve(c: Capture):
    """A FreeBSD server loses its client: 1 + 12 transmissions of one segment, the interval doubling
    up to 64 s and staying there; the reset comes one such interval after the last."""
    noise(c, at=2.0)
    talk = Conversation(c, Host(LINUX, "203.0.113.199", hops=12), Host(FREEBSD, "192.0.2.25"), 25,
                        near="server", rtt=0.05)
    talk.handshake()
    talk.send("server", b"220 mx.example.net ESMTP\r\n")
    talk.ack("client")
    talk.send("client", b"EHLO client.example.org\r\n")
    lost = talk.wait(0.01).send("server", b"250-mx.example.net\r\n250 PIPELINING\r\n", lost=True)
    talk.back_off(lost, times=12, rto=0.3, cap=64.0)
    c.expect(talk.abort("server"), "retransmission_timeout", never=NEVER + ("idle_timeout",),
             retransmissions=12, origin="server")


@story("retransmission_timeout-bare-reset",
       "RFC 9293, 3.10.5 (ABORT sends <SEQ=SND.NXT><CTL=RST>, without ACK), 3.8.3 R2; F5 article K13223 "
       "(TCP retransmit timeout is a reset cause of BIG-IP)")
def bare_reset(c: Capture):
    """A load balancer gives up on a client that acknowledges nothing any more: after 1 + 8
    transmissions a bare RST without ACK, its sequence number its own next, exactly on the grid."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.3.8.77", hops=1), Host(APPLIANCE, "10.90.0.5"), 8443,
                        near="server", rtt=0.004)
    talk.handshake()
    talk.exchange(300, 700)
    talk.wait(0.4).send("client", 180)
    lost = talk.wait(0.002).send("server", 900, lost=True)
    talk.back_off(lost, times=8, rto=0.2, cap=12.8)
    last = talk.emit("server", "R", window=0)
    c.expect(last, "retransmission_timeout", never=NEVER + ("half_open", "data_after_close"),
             retransmissions=8, origin="server")


@story("retransmission_timeout-one-byte-segment",
       MICROSOFT + "; Wireshark packet-tcp.c calls a segment of 0 or 1 bytes at next - 1 a keep-alive",
       near_miss_for=["keepalive_timeout"])
def one_byte(c: Capture):
    """A Windows terminal client sends one keystroke (one byte) that is never acknowledged, 1 + 5 times,
    and resets; its retransmissions look like keep-alive probes to Wireshark but are new data."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "192.168.77.3"), Host(FREEBSD, "198.51.100.9", hops=11), 23,
                        rtt=0.024)
    talk.handshake()
    talk.send("server", b"login: ")
    talk.ack("client")
    key = talk.wait(1.7).send("client", b"r", lost=True)
    talk.back_off(key, times=5, rto=0.3)
    c.expect(talk.abort("client"), "retransmission_timeout", never=NEVER, retransmissions=5, origin="client")


@story("retransmission_timeout-repacketized",
       MICROSOFT + "; Stevens, TCP/IP Illustrated 1, 21.11 (repacketization)")
def repacketized(c: Capture):
    """A Windows server's two small segments are lost; its five retransmissions carry the bytes of both
    in one segment of the same sequence number. It resets when the sixth step is due."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.15.3.3", hops=4), Host(WINDOWS, "10.16.0.8"), 3389, near="server",
                        isn=(0xFFFFFFFE, 0xFFFFFF80), rtt=0.027)
    talk.handshake()
    talk.send("client", 47)
    talk.ack("server")
    first = talk.wait(0.1).send("server", 90, lost=True)
    second = talk.send("server", 61, lost=True)
    talk.back_off(replace(first, payload=first.payload + second.payload), times=5, rto=0.35)
    c.expect(talk.abort("server"), "retransmission_timeout", never=NEVER, retransmissions=5, origin="server")


@story("retransmission_timeout-while-the-peer-still-sends",
       MICROSOFT + "; RFC 2923, 2.1 (path MTU black hole)", near_miss_for=["unread_data", "injected"])
def peer_still_sends(c: Capture):
    """A tunnel swallows the full-sized segments of a Windows client; small ones pass both ways. The
    server keeps sending and its acknowledgements never move; after 1 + 5 transmissions the client resets."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "192.168.90.7"), Host(FREEBSD, "192.0.2.143", hops=10), 143,
                        isn=(0xFFFFFB00, 0x20), rtt=0.03)
    talk.handshake()
    talk.exchange(130, 90)
    big = talk.wait(0.2).send("client", 1460, lost=True)
    due = big.seconds
    for step in range(5):
        talk.wait(0.05).send("server", b"* OK Still here\r\n")
        talk.ack("client")
        due += 0.3 * 2**step
        talk.now, talk.last = due, None
        talk.retransmit(big)
    talk.now, talk.last = due + 0.3 * 2**5, None
    c.expect(talk.abort("client"), "retransmission_timeout", never=NEVER + ("unread_data",), retransmissions=5,
             origin="client")
