# SPDX-License-Identifier: GPL-2.0-or-later
"""Twins of services: a process of several that dies, a program that closes without having read everything."""

import contextlib
import subprocess

from ..story import story
from .twins import QUESTION, seen_twice
from .twins_aborts import HELLO, LONG, MEANT, end


@seen_twice("process_exit-twin-serves-on", port=9055, how="exit",
            twins={"exit_or_unread": "unread_data-twin-serves-on",
                   "exit_or_abort": "application_abort-twin-serves-on"})
@seen_twice("unread_data-twin-serves-on", port=9056, how="unread",
            twins={"exit_or_unread": "process_exit-twin-serves-on"})
@seen_twice("application_abort-twin-serves-on", port=9057, how="kill",
            twins={"exit_or_abort": "process_exit-twin-serves-on"})
@seen_twice("process_exit-twin-three-at-once", port=9058, how="exit", clients=3,
            twins={"exit_or_unread": "unread_data-twin-three-at-once"})
@seen_twice("unread_data-twin-three-at-once", port=9059, how="unread", clients=3,
            twins={"exit_or_unread": "process_exit-twin-three-at-once"})
def serves_on(stage, port, how, clients=1):
    """Of a service with several processes one ends with its clients' second questions unread, or a service
    closes these connections unread, or reads and an administrator kills them. Then it serves the next client."""
    listener = stage.listen(port)
    connections = [stage.connect(listener) for _ in range(clients)]
    for connection in connections:
        connection.ask(HELLO, HELLO.upper())
    with held_by_a_worker(connections) if how == "exit" else contextlib.nullcontext():
        stage.pause(0.15)
        for connection in connections:
            connection.client.sendall(QUESTION)
            stage.pause(0.15)
    for connection in reversed(connections):  # as a dying process does
        if how == "unread":
            connection.server.close()
        elif how == "kill":
            connection.server.recv(100)
            stage.kill("server", connection.flow)
    stage.pause(0.1)
    for connection in connections:
        stage.expect(connection.flow, "process_exit" if how == "exit" else MEANT[how],
                     kernel="TCP_STATE" if how == "kill" else "TCP_ABORT_ON_CLOSE", never="half_open injected")
    last = stage.connect(listener)
    last.ask(HELLO, HELLO.upper())
    last.close()


@contextlib.contextmanager
def held_by_a_worker(connections):
    """The server's ends belong to another process, which reads nothing; it is killed at the end."""
    worker = subprocess.Popen(["sleep", "60"], pass_fds=[connection.server.fileno() for connection in connections])
    try:
        for connection in connections:
            connection.server.close()
        yield
    finally:
        worker.kill()
        worker.wait(5)


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
