# SPDX-License-Identifier: GPL-2.0-or-later
"""Genuine resets beside data that came late, twice or not at all: order and gaps, not forgers."""
from catalogue import Capture, Conversation, Frame, Host, noise, story
from devices import between, without_socket
from hosts import FREEBSD, LINUX, MACOS, WINDOWS
from stories.multipath import FASTCLOSE, Multipath, tcprst

REORDER = "RFC 4737 (reordering by a few ms); RFC 9293, 3.10.5 (a reset bears SND.NXT, behind all data sent)"
WEAVER = "Weaver, Sommer, Paxson, NDSS 2009, {}; here its ordinary cause"
PASSIVE = "RFC 9293, 3.5.2 group 1: data that reach a closed socket are answered"
SHRUNK = "Linux tcp_acceptable_seq() (a reset bears the window's end when the peer took its window back); RFC 9293, 3.8.6"
MPTCP = "RFC 8684, 3.5 and 3.6 (MP_FASTCLOSE, MP_TCPRST); the catalogue of causes: MPTCP answers a reset with a reset"
NEVER = ("injected", "firewall_reject", "half_open")


def row(talk: Conversation, side: str, size: int, times: int, **k) -> list[Frame]:
    """Segments of one sender, one after the other."""
    sent = []
    for _ in range(times):
        sent.append(talk.send(side, size, **k))
        talk.last = side
        talk.wait(0.0002)
    return sent


def overtaken(c: Capture, talk: Conversation, host: Host, by: float) -> None:
    """The server sends five segments and aborts; the reset passes the last two on its way."""
    talk.handshake()
    talk.exchange(160, 700)
    talk.wait(0.05).send("client", 160)
    row(talk, "server", 1300, 3)
    late = [talk.emit("server", "PA", bytes(1300), lost=True, ip_id=(host.next_ip_id + 6 + n) & 0xFFFF, seen=False)
            for n in range(2)]
    number = (host.next_ip_id + 8) & 0xFFFF  # the SYN-ACK took the first number
    reset = c.expect(talk.wait(0.0001).abort("server", ip_id=number if host.counts_ip_id else None), "application_abort", never=NEVER, origin="server")
    first = None
    for n, frame in enumerate(late):
        frame.seconds = reset.seconds + by + n * 0.00012
        c.add(frame)
        talk.now, talk.last = frame.seconds, "server"
        again = {"repeat_of": first} if first else {}
        told = c.expect(without_socket(talk, frame), "data_after_close", never=NEVER, trigger=frame, origin="client",
                        **again)
        first = first or told


@story("application_abort-overtakes-its-data", REORDER, ["injected", "half_open"])
def overtakes(c: Capture):
    """A server aborts a download, and its reset overtakes the last two segments by 1.4 ms. They lie below the
    reset's number, and their IP-IDs are smaller than the reset's."""
    noise(c)
    server = Host(WINDOWS, "203.0.113.170", hops=11, next_ip_id=20000)
    overtaken(c, Conversation(c, Host(LINUX, "10.170.0.4"), server, 8000, at=0.05, rtt=0.044), server, 0.0014)


@story("application_abort-overtakes-its-data-ipv6", REORDER, ["injected", "half_open"])
def overtakes_v6(c: Capture):
    """The same over IPv6, by 2.9 ms, from a FreeBSD server: the timestamps of the late segments are not newer than
    the reset's."""
    noise(c)
    server = Host(FREEBSD, "2001:db8:171::2", hops=9)
    overtaken(c, Conversation(c, Host(MACOS, "2001:db8:171:1::4"), server, 8000, at=0.05, rtt=0.071), server, 0.0029)


