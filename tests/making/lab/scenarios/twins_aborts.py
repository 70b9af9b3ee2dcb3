# SPDX-License-Identifier: GPL-2.0-or-later
"""Twins of living sockets: whatever a program has in mind, its kernel sends the same abort."""

import signal
import subprocess
import sys
import time

from ..forge import ACK, RST
from ..forger import Forger, expect_forged, like
from .application import SERVE
from .twins import QUESTION, SILENCE, seen_twice, twin

HELLO = b"hello, are you there?\n"
LONG = 500 * QUESTION  # the window grows while it comes, and when it is read or freed
MEANT = {"linger": "fast_close", "kill": "application_abort", "unread": "unread_data", "timer": "idle_timeout"}


def end(stage, connection, by, how):
    """End the connection with an abort: for speed, by an administrator, with data unread, by a timer."""
    sock = getattr(connection, by)
    if how == "kill":
        stage.kill(by, connection.flow)
    elif how == "unread":
        sock.close()
    else:
        stage.abort(sock)
    stage.pause(0.1)
    stage.expect(connection.flow, MEANT[how], by=by, kernel="TCP_ABORT_ON_CLOSE" if how == "unread" else "TCP_STATE",
                 never="half_open")


@seen_twice("fast_close-twin-after-the-answer", port=9020, how="linger",
            twins={"abort_or_fast_close": "application_abort-twin-after-the-answer",
                   "fast_close_or_unread": "unread_data-twin-after-the-answer"})
@seen_twice("application_abort-twin-after-the-answer", port=9021, how="kill",
            twins={"abort_or_fast_close": "fast_close-twin-after-the-answer"})
@seen_twice("unread_data-twin-after-the-answer", port=9022, how="unread",
            twins={"fast_close_or_unread": "fast_close-twin-after-the-answer"})
@seen_twice("idle_timeout-twin-timer", port=9023, how="timer", silence=SILENCE,
            twins={"abort_after_silence": "application_abort-twin-after-silence",
                   "fast_close_after_silence": "fast_close-twin-after-silence"})
@seen_twice("application_abort-twin-after-silence", port=9024, how="kill", silence=SILENCE,
            twins={"abort_after_silence": "idle_timeout-twin-timer"})
@seen_twice("fast_close-twin-after-silence", port=9025, how="linger", silence=SILENCE,
            twins={"fast_close_after_silence": "idle_timeout-twin-timer"})
def after_the_answer(stage, port, how, silence=0.15):
    """The client has its answer and resets: to be done fast, killed by its administrator, without
    having read it, or because its timer has run out."""
    connection = stage.connect(stage.listen(port))
    connection.say("client", HELLO)
    connection.server.sendall(b"yes, I am here\n")
    if how != "unread":
        connection.client.recv(100)
    stage.pause(silence)
    end(stage, connection, "client", how)


@twin("application_abort-twin-by-the-server", port=9026, how="kill",
      twins={"flawless_forgery_or_abort": "injected-twin-flawless.client"})
@twin("fast_close-twin-by-the-server", port=9027, how="linger",
      twins={"flawless_forgery_or_fast_close": "injected-twin-flawless.client"})
@twin("injected-twin-flawless", port=9028, how="forged",
      twins={"flawless_forgery_or_abort": "application_abort-twin-by-the-server.client",
             "flawless_forgery_or_fast_close": "fast_close-twin-by-the-server.client"})
def server_resets(stage, port, how):
    """The server has answered, and a reset comes: its administrator's, its own way to close, or forged
    with all that its next packet would show."""
    with Forger(stage) as forger:
        connection = stage.connect(stage.listen(port))
        connection.ask()
        stage.pause(0.15)
        if how != "forged":
            end(stage, connection, "server", how)
            return
        flow = connection.flow
        asked, answer = forger.overhear(flow.client[1], b"hello"), forger.overhear(flow.server[1], b"yes")
        forger.strike(flow, "client", answer, RST | ACK, look=like(answer, asked, later=150))
        stage.wait_for_failure(connection.client, 5)
        stage.vanish(connection.server)
    expect_forged(stage, flow, "client", RST | ACK)


@seen_twice("application_abort-twin-unanswered", port=9029, how="kill",
            twins={"abort_or_unread": "unread_data-twin-unanswered",
                   "exit_or_abort": "process_exit-twin-one-client"})
@seen_twice("unread_data-twin-unanswered", port=9030, how="unread",
            twins={"abort_or_unread": "application_abort-twin-unanswered",
                   "exit_or_unread": "process_exit-twin-one-client",
                   "flawless_forgery_or_unread": "injected-twin-unanswered"})
@twin("injected-twin-unanswered", port=9031, how="forged",
      twins={"flawless_forgery_or_unread": "unread_data-twin-unanswered.client"})
