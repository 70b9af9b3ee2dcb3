# SPDX-License-Identifier: GPL-2.0-or-later
"""idle_timeout: more than a minute of silence, then a reset."""

from ..story import story

SILENCE = 63  # seconds; the rule's threshold is 60


@story("idle_timeout-ipv4-firewall-forgets", views="client server", port=8260, silence=SILENCE,
       near_miss_for="half_open injected", network={"server_ttl": 128})
@story("idle_timeout-ipv6-firewall-forgets", ip=6, port=8261, silence=SILENCE,
       near_miss_for="half_open injected")
@story("firewall_reject-ipv4-state-flushed", port=8262, silence=0.3,
       near_miss_for="idle_timeout half_open", network={"server_ttl": 128})
def firewall_forgets(stage, port, silence):
    """A stateful firewall on the path forgets the connection and rejects the next segment of the
    client, in the server's name; the server still has the connection."""
    stage.router.sysctl("netfilter/nf_conntrack_tcp_loose", 0)
    stage.firewall(stage.router, "ct state invalid meta l4proto tcp")
    connection = stage.connect(stage.listen(port))
    connection.ask()
    stage.pause(silence)
    stage.router.run("conntrack", "-F")
    connection.client.sendall(b"good morning\n")
    stage.wait_for_failure(connection.client, 5)
    long_enough = silence >= 60
    stage.expect(connection.flow, "idle_timeout" if long_enough else "firewall_reject", kernel=None,
                 at="router", origin="network",
                 never="injected data_after_close" + ("" if long_enough else " idle_timeout"))
    stage.no_firewall(stage.router)
    stage.vanish(connection.server)


@story("idle_timeout-ipv4-server-forgets", port=8263, near_miss_for="data_after_close")
@story("idle_timeout-ipv6-server-forgets", views="server", ip=6, port=8264, near_miss_for="data_after_close",
       network={"timestamps": False})
def server_forgets(stage, port):
    """During a minute of silence the server's state disappears; the client's first segment
    afterwards is reset."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    stage.vanish(connection.server)
    stage.pause(SILENCE)
    connection.client.sendall(b"good morning\n")
    stage.wait_for_failure(connection.client, 5)
    stage.expect(connection.flow, "idle_timeout", kernel=stage.stray(port),
                 never="injected data_after_close")


@story("idle_timeout-ipv4-application-timer", views="client", port=8265,
       near_miss_for="half_open keepalive_timeout")
def application_timer(stage, port):
    """The server aborts a connection on which nothing happened for a minute."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    stage.pause(SILENCE)
    stage.abort(connection.server)
    stage.pause(0.1)
    stage.expect(connection.flow, "idle_timeout", kernel="TCP_STATE", never="injected half_open")


@story("healthy-ipv4-long-silence", port=8266, near_miss_for="idle_timeout")
def long_silence(stage, port):
    """A minute of silence, and the connection goes on as if nothing had happened."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    stage.pause(SILENCE)
    connection.ask()
    connection.close()
