# SPDX-License-Identifier: GPL-2.0-or-later
"""Segments with RST and data in sequence: those whose receiver takes the data, and true resets that carry some."""
from catalogue import Capture, Conversation, Host, noise, story
from hosts import APPLIANCE, FREEBSD, LINUX, MACOS, WINDOWS

TEXT_LAST = "RFC 9293, 3.10.7.4 (RST is looked at before ACK and text: who sees a reset takes none of its bytes)"
CHALLENGE = "RFC 5961, 3.2 (a reset in the window, off the next number, draws an ACK of what was got)"
TEXT = "RFC 9293, 3.5.3 (SHLD-2: a reset may hold text that explains it)"
NOT_GENUINE = ("injected", "application_abort", "device_stated", "fast_close", "unread_data", "half_open")


def flagged(talk: Conversation, side: str, what: bytes, **k):
    """Data that get the RST flag on their way to the capture point: its receiver got them without."""
    me, peer = talk.ends[side], talk.ends["client" if side == "server" else "server"]
    frame = talk.emit(side, "RPA", what, options=talk.options(side, "PA"), **k)
    me.nxt = peer.rcv = frame.end
    peer.echo = talk.clock(me)
    return frame


@story("malformed-rst-on-data-that-is-acknowledged", TEXT_LAST, ["injected", "application_abort"])
def acknowledged(c: Capture):
    """A faulty mirror port sets a bit in the flags of some segments it copies. In the middle of a download one
    segment shows RST; the client acknowledges its bytes, the server goes on after them, and both close as usual."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.60.1.2"), Host(FREEBSD, "198.51.100.60", hops=8), 80, at=0.05)
    talk.handshake()
    talk.send("client", b"GET /list HTTP/1.1\r\nHost: a.example\r\n\r\n")
    talk.send("server", b"HTTP/1.1 200 OK\r\nContent-Length: 2346\r\n\r\n" + b"<li>first</li>\n" * 50)
    c.expect(flagged(talk, "server", b"<li>next</li>\n" * 57), "malformed", never=NOT_GENUINE, origin="server")
    talk.send("server", b"<li>last</li>\n" * 57)
    talk.ack("client")
    talk.wait(0.5).close()


@story("malformed-rst-on-a-request", TEXT_LAST + "; " + TEXT, ["device_stated", "application_abort"])
def request(c: Capture):
    """The same fault on a client's line of text, which might be a reset's own words: the server acknowledges
    it and answers. Later the server's application ends the connection by a true reset."""
    noise(c)
    talk = Conversation(c, Host(MACOS, "10.60.2.2"), Host(LINUX, "198.51.100.61", hops=8), 6000, at=0.05)
    talk.handshake()
    talk.exchange(b"hello", b"welcome, say on")
    c.expect(flagged(talk, "client", b"set the light to green"), "malformed", never=NOT_GENUINE, origin="client")
    talk.ack("server")
    talk.wait(0.01).send("server", b"it is set")
    talk.ack("client")
    talk.wait(0.4).send("client", b"and now the list")
    talk.ack("server")
    talk.send("server", b"first, second", lost=True)
    talk.send("server", b"third", lost=True)
    c.expect(talk.wait(0.003).abort("server"), "application_abort", never=("malformed", "injected", "data_after_close"),
             origin="server")


@story("injected-data-in-the-reset-and-a-challenge", TEXT_LAST + "; " + CHALLENGE, ["malformed"])
def challenged(c: Capture):
    """A forger resets with ten bytes of data, in the client's name, some way into the window: the server's challenge
    ACK acknowledges nothing of them. The client, which knows of nothing, sends on, and is answered."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.60.3.2", hops=7), Host(LINUX, "198.51.100.62"), 443, at=0.05, near="server")
    talk.handshake()
    talk.exchange(200, 400)
    talk.wait(0.1)
    end = talk.ends["client"]
    bad = talk.emit("client", "RA", bytes(range(10)), seq=end.nxt + 1000, ttl=51, window=0, options=[])
    c.expect(bad, "injected", never=("malformed", "application_abort"), origin="network")
    talk.ack("server")
    talk.wait(0.2).exchange(150, 300)
    talk.close()


@story("injected-data-in-the-reset-then-the-true-bytes", TEXT_LAST, ["malformed"])
def then_the_true(c: Capture):
    """A forger resets with data at the server's very next number, and the client's firewall drops that. The server
    sends its own bytes of the same numbers; it is those that the client acknowledges."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.60.4.2", hops=3), Host(LINUX, "198.51.100.63", hops=9), 80, at=0.05)
    talk.handshake()
    talk.send("client", b"GET /forbidden HTTP/1.1\r\nHost: a.example\r\n\r\n")
    bad = talk.emit("server", "RA", bytes(range(60)), ttl=244, window=0, options=[])
    c.expect(bad, "injected", never=("malformed", "application_abort"), origin="network")
    talk.wait(0.03).send("server", b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n" + b"z" * 200)
    talk.ack("client")
    talk.wait(0.4).close()


@story("device_stated-text-in-sequence", TEXT, ["malformed", "injected"])
def said(c: Capture):
    """A gateway that shuts down resets with a text at its own next number, and the connection is dead. What the
    client had sent by then it acknowledges no more, nor the text."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.60.5.2"), Host(APPLIANCE, "198.51.100.64", hops=2), 8443, at=0.05)
    talk.handshake()
    talk.exchange(150, 300)
    talk.wait(0.5).send("client", 120)
    talk.ack("server")
    c.expect(talk.wait(0.01).abort("server", b"gateway is shutting down"), "device_stated",
             never=("malformed", "injected"), origin="server")


@story("application_abort-data-in-sequence", TEXT_LAST, ["malformed", "injected", "device_stated"])
def dies(c: Capture):
    """A small device puts the next bytes of its answer into the reset that ends it; nobody acknowledges them, and
    nothing more comes."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.60.6.2"), Host(APPLIANCE, "10.60.6.80"), 80, at=0.05, rtt=0.003)
    talk.handshake()
    talk.send("client", b"GET /log HTTP/1.1\r\nHost: device\r\n\r\n")
    talk.send("server", b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + b"line\n" * 150)
    talk.ack("client")
    c.expect(talk.wait(0.002).abort("server", b"line\n" * 20), "application_abort",
             never=("malformed", "injected", "device_stated"), origin="server")