@story("application_abort-after-a-retransmission", WEAVER.format("DATA_SEQ_RST"), ["injected", "retransmission_timeout"])
def after_retransmission(c: Capture):
    """A server sends the first of five segments again, after three duplicate ACKs, and aborts at once. The last data
    before the reset lie below what it had sent; the reset does not."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "198.51.100.172", hops=10), Host(LINUX, "10.172.0.2"), 8000, near="server",
                        at=0.05, rtt=0.056)
    talk.handshake()
    talk.send("client", 150)
    sent = row(talk, "server", 1300, 5, lost=True)
    talk.wait(0.056)
    for n in range(3):
        talk.last = "client"
        talk.ack("client", options=[("NOP", None), ("NOP", None), ("SAck", (sent[1].seq, sent[n + 1].end))])
    talk.retransmit(sent[0])
    c.expect(talk.wait(0.0004).abort("server"), "application_abort", never=NEVER + ("retransmission_timeout",),
             origin="server")


def cancelled(c: Capture, talk: Conversation, late: int) -> None:
    """The client aborts a download; what is on its way meets its closed socket."""
    talk.handshake()
    talk.send("client", 170)
    row(talk, "server", 1400, 3)
    talk.last = "server"
    talk.ack("client")
    first = c.expect(talk.wait(0.0001).abort("client"), "application_abort",
                     never=NEVER, origin="client")
    for n in range(late):
        talk.last = "server"
        segment = talk.wait(0.0002).send("server", 1400, lost=True)
        c.expect(without_socket(talk, segment), "data_after_close", never=NEVER, trigger=segment, origin="client",
                 repeat_of=first)


@story("application_abort-then-bare-resets", WEAVER.format("mixed forms and changing ack numbers") + "; " + PASSIVE,
       ["injected", "half_open"])
def then_bare(c: Capture):
    """A Windows client cancels a download: RST,ACK, then within a millisecond three bare resets with another number
    in the ack field, each in answer to data that were on their way."""
    noise(c)
    cancelled(c, Conversation(c, Host(WINDOWS, "10.173.0.4"), Host(LINUX, "203.0.113.173", hops=8), 8080, at=0.05), 3)


@story("application_abort-crossing-aborts", "RFC 9293, 3.10.5; a supervisor ends both programs at once", ["injected", "process_exit"])
def crossing(c: Capture):
    """A supervisor ends the programs at both ends in the same moment: two RST,ACK cross, 90 µs apart on the way.
    Each has its own host's TTL, timestamps, window and IP-ID row."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.174.0.4", hops=1), Host(LINUX, "10.174.1.2", hops=1), 7000, at=0.05)
    between(talk, 0.0003, 0.0004).handshake()
    talk.exchange(220, 480)
    asked = talk.wait(0.8).send("client", 220)
    talk.ack("server")
    answer = talk.wait(0.006).send("server", 480)
    talk.ack("client")
    numbers = asked.end, answer.end
    for side, at in (("client", 1.7), ("server", 1.70009)):
        talk.now, talk.last = at, None
        seq, ack = numbers if side == "client" else numbers[::-1]
        c.expect(talk.abort(side, seq=seq, ack=ack), "application_abort", never=NEVER, origin=side)


@story("mptcp-reset-answers-a-reset", MPTCP, ["injected", "half_open"])
def mptcp_answer(c: Capture):
    """Captured between the ends: a client closes a multipath connection fast, and its reset is answered with a reset
    of the server, 30 ms later. Two resets, both ends, both genuine."""
    noise(c)
    talk = between(Multipath(c, Host(LINUX, "2001:db8:175::4", hops=3), Host(LINUX, "2001:db8:176::2", hops=6), 443,
                             at=0.05), 0.008, 0.03)
    talk.start().talk(2)
    c.expect(talk.wait(0.4).abort("client", options=FASTCLOSE + tcprst(0)), "mptcp",
             never=NEVER, origin="client")
    c.expect(talk.abort("server", options=tcprst(1)), "mptcp", never=NEVER,
             origin="server")


@story("application_abort-seen-from-one-side", "the catalogue of causes, borders (captures of one direction)",
       ["injected", "half_open"])
def one_side(c: Capture):
    """A mirror port shows only what the server sends: data, then RST,ACK with the next number. Nothing follows."""
    server = Host(FREEBSD, "198.51.100.177")
    talk = Conversation(c, Host(MACOS, "203.0.113.177", hops=9), server, 8080, near="server", at=0.05, rtt=0.038)
    talk.syn(seen=False)
    talk.syn_ack()
    for _ in range(2):
        talk.send("client", 120, seen=False)
        talk.wait(0.003).send("server", 900)
    row(talk, "server", 1300, 3, lost=True)
    c.expect(talk.abort("server"), "application_abort",
             never=NEVER, origin="server")


