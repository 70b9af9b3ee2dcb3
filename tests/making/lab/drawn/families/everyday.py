# SPDX-License-Identifier: GPL-2.0-or-later
"""What clients and servers say to each other every day in protocols of several kinds, and resets that end it: with a
question open, in the middle of an answer, at rest, after a good-bye. The words are the protocols' own; both ends are
ours, so that we know what either had heard."""

import asyncio
import struct
from dataclasses import dataclass

from ..family import family
from ..talk import some_bytes


@dataclass(frozen=True)
class Protocol:
    greeting: object  # (dice) -> what is said first, (side, bytes) each
    question: object  # (dice) -> bytes
    answer: object  # (dice) -> bytes
    good_bye: object  # (dice) -> bytes of the client


def _word(dice, least=3, most=12):
    return bytes(dice.choice(b"abcdefghijklmnopqrstuvwxyz") for _ in range(dice.randrange(least, most + 1)))


def _lines(dice, count, end=b"\r\n"):
    return b"".join(some_bytes(dice, 5, 70) + end for _ in range(count))


def _mail_greeting(dice):
    host = _word(dice) + b".example"
    return [("server", b"220 " + host + b" ESMTP\r\n"), ("client", b"EHLO " + _word(dice) + b"\r\n"),
            ("server", b"250-" + host + b"\r\n250-PIPELINING\r\n250 8BITMIME\r\n")]


def _transfer_greeting(dice):
    return [("server", b"220 ready\r\n"), ("client", b"USER " + _word(dice) + b"\r\n"),
            ("server", b"331 password?\r\n"),
            ("client", b"PASS " + _word(dice) + b"\r\n"), ("server", b"230 logged in\r\n")]


def _message(kind, body):
    """Of PostgreSQL: a letter, the length with itself, the body."""
    return kind + struct.pack("!I", 4 + len(body)) + body


def _postgres_greeting(dice):
    start = struct.pack("!I", 196608) + b"user\0" + _word(dice) + b"\0\0"
    return [("client", struct.pack("!I", 4 + len(start)) + start),
            ("server", _message(b"R", struct.pack("!I", 0)) + _message(b"Z", b"I"))]


def _row(dice):
    text = some_bytes(dice, 1, 600)
    row = _message(b"D", struct.pack("!HI", 1, len(text)) + text)
    return row + _message(b"C", b"SELECT 1\0") + _message(b"Z", b"I")


def _frame(dice, opcode, text, masked):
    """Of WebSocket, RFC 6455 §5.2."""
    length = bytes([len(text)]) if len(text) < 126 else b"\x7e" + struct.pack("!H", len(text))
    if not masked:
        return bytes([0x80 | opcode]) + length + text
    mask = dice.randbytes(4)
    hidden = bytes(byte ^ mask[n % 4] for n, byte in enumerate(text))
    return bytes([0x80 | opcode, 0x80 | length[0]]) + length[1:] + mask + hidden


