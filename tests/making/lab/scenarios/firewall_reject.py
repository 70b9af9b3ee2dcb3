# SPDX-License-Identifier: GPL-2.0-or-later
"""firewall_reject: an nftables rule answers with a reset, on the path or on the host itself.

Netfilter makes these resets: the tracepoint has no row for them.
"""

from ..story import story


@story("firewall_reject-ipv4-router-syn", views="client router", port=8090,
       near_miss_for="not_listening injected", network={"server_ttl": 128})
@story("firewall_reject-ipv4-router-slow-path", port=8091, near_miss_for="not_listening injected",
       network={"server_ttl": 255, "delay_ms": 15})
@story("firewall_reject-ipv6-router-syn", views="client router", ip=6, port=8092,
       near_miss_for="not_listening injected")
@story("firewall_reject-ipv4-router-one-hop", port=8093, near_miss_for="injected")
def router_rejects_syn(stage, port):
    """A firewall on the path refuses the SYN in the server's name; the server never sees it."""
    stage.firewall(stage.router, f"tcp dport {port}")
    stage.listen(port)
    stage.expect(stage.refused(port), "firewall_reject", kernel=None, at="router", origin="network", never="injected")
    stage.no_firewall(stage.router)


@story("firewall_reject-ipv4-host-rule", views="client server", port=8094, near_miss_for="injected")
@story("firewall_reject-ipv6-host-rule", ip=6, port=8095, near_miss_for="not_listening")
def host_rejects_syn(stage, port):
    """The server's own firewall refuses the SYN; on IPv4 nothing tells it from a closed port."""
    stage.firewall(stage.server, f"tcp dport {port}")
    stage.expect(stage.refused(port), "firewall_reject", kernel=None, never="injected")


@story("firewall_reject-ipv4-mid-stream", port=8096, near_miss_for="half_open injected",
       network={"server_ttl": 128})
@story("firewall_reject-ipv6-mid-stream", ip=6, port=8097, near_miss_for="half_open injected")
@story("firewall_reject-ipv4-mid-stream-one-hop", port=8098, near_miss_for="injected", network={"timestamps": False})
def router_rejects_mid_stream(stage, port):
    """A new rule on the path rejects an established connection; later the server, still alive,
    speaks and meets the client's closed socket."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    stage.firewall(stage.router, f"tcp dport {port}")
    connection.client.sendall(b"one more question\n")
    stage.wait_for_failure(connection.client, 5)
    stage.expect(connection.flow, "firewall_reject", kernel=None, at="router", origin="network", never="injected data_after_close")
    stage.no_firewall(stage.router)
    connection.server.sendall(b"news from the server\n")
    stage.wait_for_failure(connection.server, 5)
    stage.expect(connection.flow, "data_after_close", by="client", never="injected")
