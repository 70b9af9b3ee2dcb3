# SPDX-License-Identifier: GPL-2.0-or-later
"""Twins without a socket: a reset that only says that there is none, or that nobody may know."""

import socket

from ..forge import ACK, FIN, PSH, Look, send
from ..forger import Forger, expect_forged, expect_victims
from .twins import QUESTION, SILENCE, take_over, twin


@twin("half_open-twin-the-last-words", port=9040, how="lost", late=True,
      twins={"close_before_the_view": "data_after_close-twin-the-last-words.client",
             "silence_before_the_view": "idle_timeout-twin-the-last-words.client"})
@twin("data_after_close-twin-the-last-words", port=9041, how="closed", late=True,
      twins={"close_before_the_view": "half_open-twin-the-last-words.client"})
@twin("idle_timeout-twin-the-last-words", port=9042, how="idle", late=True,
      twins={"silence_before_the_view": "half_open-twin-the-last-words.client"})
def last_words(stage, port, how):
    """The capture holds a question and the reset that answers it. Before it started, the server had lost
    the connection, had closed it, or had dropped it as idle."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    if how == "closed":
        connection.server.setsockopt(socket.IPPROTO_TCP, socket.TCP_LINGER2, 1)
        connection.server.close()
        stage.pause(2.5)
    else:
        stage.pause(SILENCE if how == "idle" else 0.1)
        stage.vanish(connection.server)
    stage.start_capture()
    connection.client.sendall(QUESTION)
    stage.pause(0.2)
    cause = {"lost": "half_open", "closed": "data_after_close", "idle": "idle_timeout"}[how]
    stage.expect(connection.flow, cause, kernel=stage.stray(port), never="injected")


@twin("half_open-twin-one-ack", port=9043, probe=False, late=True, network={"timestamps": False},
      twins={"one_segment_out_of_the_blue": "protocol_violation-twin-one-ack.client"})
@twin("protocol_violation-twin-one-ack", port=9044, probe=True, network={"timestamps": False},
      twins={"one_segment_out_of_the_blue": "half_open-twin-one-ack.client"})
def one_ack(stage, port, probe):
    """The capture holds a bare ACK and its reset: a keep-alive probe of a connection that the server has
    lost, or a stranger's probe of a port."""
    listener = stage.listen(port)
    if probe:
        flow = stage.flow(stage.caller(), port)
        send(stage.client, flow.client, flow.server, ACK, 4000, 5000, look=Look(window=502, ip_id=4711))
    else:
        connection = stage.connect(listener)
        connection.ask()
        flow = connection.flow
        stage.vanish(connection.server)
        stage.start_capture()
        stage.keep_alive(connection.client, 1, 1, 5)
    stage.pause(0.2 if probe else 1.6)
    stage.expect(flow, "protocol_violation" if probe else "half_open", kernel=stage.stray(port), never="injected")


@twin("half_open-twin-one-question", port=9062, probe=False, late=True, network={"timestamps": False},
      twins={"one_segment_out_of_the_blue": "protocol_violation-twin-one-question.client"})
@twin("protocol_violation-twin-one-question", port=9063, probe=True, network={"timestamps": False},
      twins={"one_segment_out_of_the_blue": "half_open-twin-one-question.client"})
@twin("half_open-twin-one-fin", port=9064, probe=False, last=True, late=True, network={"timestamps": False},
      twins={"one_segment_out_of_the_blue": "protocol_violation-twin-one-fin.client"})
@twin("protocol_violation-twin-one-fin", port=9065, probe=True, last=True, network={"timestamps": False},
      twins={"one_segment_out_of_the_blue": "half_open-twin-one-fin.client"})
def one_segment(stage, port, probe, last=False):
    """The capture holds one segment, data or a FIN, and its reset: the next word of a connection that the
    server has lost, or a stranger's probe of a port."""
    listener = stage.listen(port)
    if probe:
        flow = stage.flow(stage.caller(), port)
        flags, words = (FIN, b"") if last else (PSH, QUESTION)
        send(stage.client, flow.client, flow.server, flags | ACK, 4000, 5000, words, look=Look(window=502, ip_id=4711))
    else:
        connection = stage.connect(listener)
        connection.ask()
        flow = connection.flow
        stage.vanish(connection.server)
        stage.start_capture()
        if last:
            connection.client.close()
        else:
            connection.client.sendall(QUESTION)
    stage.pause(0.2)
    stage.expect(flow, "protocol_violation" if probe else "half_open", kernel=stage.stray(port), never="injected")