def _upgrade(dice):
    return [("client", b"GET /" + _word(dice) + b" HTTP/1.1\r\nHost: " + _word(dice) + b"\r\nUpgrade: websocket\r\n"
             b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
             b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
            ("server", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n")]


def _page(dice):
    body = some_bytes(dice, 1, 3000)
    return b"HTTP/1.1 200 OK\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body


PROTOCOLS = {
    "smtp": Protocol(_mail_greeting, lambda d: b"VRFY " + _word(d) + b"\r\n", lambda d: b"252 " + _lines(d, 1),
                     lambda d: b"QUIT\r\n"),
    "ftp": Protocol(_transfer_greeting, lambda d: b"STAT " + _word(d) + b"\r\n",
                    lambda d: b"213-status\r\n" + _lines(d, d.randrange(1, 30)) + b"213 end\r\n",
                    lambda d: b"QUIT\r\n"),
    "redis": Protocol(lambda d: [], lambda d: b"*2\r\n$3\r\nGET\r\n$3\r\n" + _word(d, 3, 3) + b"\r\n",
                      lambda d: b"$5\r\n" + _word(d, 5, 5) + b"\r\n", lambda d: b"QUIT\r\n"),
    "memcached": Protocol(lambda d: [], lambda d: b"get " + _word(d) + b"\r\n", lambda d: b"END\r\n",
                          lambda d: b"quit\r\n"),
    "postgres": Protocol(_postgres_greeting, lambda d: _message(b"Q", b"select '" + _word(d) + b"'\0"), _row,
                         lambda d: _message(b"X", b"")),
    "websocket": Protocol(_upgrade, lambda d: _frame(d, 1, some_bytes(d, 1, 300), True),
                          lambda d: _frame(d, 1, some_bytes(d, 1, 2000), False),
                          lambda d: _frame(d, 8, b"\x03\xe8", True)),
    "http": Protocol(lambda d: [], lambda d: b"GET /" + _word(d) + b" HTTP/1.1\r\nHost: " + _word(d) + b"\r\n\r\n",
                     _page, lambda d: b""),
}
LEAVE_TAKING = ("smtp", "ftp", "redis", "memcached", "postgres", "websocket")


async def _served(act, service, number, dice, protocol):
    """A connection of which some questions have been answered and read."""
    talk = await act.connect(service, number)
    for side, words in protocol.greeting(dice):
        await talk.say(side, words)
    for _ in range(dice.choice((1, 1, 2, 5))):
        await talk.say("client", protocol.question(dice))
        await talk.say("server", protocol.answer(dice))
        await asyncio.sleep(dice.choice((0, 0.02, 0.4)))
    return talk


async def _after_the_abort(talk, side):
    await talk.sees_the_end("client" if side == "server" else "server", 4)
    talk.close("client" if side == "server" else "server")


@family("application_abort/everyday-question-open", seconds=9)
async def question_open(act):
    """A server of mail, files, data or pages has read a client's question, and aborts the connection instead of an
    answer."""
    service, protocol = act.listen(), PROTOCOLS[act.dice.choice(sorted(PROTOCOLS))]

    async def play(number, dice):
        talk = await _served(act, service, number, dice, protocol)
        await talk.say("client", protocol.question(dice))
        await asyncio.sleep(dice.choice((0.3, 1.2, 2.5)))
        talk.abort("server", "application_abort")
        await _after_the_abort(talk, "server")

    await act.each(play)


@family("fast_close/everyday-at-rest", seconds=9)
async def at_rest(act):
    """When all questions are answered and read, one side resets in place of a FIN."""
    service, protocol = act.listen(), PROTOCOLS[act.dice.choice(sorted(PROTOCOLS))]
    who = act.dice.choice(("client", "server"))

    async def play(number, dice):
        talk = await _served(act, service, number, dice, protocol)
        await asyncio.sleep(dice.choice((0.3, 0.6)))
        talk.abort(who, "fast_close")
        await _after_the_abort(talk, who)

    await act.each(play)


@family("fast_close/everyday-good-bye", seconds=9)
async def good_bye(act):
    """A client takes leave in its protocol's words, which ask for nothing more, and the server resets in place of a
    FIN."""
    service, protocol = act.listen(), PROTOCOLS[act.dice.choice(LEAVE_TAKING)]

    async def play(number, dice):
        talk = await _served(act, service, number, dice, protocol)
        await talk.take_leave("client", protocol.good_bye(dice))
        await asyncio.sleep(dice.choice((0.05, 0.3)))
        talk.abort("server", "fast_close")
        await _after_the_abort(talk, "server")

    await act.each(play)


@family("process_exit/everyday-server-dies", seconds=9, least=2)
async def server_dies(act):
    """A server dies; some of its clients have a question open, which it has read, others rest."""
    service, protocol = act.listen(), PROTOCOLS[act.dice.choice(sorted(PROTOCOLS))]
    talks = []

    async def come(number, dice):
        talk = await _served(act, service, number, dice, protocol)
        talks.append(talk)
        if dice.random() < 0.5:
            await talk.send("client", protocol.question(dice))

    await act.each(come)
    await asyncio.sleep(act.dice.choice((0.3, 1)))
    act.kill(service, talks)
    for talk in talks:
        await talk.sees_the_end("client", 3)
        talk.close("client")
