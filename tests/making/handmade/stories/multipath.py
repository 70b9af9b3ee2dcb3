# SPDX-License-Identifier: GPL-2.0-or-later
"""Multipath TCP: resets that hold a reason, and resets that only look like its own."""
from catalogue import Capture, Conversation, Host, noise, story
from hosts import LINUX

RFC = "RFC 8684, 3.6 (MP_TCPRST and its reason codes)"
FAST = "RFC 8684, 3.5 (MP_FASTCLOSE)"
NEVER = ("injected", "half_open", "not_listening", "malformed")
MPTCP, NOP = 30, ("NOP", None)
KEYS = b"ClientKy", b"ServerKy"


def tcprst(reason: int, transient: bool = False) -> list:
    return [(MPTCP, bytes([0x80 | transient, reason]))]


FASTCLOSE = [(MPTCP, b"\x70\0" + KEYS[1])]


class Multipath(Conversation):
    """A connection, or one more subflow of it, that speaks MPTCP version 1."""

    def start(self) -> "Multipath":
        self.syn(options=self.options("client", "S") + [(MPTCP, b"\x01\x01")])
        self.syn_ack(options=self.options("server", "S") + [(MPTCP, b"\x01\x01" + KEYS[1])])
        self.ack("client", options=self.options("client", "A") + [(MPTCP, b"\x01\x01" + KEYS[0] + KEYS[1])])
        return self

    def join_syn(self, **k):
        return self.syn(options=self.options("client", "S") + [(MPTCP, b"\x10\x01\x7a\x5e\x11\x09non1")], **k)

    def join(self) -> "Multipath":
        self.join_syn()
        self.syn_ack(options=self.options("server", "S") + [(MPTCP, b"\x10\x01" + b"hmac-b64" + b"non2")])
        self.ack("client", options=self.options("client", "A") + [(MPTCP, b"\x10\0" + b"hmac-a-20-bytes-long")])
        return self

    def mapped(self, side: str, size: int, at: int, **k):
        """Data with its place in the connection (DSS with data ACK and mapping)."""
        place = b"\x20\x05" + (at + 77).to_bytes(4, "big") + at.to_bytes(4, "big") + at.to_bytes(4, "big")
        option = (MPTCP, place + size.to_bytes(2, "big"))
        return self.send(side, size, options=self.options(side, "PA") + [option], **k)

    def talk(self, times: int = 2) -> "Multipath":
        for n in range(times):
            self.wait(0.1).mapped("client", 120, 1 + 120 * n)
            self.wait(0.004).mapped("server", 400, 1 + 400 * n)
            self.ack("client")
        return self


def connection(c: Capture, n: int, at: float = 0.02) -> tuple[Multipath, Host, Host]:
    """The first subflow, healthy, and the hosts of a second one over another network."""
    server = Host(LINUX, f"198.51.100.{n}", hops=8)
    first = Multipath(c, Host(LINUX, f"192.168.{n}.2"), server, 443, at=at, rtt=0.02)
    first.start().talk(3)
    return first, Host(LINUX, f"10.{n}.0.2"), server


@story("mptcp-join-refused", RFC + ": 2 lack of resources, 3 administratively prohibited", ["not_listening",
       "refused_while_listening", "service_stopped"])
def join_refused(c: Capture):
    """Two clients whose connections are healthy try to join a second subflow; the server refuses each
    SYN, once for lack of resources (code 2), once because it is prohibited (code 3)."""
    noise(c)
    for n, reason in ((81, 2), (82, 3)):
        first, second, server = connection(c, n)
        more = Multipath(c, second, server, 443, at=0.6, rtt=0.03)
        syn = more.join_syn()
        c.expect(more.emit("server", "RA", seq=0, ack=syn.end, window=0, options=tcprst(reason)), "mptcp",
                 never=NEVER, trigger=syn, origin="server")
        first.wait(0.5).mapped("client", 90, 361)
        first.ack("server")
        first.close()


@story("mptcp-join-with-a-wrong-hmac", RFC + ": 1 MPTCP-specific error; 3.2 (HMAC of the third ACK)",
       ["accept_queue_overflow", "half_open"])
