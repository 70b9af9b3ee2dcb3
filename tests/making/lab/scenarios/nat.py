# SPDX-License-Identifier: GPL-2.0-or-later
"""A NAT or a load balancer on the router: mappings that get lost, servers of different kinds."""

from ..stage import Connection
from ..story import Flow, story
from .other_ttl import router_beside

NAT = """table {family} nat {{
  chain pre {{ type nat hook prerouting priority -100; {pre}
  }}
  chain post {{ type nat hook postrouting priority 100; {post}
  }}
}}"""


def translate(stage, pre="", post=""):
    """Rules for the addresses that packets come to (pre) and go out with (post)."""
    stage.router.nft(NAT.format(family="ip6" if stage.ip == 6 else "ip", pre=pre, post=post))


def hide_clients(stage):
    """The server's side sees the router's address and another port (masquerade)."""
    translate(stage, post='oifname "toserver" meta l4proto tcp masquerade to :20000-20999')


def publish(stage, port, at):
    """The server's `port` is reached at the router's own address and port `at`; that address."""
    public = router_beside(stage, stage.client)
    real = f"[{stage.address}]" if stage.ip == 6 else stage.address
    family = "ip6" if stage.ip == 6 else "ip"
    translate(stage, pre=f"{family} daddr {public} tcp dport {at} dnat to {real}:{port}")
    return public, at


def connect_through(stage, listener, target=None, source_port=None):
    """Connect through the NAT; the connection, with the flow that the client sees, and the flow
    that the server sees."""
    server = listener.getsockname()[:2]
    sock = stage.caller(source_port)
    outside = Flow(sock.getsockname()[:2], target or server)
    sock.connect(outside.server)
    accepted, peer = listener.accept()
    accepted.settimeout(8)
    stage.keep.append(accepted)
    return Connection(sock, accepted, outside), Flow(peer[:2], server)


def forget(stage):
    """The NAT loses its mappings, and takes nothing up in mid-stream."""
    stage.router.sysctl("netfilter/nf_conntrack_tcp_loose", 0)
    stage.router.run("conntrack", "-F")


def balance(stage, port, ttl):
    """One address and port for two servers, by the client's port; the second has another TTL."""
    public = router_beside(stage, stage.client)
    rule = f"ip daddr {public} tcp dport {port} tcp sport {{}} dnat to {stage.address}:{{}}"
    translate(stage, pre=f"{rule.format('< 40000', port + 1)}\n{rule.format('>= 40000', port + 2)}")
    stage.server.nft(f"table ip lb {{ chain o {{ type filter hook output priority 0; "
                     f"tcp sport {port + 2} ip ttl set {ttl}\n}}\n}}")
    return public, port


@story("application_abort-ipv4-one-of-two-servers", views="client", port=8964,
       near_miss_for="injected firewall_reject", network={"delay_ms": 8})
def one_of_two_servers(stage, port):
    """A load balancer gives one address to two servers, whose packets start from 64 and from 255. The
    second one aborts a connection, between healthy ones with the first."""
    target = balance(stage, port, 255)
    first, second = stage.listen(port + 1), stage.listen(port + 2)
    for _ in range(2):
        healthy, _ = connect_through(stage, first, target, 36000 + _)
        healthy.ask()
    doomed, inside = connect_through(stage, second, target, 45000)
    doomed.ask()
    doomed.say("client", b"a question that is read but not answered\n")
    stage.pause(0.15)
    stage.abort(doomed.server)
    stage.pause(0.1)
    stage.expect(doomed.flow, "application_abort", kernel="TCP_STATE", behind_nat=inside, never="injected firewall_reject half_open")


@story("half_open-ipv4-balancer-moves", views="client router-any", port=8967,
       near_miss_for="injected data_after_close nat_bypassed", network={"delay_ms": 8})
def balancer_moves(stage, port):
    """A load balancer loses its mapping and sends the client's next data to its other server, which
    starts from another TTL and knows nothing of the connection."""
    target = balance(stage, port, 128)
    first = stage.listen(port + 1)
    stage.listen(port + 2)
    connection, _ = connect_through(stage, first, target, 36000)
    connection.ask()
    stage.pause(0.15)
    stage.router.nft("delete table ip nat")
    translate(stage, pre=f"ip daddr {target[0]} tcp dport {port} dnat to {stage.address}:{port + 2}")
    stage.router.run("conntrack", "-F")
    connection.client.sendall(b"as I was saying\n")
    stage.wait_for_failure(connection.client, 5)
    inside = Flow(connection.flow.client, (stage.address, port + 2))
    stage.expect(connection.flow, "half_open", kernel="TCP_FLAGS", behind_nat=inside, untraceable=True,
                 never="injected firewall_reject nat_bypassed")
    stage.vanish(connection.server)
