# SPDX-License-Identifier: GPL-2.0-or-later
"""What a firewall's TTL does not prove: a kernel with another initial TTL, a NAT on the path."""

from ..story import Flow, story


@story("half_open-ipv4-other-initial-ttl", port=8800, ttl=128, near_miss_for="firewall_reject injected")
@story("half_open-ipv6-other-initial-ttl", ip=6, port=8801, ttl=255, near_miss_for="firewall_reject injected",
       network={"timestamps": False})
def stray_meets_other_ttl(stage, port, ttl):
    """The server loses the connection, and its kernel's own replies start from another TTL than its
    connections did; as many hops away as before, it resets the client's next segment."""
    connection = stage.connect(stage.listen(port))
    connection.ask()
    stage.pause(0.15)
    stage.vanish(connection.server)
    stage.server.set_ttl(ttl)
    connection.client.sendall(b"hello?\n")
    stage.wait_for_failure(connection.client, 5)
    stage.expect(connection.flow, "half_open", kernel=stage.stray(port), never="injected firewall_reject")
    stage.server.set_ttl(stage.network.ttl["server"])


@story("not_listening-ipv4-other-initial-ttl", port=8802, ttl=255, near_miss_for="firewall_reject",
       network={"delay_ms": 10})
@story("not_listening-ipv6-other-initial-ttl", views="router", ip=6, port=8803, ttl=128,
       near_miss_for="firewall_reject")
def refusal_has_other_ttl(stage, port, ttl):
    """A server whose connections carry one initial TTL refuses a closed port with another one, that
    of its kernel's own replies, from as many hops away."""
    stage.server.set_ttl(ttl)
    flow = stage.refused(port)
    stage.server.set_ttl(stage.network.ttl["server"])
    stage.expect(flow, "not_listening", never="injected firewall_reject")


FORWARDING = """table {family} nat {{
  chain pre {{ type nat hook prerouting priority -100; {family} daddr {public} tcp dport {{ {ports} }} dnat to {real}
  }}
  chain post {{ type nat hook postrouting priority 100; oifname "toserver" masquerade
  }}
}}"""


def router_beside(stage, node):
    """The router's own address on that host's side."""
    before, separator, _ = node.address[stage.ip].rpartition(":" if stage.ip == 6 else ".")
    return f"{before}{separator}1"


@story("not_listening-ipv4-behind-nat", port=8804, near_miss_for="firewall_reject injected",
       network={"delay_ms": 10})
@story("not_listening-ipv6-behind-nat", ip=6, port=8806, near_miss_for="firewall_reject injected",
       network={"delay_ms": 15, "server_ttl": 128})
@story("not_listening-ipv4-behind-nat-beside-proxy", port=8808, proxy=True,
       near_miss_for="firewall_reject injected", network={"delay_ms": 12, "server_ttl": 128})
def behind_nat(stage, port, proxy=False):
    """A router forwards two ports of its own address to a server (NAT). One is served, by the server
    or by a proxy on the router itself; at the other the server refuses, a full round trip later."""
    real, public = stage.address, router_beside(stage, stage.client)
    ports = f"{port}" if proxy else f"{port}, {port + 1}"
    stage.router.nft(FORWARDING.format(family="ip6" if stage.ip == 6 else "ip", ports=ports, real=real, public=public))
    if proxy:
        stage.server, stage.address = stage.router, public
    listener = stage.listen(port + 1)
    stage.address = public
    connection = stage.connect(listener)
    connection.ask()
    flow = stage.refused(port)
    connection.ask(b"still there?\n", b"yes\n")
    connection.close()
    stage.server, stage.address = stage.network.server, real
    inside = Flow((router_beside(stage, stage.server), flow.client[1]), (real, port))
    stage.expect(flow, "not_listening", at="client", behind_nat=inside, never="injected firewall_reject")
