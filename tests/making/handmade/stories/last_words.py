# SPDX-License-Identifier: GPL-2.0-or-later
"""What an application said before it reset: errors, and answers that are none."""
import struct

from catalogue import Capture, Conversation, Host, noise, story
from hosts import FREEBSD, LINUX, MACOS, WINDOWS

ALERT = "RFC 5246, 7.2.2 and RFC 8446, 6.2 (fatal alerts close the connection)"
TOKEN = "application_protocol_error"
NEVER = ("injected", "half_open", "malformed")
NOT_THIS = NEVER + (TOKEN,)
HANDSHAKE, ALERTS, DATA = 22, 21, 23
WARNING, FATAL = 1, 2
CLOSE_NOTIFY, HANDSHAKE_FAILURE, UNKNOWN_CA = 0, 40, 48


def record(kind: int, body: bytes) -> bytes:
    return struct.pack(">BHH", kind, 0x0303, len(body)) + body


def message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def alert(level: int, what: int) -> bytes:
    return record(ALERTS, bytes([level, what]))


CLIENT_HELLO = record(HANDSHAKE, message(1, b"\x03\x03" + b"handmade-client-hello-random-32b" + b"\0"
                                         + b"\0\x04\xc0\x2f\xc0\x30" + b"\x01\0"))
SERVER_HELLO = record(HANDSHAKE, message(2, b"\x03\x03" + b"handmade-server-hello-random-32b" + b"\0\xc0\x2f\0"))
NO_CERTIFICATE = record(HANDSHAKE, message(11, b"\0\0\0"))  # what matters is the client's opinion of it
HELLO_DONE = record(HANDSHAKE, message(14, b""))


def sealed(size: int) -> bytes:
    return record(DATA, bytes((7 * i + 3) % 256 for i in range(size)))


@story("application_protocol_error-tls-handshake-failure", ALERT, ["unread_data", "fast_close"])
def handshake_failure(c: Capture):
    """A TLS server on Windows knows none of the client's ciphers: fatal alert handshake_failure, FIN, and a
    RST,ACK at once."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.48.0.4", hops=4), Host(WINDOWS, "192.0.2.48"), 443, at=0.05,
                        near="server", rtt=0.02)
    talk.handshake()
    talk.send("client", CLIENT_HELLO)
    talk.wait(0.002).send("server", alert(FATAL, HANDSHAKE_FAILURE))
    talk.fin("server")
    talk.wait(0.0004)
    c.expect(talk.abort("server"), TOKEN, never=NEVER, origin="server")


@story("data_after_close-after-a-tls-alert", ALERT + "; RFC 9293, 3.6.1",
       ["half_open", "application_protocol_error"])
def late_after_alert(c: Capture):
    """The same on Linux, seen at the client: the server's alert and FIN meet the client's own close_notify on
    the way, and that is answered with a bare RST. The alert explains the close; the reset, what came after it."""
    noise(c)
    talk = Conversation(c, Host(MACOS, "10.49.0.4"), Host(LINUX, "192.0.2.49", hops=9), 443, at=0.05, rtt=0.03)
    talk.handshake()
    talk.send("client", CLIENT_HELLO)
    talk.send("server", alert(FATAL, HANDSHAKE_FAILURE))
    talk.fin("server")
    late = talk.send("client", alert(WARNING, CLOSE_NOTIFY), lost=True)
    c.expect(talk.refuse(late), "data_after_close", never=NEVER, trigger=late, origin="server")


@story("application_protocol_error-tls-unknown-ca", ALERT, ["application_abort", "unread_data", "fast_close"])
def unknown_ca(c: Capture):
    """A client does not trust the server's certificate: fatal alert unknown_ca, then RST,ACK."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.50.1.4"), Host(FREEBSD, "198.51.100.50", hops=9), 443, at=0.05, rtt=0.03)
    talk.handshake()
    talk.send("client", CLIENT_HELLO)
    talk.send("server", SERVER_HELLO + NO_CERTIFICATE + HELLO_DONE)
    talk.wait(0.003).send("client", alert(FATAL, UNKNOWN_CA))
    talk.wait(0.0002)
    c.expect(talk.abort("client"), TOKEN, never=NEVER, origin="client")


def greeted(talk: Conversation) -> None:
    talk.handshake()
    talk.send("server", b"220 mx.example.net ESMTP\r\n")
    talk.send("client", b"EHLO pool-7.example.org\r\n")
    talk.send("server", b"250-mx.example.net\r\n250 SIZE 1000000\r\n")