@story("data_after_close-seen-from-one-side", PASSIVE + "; captures of one direction", ["injected", "half_open"])
def one_side_passive(c: Capture):
    """Only the server's packets: data, its FIN, then two bare resets whose numbers rise, because the segments they
    answer, which are not in the file, acknowledge more and more."""
    server = Host(LINUX, "198.51.100.178")
    talk = Conversation(c, Host(WINDOWS, "203.0.113.178", hops=9), server, 8080, near="server", at=0.05, rtt=0.041,
                        timestamps=False)
    talk.syn(seen=False)
    talk.syn_ack()
    talk.send("client", 120, seen=False)
    sent = row(talk, "server", 1300, 4)
    talk.fin("server")
    first = None
    for segment in sent[1::2]:
        talk.now, talk.last = segment.seconds + 0.041, None
        asked = talk.emit("client", "PA", bytes(80), ack=segment.end, seen=False, lost=True)
        again = {"repeat_of": first} if first else {}
        told = c.expect(without_socket(talk, asked), "data_after_close", never=("injected", "firewall_reject"), origin="server", **again)
        first = first or told


@story("application_abort-behind-a-capture-gap", "Wireshark's 'previous segment not captured'; RFC 9293, 3.10.5",
       ["injected", "half_open"])
def gap(c: Capture):
    """The capturing machine drops frames of a download in both directions, then catches a reset: its number lies
    4 segments beyond what the file holds. The ACKs that would explain it are lost as well."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.179.0.4"), Host(LINUX, "203.0.113.179", hops=13), 8000, at=0.05, rtt=0.029)
    talk.handshake()
    talk.send("client", 150)
    row(talk, "server", 1400, 3)
    talk.last = "server"
    talk.ack("client")
    talk.last = "server"
    row(talk, "server", 1400, 4, seen=False)
    c.expect(talk.wait(0.0003).abort("server"), "application_abort", never=NEVER,
             origin="server")


@story("application_abort-below-a-shrunken-window", SHRUNK, ["injected", "zero_window_timeout"])
def shrunken(c: Capture):
    """A client takes back half of its window while more is on its way. The Linux server aborts then: its reset bears
    the window's new end, below what it has sent already, in all else its own."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "192.168.180.4", hops=4), Host(LINUX, "198.51.100.180"), 8000, near="server",
                        at=0.05, rtt=0.012, timestamps=False)
    talk.handshake()
    talk.send("client", 150)
    sent = row(talk, "server", 1400, 6, lost=True)
    talk.wait(0.012).last = "client"
    ack = talk.ack("client", ack=sent[1].end, window=10)  # 10 * 256 bytes: two segments less than sent
    c.expect(talk.wait(0.0015).abort("server", seq=ack.ack + 2560), "application_abort", never=NEVER, origin="server")


@story("data_after_close-an-ack-that-lags", WEAVER.format("DATA_SEQ_RST") + "; " + PASSIVE, ["injected", "half_open"])
def lags(c: Capture):
    """A server sends four segments and closes for good; a second request, sent before they came, meets no socket. The
    reset's number is the request's acknowledgement and lies below the data and the FIN that the client has by then."""
    noise(c)
    talk = Conversation(c, Host(MACOS, "10.181.0.4"), Host(WINDOWS, "203.0.113.181", hops=12), 8080, at=0.05, rtt=0.063)
    talk.handshake()
    first = talk.send("client", 140)
    late = talk.wait(0.02).send("client", 140, lost=True)
    talk.ends["server"].rcv = first.end
    talk.now, talk.last = first.seconds, "client"
    row(talk, "server", 1300, 4)
    talk.fin("server")
    talk.ack("client")
    talk.now, talk.last = late.seconds, "client"
    c.expect(talk.refuse(late), "data_after_close", never=NEVER, trigger=late, origin="server")
