# SPDX-License-Identifier: GPL-2.0-or-later
"""Segments that meet a closed socket, as stacks other than Linux answer them."""
from catalogue import Capture, Conversation, Host, noise, story
from hosts import FREEBSD, LINUX, MACOS, WINDOWS

NEAR = ["half_open", "application_abort"]
NEVER = ("injected", "half_open")
RFC = "RFC 9293, 3.6.1 (a host that closed both directions SHOULD send a RST when data arrive)"
STORK = "Microsoft networking blog, 'Where do resets come from? (No, the stork does not bring them.)'"


@story("data_after_close-windows-with-ack", RFC + "; " + STORK, NEAR)
def windows_with_ack(c: Capture):
    """A Windows server closes its socket after the answer; the client, which had not finished, sends
    two more segments and each is answered with RST,ACK and window 0."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.1.77.4", hops=2), Host(WINDOWS, "10.1.2.3"), 8080, near="server",
                        isn=(0x12345678, 0xFFFFFE80), rtt=0.009)
    talk.handshake()
    talk.exchange(140, 420)
    talk.fin("server")
    talk.ack("client")
    late = [talk.wait(0.003).send("client", 300, lost=True), talk.send("client", 120, lost=True)]
    first = c.expect(talk.abort("server"), "data_after_close", never=NEVER, trigger=late[0], origin="server")
    c.expect(talk.abort("server"), "data_after_close", never=NEVER, trigger=late[1], repeat_of=first,
             origin="server")


@story("data_after_close-windows-plain-with-ack-field",
       RFC + "; observed: plain resets of Windows repeat the sequence number in the ack field", NEAR)
def windows_plain(c: Capture):
    """A Windows mail client closes its socket (FIN) just as the server announces a logout. The answer
    to that late segment is a RST without ACK flag, yet with an ack field equal to its seq."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "192.168.31.8"), Host(LINUX, "203.0.113.20", hops=12), 993, rtt=0.04)
    talk.handshake()
    talk.exchange(100, 500)
    talk.wait(0.6).fin("client")
    late = talk.wait(-0.01).send("server", b"* BYE Autologout\r\n", ack=talk.ends["client"].nxt - 1, lost=True)
    c.expect(talk.refuse(late), "data_after_close", never=NEVER + ("malformed",), trigger=late, origin="client")


@story("data_after_close-bsd", "FreeBSD tcp_input.c: SS_NOFDREF && t_state > TCPS_CLOSE_WAIT && tlen -> "
       "dropwithreset; " + RFC, NEAR)
def bsd(c: Capture):
    """A FreeBSD client closes its socket half-way through a download (FIN) and the server's next
    segments each draw a bare RST whose sequence number is their ack number."""
    noise(c)
    talk = Conversation(c, Host(FREEBSD, "2001:db8:31::8"), Host(LINUX, "2001:db8:80::1", hops=8), 80,
                        isn=(0xFFFFFFA0, 77), rtt=0.03)
    talk.handshake()
    talk.send("client", 95)
    for _ in range(3):
        talk.send("server", 1000)
    talk.ack("client")
    talk.fin("client")
    late = [talk.send("server", 1000, lost=True) for _ in range(3)]
    first = c.expect(talk.refuse(late[0]), "data_after_close", never=NEVER, trigger=late[0], origin="client")
    for segment in late[1:]:
        c.expect(talk.refuse(segment), "data_after_close", never=NEVER, trigger=segment, repeat_of=first,
                 origin="client")


@story("data_after_close-macos-ack-of-its-fin", RFC + "; XNU tcp_input(): dropwithreset", NEAR)
def macos(c: Capture):
    """A Mac's browser closes an idle connection and frees the socket; the server's close_notify, sent
    before it saw the FIN, and its own FIN then meet nothing and are reset."""
    noise(c)
    talk = Conversation(c, Host(MACOS, "192.168.64.5"), Host(LINUX, "198.51.100.99", hops=10), 443, rtt=0.05)
    talk.handshake()
    talk.exchange(517, 1300)
    talk.wait(3.0).fin("client")
    alert = talk.wait(-0.02).send("server", b"\x15\x03\x03\x00\x02\x01\x00", ack=talk.ends["client"].nxt - 1,
                                  lost=True)
    end = talk.fin("server", ack=talk.ends["client"].nxt - 1, lost=True)
    first = c.expect(talk.refuse(alert), "data_after_close", never=NEVER, trigger=alert, origin="client")
    c.expect(talk.refuse(end), "data_after_close", never=NEVER, trigger=end, repeat_of=first, origin="client")
