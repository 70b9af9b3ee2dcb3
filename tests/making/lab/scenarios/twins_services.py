# SPDX-License-Identifier: GPL-2.0-or-later
"""Twins of services: a program that closes without having read everything."""

from ..story import story
from .twins import QUESTION, seen_twice
from .twins_aborts import HELLO, LONG, end


@seen_twice("fast_close-twin-served", port=9060, how="linger",
            twins={"fast_close_or_unread": "unread_data-twin-served"})
@seen_twice("unread_data-twin-served", port=9061, how="unread",
            twins={"fast_close_or_unread": "fast_close-twin-served"})
@story("unread_data-ipv4-served-too-soon", port=9070, how="unread", question=4 * LONG)
def served(stage, port, how, question=QUESTION):
    """The server answers a second question and resets: to be done fast, or it closes, and had answered
    before it had read the whole question."""
    connection = stage.connect(stage.listen(port))
    connection.ask(HELLO, HELLO.upper())
    stage.pause(0.15)
    connection.client.sendall(question)
    stage.pause(0.15)
    connection.server.recv(100 if how == "linger" else 4)
    connection.say("server", b"no more questions\n")
    stage.pause(0.15)
    end(stage, connection, "server", how)