def wrong_hmac(c: Capture):
    """The third ACK of a join has a wrong HMAC (a proxy changed the keys): the server resets the
    subflow with code 1, MPTCP-specific error."""
    noise(c)
    first, second, server = connection(c, 83)
    more = Multipath(c, second, server, 443, at=0.6, rtt=0.03).join()
    c.expect(more.emit("server", "R", window=0, options=tcprst(1)), "mptcp", never=NEVER, origin="server")
    first.wait(0.5).close()


@story("mptcp-subflow-given-up", RFC + ": 4 too much outstanding data, 5 unacceptable performance",
       ["application_abort", "unread_data"])
def given_up(c: Capture):
    """Two subflows in use are reset while the connection goes on over the first one: too much outstanding
    data (code 4, from the server), unacceptable performance (code 5, from the client)."""
    noise(c)
    for n, side, reason in ((84, "server", 4), (85, "client", 5)):
        first, second, server = connection(c, n)
        more = Multipath(c, second, server, 443, at=0.6, rtt=0.03).join().talk(2)
        more.mapped(side, 800, 900, lost=True)
        last = more.wait(0.002).abort(side, options=more.options(side, "A") + tcprst(reason, transient=True))
        c.expect(last, "mptcp", never=NEVER + ("application_abort",), origin=side)
        first.wait(1.5).close()


@story("mptcp-middlebox", RFC + ": 6 middlebox interference; 3.7 (fallback)", ["application_abort"])
def middlebox(c: Capture):
    """On a joined subflow a middlebox strips the mappings from the data: the client resets it with
    code 6, middlebox interference."""
    noise(c)
    first, second, server = connection(c, 86)
    more = Multipath(c, second, server, 443, at=0.6, rtt=0.03).join().talk(1)
    more.send("server", 500)
    last = more.abort("client", options=more.options("client", "A") + tcprst(6))
    c.expect(last, "mptcp", never=NEVER + ("application_abort",), origin="client")
    first.wait(0.7).close()


@story("mptcp-fast-close-with-reason", FAST + "; " + RFC, ["application_abort", "fast_close"])
def both(c: Capture):
    """The client's application aborts the connection: its reset holds MP_FASTCLOSE and MP_TCPRST; the
    server answers with a reset of its own (MP_TCPRST, code 1)."""
    noise(c)
    first, _, _ = connection(c, 87)
    first.wait(0.3)
    c.expect(first.abort("client", options=FASTCLOSE + tcprst(1)), "mptcp", never=NEVER, origin="client")
    c.expect(first.abort("server", options=tcprst(1)), "mptcp", never=NEVER,
             origin="server")


@story("mptcp-answer-without-a-reason", RFC + ": 5 unacceptable performance, 0 unspecified",
       ["application_abort", "data_after_close", "injected"])
def answered_by_nothing(c: Capture):
    """A server gives up a subflow for its unacceptable performance; the client's kernel answers that reset with one
    of its own, with MP_TCPRST and code 0. The second has no cause but the first."""
    noise(c)
    first, second, server = connection(c, 92)
    more = Multipath(c, second, server, 443, at=0.6, rtt=0.03).join().talk(2)
    reset = more.wait(0.4).abort("server", options=more.options("server", "A") + tcprst(5, transient=True))
    c.expect(reset, "mptcp", never=NEVER + ("application_abort",), origin="server")
    c.expect(more.abort("client", options=more.options("client", "A") + tcprst(0)), "mptcp",
             never=NEVER + ("application_abort", "data_after_close"), origin="client")
    first.wait(1.5).close()


@story("data_after_close-after-a-multipath-reset", RFC + ": 5 unacceptable performance, 0 unspecified; RFC 9293, 3.10.7.1",
       ["mptcp"])
