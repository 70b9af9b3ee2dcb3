# SPDX-License-Identifier: GPL-2.0-or-later
"""service_stopped and refused_while_listening: the port accepts at other times."""

from ..story import story


def expect_stopped(stage, flow):
    stage.expect(flow, "service_stopped", never="not_listening")


@story("service_stopped-ipv4-gone", views="server", port=8100, refusals=1,
       near_miss_for="not_listening")
@story("service_stopped-ipv6-gone", ip=6, port=8101, refusals=3, near_miss_for="not_listening",
       network={"server_ttl": 128})
@story("service_stopped-ipv4-gone-slow-path", port=8102, refusals=2, near_miss_for="not_listening",
       network={"delay_ms": 8, "timestamps": False})
def gone(stage, port, refusals):
    """The service answered two clients, then it stopped; later clients are refused."""
    stage.talk(port)
    stage.talk(port)
    for _ in range(refusals):
        expect_stopped(stage, stage.refused(port))
        stage.pause(0.1)


@story("service_stopped-ipv4-down-and-up", port=8103,
       near_miss_for="refused_while_listening not_listening")
@story("service_stopped-ipv6-down-and-up", ip=6, port=8104,
       near_miss_for="refused_while_listening not_listening", network={"timestamps": False})
def down_and_up(stage, port):
    """The service is restarted: accepted twice, a span of refusals only, then accepted again."""
    stage.talk(port)
    stage.talk(port)
    for _ in range(4):
        expect_stopped(stage, stage.refused(port))
        stage.pause(0.25)
    stage.talk(port)
    stage.talk(port)


def expect_busy(stage, flow, kernel):
    stage.expect(flow, "refused_while_listening", kernel=kernel, never="not_listening")


@story("refused_while_listening-ipv4-every-other", views="server", port=8110,
       near_miss_for="service_stopped not_listening")
@story("refused_while_listening-ipv6-every-other", ip=6, port=8111,
       near_miss_for="service_stopped not_listening")
@story("refused_while_listening-ipv4-every-other-slow", port=8112,
       near_miss_for="service_stopped not_listening",
       network={"delay_ms": 6, "server_ttl": 255, "timestamps": False})
def every_other(stage, port):
    """The server's own limiter rejects every second new connection of a live service."""
    stage.firewall(stage.server, f"tcp dport {port} tcp flags & (syn|ack) == syn numgen inc mod 2 == 1")
    for turn in range(7):
        if turn % 2:
            expect_busy(stage, stage.refused(port), None)
        else:
            stage.talk(port, rounds=1)
        stage.pause(0.05)


@story("refused_while_listening-ipv4-connection-limit", port=8113,
       near_miss_for="not_listening")
@story("refused_while_listening-ipv6-connection-limit", ip=6, port=8114,
       near_miss_for="not_listening", network={"server_ttl": 128})
def connection_limit(stage, port):
    """A server with a connection limit of one stops listening while it serves a client, and
    listens again afterwards; clients in between are refused, again and again."""
    for _ in range(4):
        listener = stage.listen(port)
        connection = stage.connect(listener)
        listener.close()
        connection.ask()
        # The connection still open shows that the service lives.
        expect_busy(stage, stage.refused(port), "NO_SOCKET")
        connection.ask(b"still there?\n", b"of course\n")
        connection.close()
        stage.pause(0.05)
    stage.talk(port)
