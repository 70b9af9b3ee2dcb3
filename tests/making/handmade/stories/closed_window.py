# SPDX-License-Identifier: GPL-2.0-or-later
"""Windows closed for good, and one that opened again."""
from catalogue import Capture, Conversation, Host, noise, story
from hosts import FREEBSD, LINUX, WINDOWS

PERSIST = "RFC 9293, 3.8.6.1 (zero-window probes), RFC 1122, 4.2.2.17; Windows probes with one byte and doubles"
TOKEN = "zero_window_timeout"
NEVER = ("keepalive_timeout", "idle_timeout", "injected", "application_abort")


def unanswered(c: Capture, talk: Conversation, side: str, full: str) -> None:
    """The peer closes its window and then falls silent; five one-byte probes, each twice as late."""
    talk.handshake()
    for _ in range(3):
        talk.send(side, 1400)
    talk.ack(full, window=0)
    byte = talk.ends[full].rcv
    for pause in (0.3, 0.6, 1.2, 2.4, 4.8):
        talk.wait(pause).emit(side, "A", b"a", lost=True, seq=byte)
    talk.wait(9.6)
    c.expect(talk.abort(side), TOKEN, never=NEVER, origin=side)


@story("zero_window_timeout-windows-unanswered-probes", PERSIST, ["keepalive_timeout", "retransmission_timeout"])
def windows(c: Capture):
    """A printer stops reading, closes its window and hangs. A Windows client's five probes, the pause doubled
    each time, stay unanswered and it resets when the next one is due."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "192.168.56.4"), Host(FREEBSD, "192.168.56.91"), 9100, at=0.05, rtt=0.002)
    unanswered(c, talk, "client", "server")


@story("zero_window_timeout-windows-server-ipv6", PERSIST, ["keepalive_timeout", "retransmission_timeout"])
def windows_server(c: Capture):
    """The same the other way round: a Windows file server and a client whose program is frozen."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "2001:db8:57::4", hops=3), Host(WINDOWS, "2001:db8:58::91"), 8080, at=0.05,
                        near="server", rtt=0.006)
    unanswered(c, talk, "server", "client")


@story("application_abort-after-the-window-reopened", PERSIST + "; here the window opens again", [TOKEN])
def reopened(c: Capture):
    """A slow reader's window is closed for 2 s, two probes are answered, it opens and the upload goes on; 4 s
    later the user of the Windows client cancels it in full flight."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "192.168.59.4"), Host(LINUX, "198.51.100.59", hops=5), 9100, at=0.05)
    talk.handshake()
    for _ in range(3):
        talk.send("client", 1400)
    talk.ack("server", window=0)
    byte = talk.ends["server"].rcv
    for pause in (0.3, 0.6):
        talk.wait(pause).emit("client", "A", b"a", lost=True, seq=byte)
        talk.ack("server", window=0)
    talk.wait(0.8)
    talk.last = None
    talk.ack("server")
    talk.ends["client"].nxt = byte
    for _ in range(8):
        talk.wait(0.5).send("client", 1400)
        talk.ack("server")
    for _ in range(3):
        talk.send("client", 1400, lost=True)
    c.expect(talk.wait(0.002).abort("client"), "application_abort", never=(TOKEN, "keepalive_timeout", "injected"),
             origin="client")