@twin("half_open-twin-seen-from-afar", "server", port=9045, forged=False,
      twins={"death_seen_from_afar": "data_after_close-twin-seen-from-afar.server"})
@twin("data_after_close-twin-seen-from-afar", "server", port=9046, forged=True,
      twins={"death_seen_from_afar": "half_open-twin-seen-from-afar.server"})
def seen_from_afar(stage, port, forged):
    """At the server: the client resets what the server says. It has lost the connection, or a device has
    reset it in the server's name, which is seen on its side only."""
    with Forger(stage) as forger:
        connection = stage.connect(stage.listen(port))
        connection.ask()
        stage.pause(0.15)
        flow = connection.flow
        if forged:
            forger.strike(flow, "client", forger.overhear(flow.server[1], b"yes"))
            stage.wait_for_failure(connection.client, 5)
        else:
            stage.vanish(connection.client)
        connection.server.sendall(b"breaking news\n")
        stage.wait_for_failure(connection.server, 5)
    if forged:
        expect_forged(stage, flow, "client")
        expect_victims(stage, flow)
    else:
        stage.expect(flow, "half_open", by="client", never="injected")


@twin("half_open-twin-lost", port=9047, how="lost",
      twins={"own_filter_mid_stream": "firewall_reject-twin-mid-stream.client",
             "forged_stray": "injected-twin-plays-the-kernel.client"})
@twin("firewall_reject-twin-mid-stream", port=9048, how="filter",
      twins={"own_filter_mid_stream": "half_open-twin-lost.client",
             "forged_answer": "injected-twin-plays-the-kernel.client"})
@twin("injected-twin-plays-the-kernel", port=9049, how="forged",
      twins={"forged_stray": "half_open-twin-lost.client",
             "forged_answer": "firewall_reject-twin-mid-stream.client"})
@twin("half_open-twin-address-moved", port=9050, how="moved",
      twins={"other_machine_answers": "firewall_reject-twin-mid-stream-on-the-way.client"})
@twin("firewall_reject-twin-mid-stream-on-the-way", port=9051, how="router",
      twins={"other_machine_answers": "half_open-twin-address-moved.client"})
@twin("half_open-twin-after-silence", port=9052, how="lost", silence=SILENCE,
      twins={"lost_after_silence": "idle_timeout-twin-after-silence.client"})
@twin("idle_timeout-twin-after-silence", port=9053, how="idle", silence=SILENCE,
      twins={"lost_after_silence": "half_open-twin-after-silence.client",
             "rejected_after_silence": "firewall_reject-twin-after-silence.client"})
@twin("firewall_reject-twin-after-silence", port=9054, how="filter", silence=SILENCE,
      twins={"rejected_after_silence": "idle_timeout-twin-after-silence.client"})
def mid_stream(stage, port, how, silence=0.15):
    """The client's second question is reset: the server has lost the connection or dropped it as idle,
    its own filter or one on the way rejects it, the address has moved, or a device plays the kernel."""
    with Forger(stage) as forger:
        connection = stage.connect(stage.listen(port))
        connection.ask()
        stage.pause(silence)
        flow = connection.flow
        prepare(stage, connection, how)
        connection.client.sendall(QUESTION)
        if how == "forged":
            heard = forger.overhear(flow.client[1], QUESTION)
            forger.strike(flow, "client", heard, look=Look(ttl=63, window=0, ip_id=0))
        stage.wait_for_failure(connection.client, 5)
        stage.captures.finish()
    if how == "forged":
        expect_forged(stage, flow, "client", asked=True)
        return
    by_rule = how in ("filter", "router")
    at = "router" if how in ("moved", "router") else ""
    cause = {"idle": "idle_timeout", "filter": "firewall_reject", "router": "firewall_reject"}.get(how, "half_open")
    kernel = None if by_rule else "NO_SOCKET" if at else stage.stray(port)
    stage.expect(flow, cause, at=at, kernel=kernel, origin="network" if how == "router" else "")


def prepare(stage, connection, how):
    """What makes the next segment of the client meet no socket."""
    port = connection.flow.server[1]
    if how in ("lost", "idle"):
        stage.vanish(connection.server)
    elif how == "forged":
        stage.block("to_client")
    elif how == "moved":
        take_over(stage)
    else:
        stage.firewall(stage.server if how == "filter" else stage.router, f"tcp dport {port}")
