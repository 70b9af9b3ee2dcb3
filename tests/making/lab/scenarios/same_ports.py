# SPDX-License-Identifier: GPL-2.0-or-later
"""The same four-tuple again: while the old connection lives, or lies in TIME_WAIT."""

from ..forge import send_syn
from ..stage import next_sequence
from ..story import story


@story("syn_conflict-ipv4-client-rebooted", views="client server", port=8240, near_miss_for="port_reuse_time_wait",
       network={"delay_ms": 5})
@story("syn_conflict-ipv6-client-rebooted", ip=6, port=8241, near_miss_for="port_reuse_time_wait")
@story("syn_conflict-ipv4-no-timestamps", port=8242, near_miss_for="port_reuse_time_wait",
       network={"timestamps": False, "client_ttl": 128})
def syn_conflict(stage, port):
    """The client lost its state and dials again from the same port. The server, for which the
    old connection lives, answers with a challenge ACK; the client resets that, and its repeated
    SYN is accepted."""
    listener = stage.listen(port)
    connection = stage.connect(listener)
    connection.ask()
    stage.pause(0.15)
    stage.vanish(connection.client)
    stage.pause(0.6)  # challenge ACKs are rationed per connection
    again = stage.connect(listener, connection.flow.client[1])
    again.ask(b"me again\n", b"welcome back\n")
    stage.expect(connection.flow, "syn_conflict", by="client", kernel="TCP_INVALID_ACK_SEQUENCE",
                 never="injected half_open port_reuse_time_wait")
    again.close()


@story("port_reuse_time_wait-ipv4-lower-sequence", views="server", port=8243, near_miss_for="syn_conflict",
       network={"timestamps": False})
@story("port_reuse_time_wait-ipv6-lower-sequence", ip=6, port=8244, near_miss_for="syn_conflict",
       network={"timestamps": False, "server_ttl": 128})
@story("port_reuse_time_wait-ipv4-lower-slow-path", port=8245, near_miss_for="syn_conflict",
       network={"timestamps": False, "delay_ms": 10})
def time_wait(stage, port):
    """The server closed first and remembers the connection in TIME_WAIT. A SYN re-uses its ports
    with a lower sequence number: the old acknowledgement comes back, and the client resets it."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    seq = next_sequence(connection.client)
    connection.server.close()
    connection.client.recv(1)
    connection.client.close()
    stage.pause(0.3)
    send_syn(stage.client, *connection.flow, seq - 70000)
    stage.pause(0.3)
    stage.expect(connection.flow, "port_reuse_time_wait", by="client",
                 never="injected half_open syn_conflict")


@story("healthy-ipv4-port-reuse-accepted", port=8246,
       near_miss_for="port_reuse_time_wait syn_conflict")
@story("healthy-ipv6-port-reuse-accepted", ip=6, port=8247, near_miss_for="port_reuse_time_wait syn_conflict")
def reuse_accepted(stage, port):
    """The server closed first; the client re-uses the same ports with a higher sequence number
    and is accepted. Nothing is reset."""
    listener = stage.listen(port)
    connection = stage.connect(listener)
    connection.ask()
    connection.server.close()
    connection.client.recv(1)
    connection.client.close()
    stage.pause(1.2)
    again = stage.connect(listener, connection.flow.client[1])
    again.ask()
    again.close()
