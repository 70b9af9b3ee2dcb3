# SPDX-License-Identifier: GPL-2.0-or-later
"""Keep-alive probes that nobody answers, and two things that look like them."""
from catalogue import Capture, Conversation, Host, noise, story
from hosts import FREEBSD, LINUX, WINDOWS

MICROSOFT = "Microsoft, SIO_KEEPALIVE_VALS (10 probes since Vista) and KeepAliveInterval (1 s)"


@story("keepalive_timeout-windows-ten-probes", MICROSOFT, ["idle_timeout", "retransmission_timeout"])
def windows_probes(c: Capture):
    """A Windows client probes a silent server after 45 s: ten keep-alives of one garbage byte, 1 s
    apart, none answered; then RST,ACK with window 0."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.9.8.7"), Host(LINUX, "192.0.2.222", hops=5), 1433, rtt=0.015)
    talk.handshake()
    talk.exchange(77, 345)
    talk.wait(45.0)
    for _ in range(10):
        talk.keep_alive("client")
        talk.wait(1.0)
    c.expect(talk.abort("client"), "keepalive_timeout",
             never=("injected", "retransmission_timeout", "application_abort"), origin="client")


@story("keepalive_timeout-bsd-eight-probes",
       "FreeBSD tcp_timer.c: TCPTV_KEEPINTVL 75 s, TCPTV_KEEPCNT 8, tcp_timer_keep() -> tcp_drop()",
       ["idle_timeout", "retransmission_timeout"])
def bsd_probes(c: Capture):
    """A FreeBSD server probes a vanished client after two hours: eight empty keep-alives 75 s apart,
    none answered; then RST,ACK."""
    noise(c, at=7201.0)
    talk = Conversation(c, Host(WINDOWS, "2001:db8:9::77", hops=4), Host(FREEBSD, "2001:db8:d::22"), 22,
                        near="server", isn=(99, 0xFFFFFFD0), rtt=0.03)
    talk.handshake()
    talk.send("server", b"SSH-2.0-OpenSSH_9.7\r\n")
    talk.send("client", b"SSH-2.0-PuTTY_Release_0.81\r\n")
    talk.ack("server")
    talk.wait(7200.0)
    for _ in range(8):
        talk.keep_alive("server", garbage=b"")
        talk.wait(75.0)
    c.expect(talk.abort("server"), "keepalive_timeout",
             never=("injected", "retransmission_timeout", "application_abort"), origin="server")


@story("zero_window_timeout-answered-probes",
       "RFC 9293, 3.8.6.1 (zero-window probes); Wireshark calls one-byte probes keep-alives in some captures",
       ["keepalive_timeout", "retransmission_timeout"])
def zero_window(c: Capture):
    """The reader has stopped: the server's window is 0. A Windows client's one-byte probes are each
    answered with window 0, until its application gives up and aborts."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "172.22.1.5"), Host(LINUX, "172.22.4.4", hops=1), 9100, rtt=0.003)
    talk.handshake()
    for _ in range(3):
        talk.send("client", 1400)
    talk.ack("server", window=0)
    for pause in (0.3, 0.6, 1.2, 2.4, 4.8, 9.6):
        talk.wait(pause).emit("client", "A", b"a", lost=True, seq=talk.ends["server"].rcv)
        talk.ack("server", window=0)
    talk.wait(6.1)
    # The probes' byte is not accepted: what was acknowledged is still the client's next.
    next_byte = talk.ends["server"].rcv + 1
    c.expect(talk.abort("client", seq=next_byte), "zero_window_timeout",
             never=("keepalive_timeout", "retransmission_timeout", "injected"), origin="client")


@story("idle_timeout-keep-alives-answered", MICROSOFT + "; the catalogue of causes: answered keep-alives mean an idle timer",
       ["keepalive_timeout"])
def answered(c: Capture):
    """A Windows client's keep-alives are all answered for five minutes; then its connection pool
    discards the idle connection with a reset."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.200.1.1"), Host(LINUX, "10.201.1.1", hops=2), 5432, rtt=0.002)
    talk.handshake()
    talk.exchange(60, 600)
    for _ in range(10):
        talk.wait(30.0).keep_alive("client")
        left = talk.ends["client"].nxt
        talk.ack("server", options=[("NOP", None), ("NOP", None), ("SAck", (left - 1, left))])
    talk.wait(4.0)
    c.expect(talk.abort("client"), "idle_timeout",
             never=("keepalive_timeout", "injected"), origin="client")