@seen_twice("application_abort-twin-long-question", port=9073, how="kill", question=LONG,
            twins={"abort_or_unread": "unread_data-twin-long-question"})
@seen_twice("unread_data-twin-long-question", port=9074, how="unread", question=LONG,
            twins={"abort_or_unread": "application_abort-twin-long-question"})
def unanswered(stage, port, how, question=QUESTION):
    """The client's second question is never answered, but reset: read and then killed by an
    administrator, never read, or by a forgery with all that the server's next packet would show."""
    with Forger(stage) as forger:
        connection = stage.connect(stage.listen(port))
        connection.ask(HELLO, HELLO.upper())
        stage.pause(0.15)
        connection.client.sendall(question)
        stage.pause(0.1)  # whoever reads late need not say so
        if how == "kill" and connection.server.recv(len(question)) != question:
            raise RuntimeError("the question has not arrived")
        stage.pause(0.15)
        if how != "forged":
            end(stage, connection, "server", how)
            return
        flow = connection.flow
        forger.overhear(flow.server[1], HELLO.upper())
        asked = forger.ear.hear(flow.client[1], lambda heard: QUESTION in heard.payload)
        said = forger.overhear(flow.server[1])
        forger.strike(flow, "client", asked, RST | ACK, look=like(said, asked, later=110))
        stage.wait_for_failure(connection.client, 5)
        stage.vanish(connection.server)
    expect_forged(stage, flow, "client", RST | ACK)


@seen_twice("process_exit-twin-one-client", port=9032,
            twins={"exit_or_unread": "unread_data-twin-unanswered",
                   "exit_or_abort": "application_abort-twin-unanswered"})
def process_of_one_client(stage, port):
    """A server process is killed before it has read its only client's second question."""
    process = subprocess.Popen(["ip", "netns", "exec", stage.server.namespace, sys.executable, "-c", SERVE,
                                stage.address, str(port)], stdout=subprocess.PIPE)
    try:
        process.stdout.readline()
        sock = stage.caller()
        flow = stage.flow(sock, port)
        sock.connect((stage.address, port))
        sock.sendall(HELLO)
        sock.recv(100)
        time.sleep(0.15)
        sock.sendall(QUESTION)
        time.sleep(0.15)
        process.send_signal(signal.SIGKILL)
    finally:
        process.kill()
        process.wait(5)
        process.stdout.close()
    stage.pause(0.1)
    stage.expect(flow, "process_exit", kernel="TCP_ABORT_ON_CLOSE", never="half_open injected")


@seen_twice("process_exit-twin-never-accepted", port=9033, accepts=False,
            twins={"never_accepted_or_abort": "application_abort-twin-accepted"})
@seen_twice("application_abort-twin-accepted", port=9034, accepts=True,
            twins={"never_accepted_or_abort": "process_exit-twin-never-accepted"})
def no_word_yet(stage, port, accepts):
    """A client that has said nothing is reset: the service ends without having accepted it, or it
    accepts and an administrator kills the connection."""
    listener = stage.listen(port)
    sock = stage.caller()
    flow = stage.flow(sock, port)
    sock.connect((stage.address, port))
    if accepts:
        stage.keep.append(listener.accept()[0])
    stage.pause(0.15)
    if accepts:
        stage.kill("server", flow)
    else:
        listener.close()
    stage.pause(0.1)
    stage.expect(flow, "application_abort" if accepts else "process_exit", kernel="TCP_STATE",
                 never="half_open injected")


@seen_twice("health_check-twin-last-check", port=9035, how="linger", checks=3, late=True,
            twins={"first_check_or_abort": "application_abort-twin-no-word",
                   "first_check_or_fast_close": "fast_close-twin-no-word"})
@seen_twice("application_abort-twin-no-word", port=9036, how="kill",
            twins={"first_check_or_abort": "health_check-twin-last-check",
                   "abort_or_fast_close": "fast_close-twin-no-word"})
@seen_twice("fast_close-twin-no-word", port=9037, how="linger",
            twins={"first_check_or_fast_close": "health_check-twin-last-check",
                   "abort_or_fast_close": "application_abort-twin-no-word"})
def no_word(stage, port, how, checks=0):
    """A client connects and resets without a word: a check, of which the capture holds the last only,
    a connection killed by an administrator, or one that is not needed after all."""
    listener = stage.listen(port)
    for _ in range(checks):
        stage.abort(stage.connect(listener).client)
        stage.pause(0.2)
    if checks:
        stage.start_capture()
    connection = stage.connect(listener)
    stage.pause(0.1)
    end(stage, connection, "client", how)
    if checks:
        stage.expected[-1].reason = "health_check"