@story("application_protocol_error-smtp-554", "RFC 5321, 3.1 and 4.2.2 (554: transaction failed)",
       ["fast_close", "application_abort"])
def smtp(c: Capture):
    """A mail server refuses a sender on a block list with 554 and resets the connection at once."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "203.0.113.51", hops=11), Host(FREEBSD, "192.0.2.51"), 25, at=0.05,
                        near="server", rtt=0.05)
    greeted(talk)
    talk.send("client", b"MAIL FROM:<offers@pool-7.example.org>\r\n")
    talk.wait(0.01).send("server", b"554 5.7.1 Service unavailable; client host is blocked\r\n")
    talk.wait(0.0003)
    c.expect(talk.abort("server"), TOKEN, never=NEVER, origin="server")


@story("fast_close-after-http-200", "RFC 9112, 9.6; SO_LINGER 0 to avoid TIME-WAIT", [TOKEN, "unread_data"])
def http_200(c: Capture):
    """A web server answers 200 in full, sees the acknowledgement, and resets in place of FIN."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.52.0.4", hops=2), Host(LINUX, "192.0.2.52"), 80, at=0.05, near="server")
    talk.handshake()
    talk.send("client", b"GET /ok HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n")
    talk.wait(0.003).send("server", b"HTTP/1.1 200 OK\r\nContent-Length: 300\r\nConnection: close\r\n\r\n" + b"x" * 300)
    talk.ack("client")
    talk.wait(0.0006)
    c.expect(talk.abort("server"), "fast_close", never=NOT_THIS, origin="server")


@story("fast_close-after-close-notify", "RFC 5246, 7.2.1 (close_notify is a warning and means goodbye)", [TOKEN])
def close_notify(c: Capture):
    """A client changes its mind in the TLS handshake: warning alert close_notify, which the server acknowledges,
    then RST,ACK in place of FIN."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.53.0.4"), Host(LINUX, "198.51.100.53", hops=9), 443, at=0.05, rtt=0.02)
    talk.handshake()
    talk.send("client", CLIENT_HELLO)
    talk.send("server", SERVER_HELLO + NO_CERTIFICATE + HELLO_DONE)
    talk.wait(0.3).send("client", alert(WARNING, CLOSE_NOTIFY))
    talk.ack("server")
    talk.wait(0.0006)
    c.expect(talk.abort("client"), "fast_close", never=NOT_THIS, origin="client")


@story("fast_close-after-encrypted-close-notify", "RFC 5246, 7.2.1; RFC 5288 (the alert is 26 bytes when encrypted)",
       [TOKEN])
def sealed_notify(c: Capture):
    """The usual way to end HTTPS on Windows: the encrypted close_notify, acknowledged, then RST,ACK. What an
    encrypted alert says cannot be read."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.54.0.4"), Host(LINUX, "198.51.100.54", hops=9), 443, at=0.05, rtt=0.02)
    talk.handshake()
    talk.exchange(CLIENT_HELLO, SERVER_HELLO + NO_CERTIFICATE + HELLO_DONE)
    talk.send("client", record(20, b"\x01"))
    talk.send("server", record(20, b"\x01"))
    for _ in range(2):
        talk.wait(0.2).exchange(sealed(300), sealed(900))
    talk.wait(3.0).send("client", record(ALERTS, bytes(range(90, 116))))
    talk.ack("server")
    talk.wait(0.0006)
    c.expect(talk.abort("client"), "fast_close", never=NOT_THIS, origin="client")


@story("application_abort-long-after-a-404", "RFC 9110, 15.5.5 (404 says nothing of the connection)", [TOKEN])
def not_found(c: Capture):
    """A server answers one request with 404 and the next ones with 200 on the same connection, for 20 s; then
    its program crashes in the middle of a download."""
    noise(c)
    talk = Conversation(c, Host(MACOS, "10.55.0.4"), Host(LINUX, "198.51.100.55", hops=9), 80, at=0.05, rtt=0.02)
    talk.handshake()
    ask = b"GET /page HTTP/1.1\r\nHost: a.example\r\n\r\n"
    talk.exchange(ask, b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nnot found")
    for _ in range(10):
        talk.wait(2.0).exchange(ask, b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n" + b"y" * 200)
    talk.wait(0.2).send("client", ask)
    talk.send("server", b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n" + b"z" * 1300)
    for _ in range(3):
        talk.send("server", b"z" * 1400, lost=True)
    c.expect(talk.wait(0.001).abort("server"), "application_abort", never=NOT_THIS, origin="server")