def late_data(c: Capture):
    """The same, but the client had more data on the way: they meet no socket at the server, whose plain reset
    carries MP_TCPRST with code 0. It answers data, no reset."""
    noise(c)
    first, second, server = connection(c, 93)
    more = Multipath(c, second, server, 443, at=0.6, rtt=0.03).join().talk(2)
    reset = more.wait(0.4).abort("server", options=more.options("server", "A") + tcprst(5, transient=True))
    c.expect(reset, "mptcp", never=NEVER + ("application_abort",), origin="server")
    late = more.mapped("client", 200, 700, lost=True)
    c.expect(more.emit("server", "R", seq=late.ack, window=0, options=tcprst(0)), "data_after_close",
             never=("injected", "mptcp", "application_abort"), trigger=late, origin="server", repeat_of=reset)
    first.wait(1.5).close()


@story("mptcp-fast-close-on-an-ack-sent-again", FAST + ", option A: sent again until a reset comes", ["application_abort"])
def asked_twice(c: Capture):
    """A client of another stack ends the connection by MP_FASTCLOSE on an ACK, which is lost, and once more; to the
    second one the server's kernel answers with a reset that gives no reason."""
    noise(c)
    talk, _, _ = connection(c, 94)
    ask = talk.options("client", "A") + FASTCLOSE
    talk.wait(0.4).ack("client", options=ask)
    asked = talk.wait(1.0).ack("client", options=ask)
    reset = talk.abort("server", options=talk.options("server", "A") + tcprst(0))
    c.expect(reset, "mptcp", never=NEVER + ("application_abort",), trigger=asked, origin="client")


@story("not_listening-mptcp-reason-unspecified", RFC + ": 0 unspecified", ["mptcp", "service_stopped"])
def unspecified_refusal(c: Capture):
    """A client joins a second subflow at an address that the server announced but where nothing listens:
    the refusal holds MP_TCPRST with code 0, which says nothing."""
    noise(c)
    first, second, _ = connection(c, 88)
    more = Multipath(c, second, Host(LINUX, "198.51.100.188", hops=8), 8443, at=0.6, rtt=0.03)
    syn = more.join_syn()
    c.expect(more.emit("server", "RA", seq=0, ack=syn.end, window=0, options=tcprst(0)), "not_listening",
             never=("injected", "malformed"), trigger=syn, origin="server")
    first.wait(0.4).close()


@story("application_abort-mptcp-reason-unspecified", RFC + ": 0 unspecified", ["mptcp"])
def unspecified_abort(c: Capture):
    """A server's administrator kills one subflow (ss -K) in mid-transfer: form A with MP_TCPRST, code 0."""
    noise(c)
    first, second, server = connection(c, 89)
    more = Multipath(c, second, server, 443, at=0.6, rtt=0.03).join().talk(1)
    for n in range(3):
        more.mapped("server", 1000, 500 + 1000 * n, lost=True)
    last = more.wait(0.003).abort("server", options=more.options("server", "A") + tcprst(0))
    c.expect(last, "application_abort", never=("injected", "malformed", "half_open"),
             origin="server")
    first.wait(0.7).close()


@story("application_abort-after-mp-capable", RFC + "; the reset holds no option of MPTCP", ["mptcp"])
def ordinary(c: Capture):
    """A client offers MPTCP in its SYN, the server does not speak it, and the connection is ordinary
    TCP. The server's application aborts in mid-transfer."""
    noise(c)
    talk = Multipath(c, Host(LINUX, "192.168.90.2"), Host(LINUX, "203.0.113.90", hops=8), 443, at=0.05, rtt=0.02)
    talk.syn(options=talk.options("client", "S") + [(MPTCP, b"\x01\x01")])
    talk.syn_ack()
    talk.ack("client")
    talk.exchange(120, 400)
    for _ in range(3):
        talk.send("server", 1000, lost=True)
    c.expect(talk.wait(0.002).abort("server"), "application_abort", never=("mptcp", "injected", "half_open"),
             origin="server")


@story("fast_close-on-a-multipath-connection", RFC + "; the reset holds no option of MPTCP", ["mptcp"])
def ordinary_both_speak(c: Capture):
    """Both sides speak MPTCP, but a proxy in between strips options from resets: the client closes after
    the answer with a RST,ACK in place of FIN, as an ordinary connection would."""
    noise(c)
    first, _, _ = connection(c, 91)
    first.wait(0.2)
    c.expect(first.abort("client"), "fast_close",
             never=("mptcp", "injected", "half_open"), origin="client")
