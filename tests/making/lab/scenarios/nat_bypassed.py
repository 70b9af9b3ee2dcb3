# SPDX-License-Identifier: GPL-2.0-or-later
"""nat_bypassed: a NAT's connection tracking does not know a segment, and lets it through as it is."""

from ..forge import ACK, PSH, Ear, send
from ..story import story
from .nat import connect_through, forget, hide_clients, publish, translate

VIP = {4: "10.96.0.10", 6: "fd00:10:96::a"}  # nobody's own, as a Kubernetes service's
BEYOND = 200_000  # bytes: more than any window here
SILENCE = 63  # seconds, as in idle_timeout.py


def open_service(stage, port):
    """A service's address is translated to the server's, as kube-proxy does. A connection to it, and the
    flow that the server sees."""
    family, real = ("ip6", f"[{stage.address}]") if stage.ip == 6 else ("ip", stage.address)
    translate(stage, pre=f"{family} daddr {VIP[stage.ip]} tcp dport 80 dnat to {real}:{port}")
    connection, inside = connect_through(stage, stage.listen(port), (VIP[stage.ip], 80))
    connection.ask()
    stage.pause(0.15)
    return connection, inside


def expect_bypassed(stage, flow, **more):
    stage.expect(flow, "nat_bypassed", **({"by": "client", "never": "data_after_close"} | more))


def send_beyond(stage, connection, inside):
    """A segment in the server's name, beyond the window that connection tracking knows. A kernel's own would need a
    router that has missed something; numbers and timestamps go on from its last one."""
    with Ear(stage.server, "eth0") as ear:
        connection.ask(b"another question\n", b"another answer\n")
        last = ear.hear(inside.server[1], lambda heard: heard.length > 0)
    stage.pause(0.15)
    send(stage.server, inside.server, inside.client, ACK | PSH, last.end + BEYOND, last.ack, b"x" * 100,
         last.next_look(150))


def finds_out(stage, connection, inside):
    """The client speaks on, and learns that the server's socket has been reset."""
    stage.wait_for_failure(connection.server, 5)
    stage.pause(0.1)
    connection.client.sendall(b"and now?\n")
    stage.wait_for_failure(connection.client, 5)
    stage.expect(connection.flow, "data_after_close", kernel=stage.stray(inside.server[1]), behind_nat=inside,
                 never="injected")


@story("nat_bypassed-ipv4-beyond-the-window", views="client server router-any both", port=9500,
       near_miss_for="half_open injected")
@story("nat_bypassed-ipv6-beyond-the-window", views="client both", ip=6, port=9501,
       near_miss_for="half_open injected", network={"delay_ms": 8, "server_ttl": 128, "timestamps": False})
def beyond_the_window(stage, port):
    """The server's segment lies beyond the window that the NAT's connection tracking knows: INVALID, and
    passed on untranslated. The client's kernel resets a stranger, and thereby its own connection; its next
    data learn so."""
    connection, inside = open_service(stage, port)
    send_beyond(stage, connection, inside)
    expect_bypassed(stage, inside)
    finds_out(stage, connection, inside)


@story("nat_bypassed-ipv4-mapping-deleted", views="client server", port=9502, loose=0,
       near_miss_for="half_open injected")
@story("nat_bypassed-ipv6-mapping-deleted", views="client router-any", ip=6, port=9503, loose=1,
       near_miss_for="half_open injected", network={"delay_ms": 5})
def mapping_deleted(stage, port, loose):
    """The NAT's connection tracking loses the connection (its table is flushed). What the server says next
    comes to the client as it is, from an address that the client has no connection with."""
    connection, inside = open_service(stage, port)
    forget(stage)
    stage.router.sysctl("netfilter/nf_conntrack_tcp_loose", loose)
    connection.server.sendall(b"as I was saying\n")
    expect_bypassed(stage, inside)
    stage.wait_for_failure(connection.server, 5)
    stage.router.sysctl("netfilter/nf_conntrack_tcp_loose", 1)
    stage.vanish(connection.client)


@story("nat_bypassed-ipv4-one-of-many-segments", views="client router-any", port=9504,
       near_miss_for="half_open injected", network={"delay_ms": 4})
def one_of_many(stage, port):
    """A download through a NAT. One of the server's segments is not tracked, as one that is called INVALID, and so
    not translated: the client resets a stranger, and its download breaks off."""
    connection, inside = open_service(stage, port)
    stage.router.nft("table inet untracked { chain p { type filter hook prerouting priority -300; "
                     f'iifname "toserver" tcp sport {port} meta length > 1000 numgen inc mod 1000 == 6 notrack\n}}\n}}')
    connection.server.sendall(b"x" * 1448 * 8)  # the seventh goes past, one more follows
    expect_bypassed(stage, inside)
    stage.wait_for_failure(connection.server, 5)
    stage.wait_for_failure(connection.client, 5)
    # What the client acknowledges of the segments that were on the way meets a closed socket, each by itself.
    for number in range(12):
        stage.expect(connection.flow, "data_after_close", kernel=stage.stray(port), behind_nat=inside,
                     never="injected", repeats=number > 0, optional=number > 0)


@story("nat_bypassed-ipv4-ends-at-the-masquerading-host", views="server router-any", port=9505,
       near_miss_for="half_open injected")
@story("nat_bypassed-ipv6-ends-at-the-masquerading-host", views="server router-any", ip=6, port=9506,
       near_miss_for="half_open injected", network={"server_ttl": 128, "timestamps": False})
def ends_at_the_host(stage, port):
    """A host lends its address to a container (masquerade). A segment of the server lies beyond the window that
    the host's connection tracking knows: not translated, it ends at the host itself, whose kernel resets it; the
    container's next data learn so."""
    hide_clients(stage)
    connection, inside = connect_through(stage, stage.listen(port))
    connection.ask()
    stage.pause(0.15)
    send_beyond(stage, connection, inside)
    expect_bypassed(stage, inside, at="router-any", origin="network")
    finds_out(stage, connection, inside)


@story("nat_bypassed-ipv4-nat-forgets", views="client both", port=8960,
       near_miss_for="injected data_after_close half_open", network={"delay_ms": 8})
@story("nat_bypassed-ipv6-nat-forgets", views="client server", ip=6, port=8961,
       near_miss_for="injected data_after_close half_open", network={"server_ttl": 128})
def nat_forgets(stage, port):
    """A NAT on the way loses its mappings. The client's next data reach the server with the client's
    own address, from which it knows no connection: its kernel resets them."""
    hide_clients(stage)
    connection, _ = connect_through(stage, stage.listen(port))
    connection.ask()
    stage.pause(0.15)
    forget(stage)
    connection.client.sendall(b"as I was saying\n")
    stage.wait_for_failure(connection.client, 5)
    # The server's side sees one segment of a connection that it never had.
    expect_bypassed(stage, connection.flow, by="server", kernel=stage.stray(port), never="injected data_after_close")
    stage.vanish(connection.server)
    stage.router.sysctl("netfilter/nf_conntrack_tcp_loose", 1)


@story("nat_bypassed-ipv4-forwarding-forgets", port=8962, views="client router-any",
       near_miss_for="injected half_open", network={"delay_ms": 5})
@story("nat_bypassed-ipv6-forwarding-forgets", ip=6, port=8963, near_miss_for="injected half_open",
       network={"server_ttl": 128, "timestamps": False})
def forwarding_forgets(stage, port):
    """A router forwards a port of its own address to a server, and loses the mapping. The client's
    next data end at the router itself, whose kernel resets them."""
    target = publish(stage, port, port + 10000)
    connection, _ = connect_through(stage, stage.listen(port), target)
    connection.ask()
    stage.pause(0.15)
    forget(stage)
    connection.client.sendall(b"as I was saying\n")
    stage.wait_for_failure(connection.client, 5)
    expect_bypassed(stage, connection.flow, by="server", at="router", origin="network",
                    never="injected data_after_close")
    stage.vanish(connection.server)
    stage.router.sysctl("netfilter/nf_conntrack_tcp_loose", 1)


# -- what only looks like it

@story("half_open-ipv4-same-port-elsewhere", port=9510, near_miss_for="nat_bypassed", late=True)
@story("half_open-ipv6-same-port-elsewhere", ip=6, port=9511, near_miss_for="nat_bypassed", late=True)
def same_port_elsewhere(stage, port):
    """A client has connections from one port of its own to two servers (one host's two ports), and has lost the
    second one. What that server says next meets no socket; it has nothing to do with the first connection."""
    first, second = stage.listen(port), stage.listen(port + 100)
    lost = stage.connect(second, 45678)
    lost.ask()
    stage.vanish(lost.client)
    stage.start_capture()
    kept = stage.connect(first, 45678)
    kept.ask()
    lost.server.sendall(b"breaking news\n")
    stage.wait_for_failure(lost.server, 5)
    stage.expect(lost.flow, "half_open", by="client", never="nat_bypassed injected")
    kept.ask()
    kept.close()


@story("half_open-ipv4-behind-a-nat", views="router-any server", port=9512,
       near_miss_for="nat_bypassed data_after_close")
@story("half_open-ipv6-behind-a-nat", views="router-any client", ip=6, port=9513,
       near_miss_for="nat_bypassed data_after_close", network={"delay_ms": 5})
def client_lost_behind_a_nat(stage, port):
    """The NAT translates all; the client behind it has lost the connection, and resets the server's news."""
    connection, inside = open_service(stage, port)
    stage.vanish(connection.client)
    connection.server.sendall(b"breaking news\n")
    stage.wait_for_failure(connection.server, 5)
    stage.expect(connection.flow, "half_open", by="client", behind_nat=inside, never="nat_bypassed injected")


@story("idle_timeout-ipv4-nat-mapping-expired", views="server router-any", port=9514,
       near_miss_for="injected nat_bypassed")
def mapping_expired(stage, port):
    """A NAT forgets a connection during a minute of silence. What the server says then ends at the NAT host
    itself, whose kernel knows no such connection."""
    hide_clients(stage)
    connection, inside = connect_through(stage, stage.listen(port))
    connection.ask()
    stage.pause(SILENCE)
    forget(stage)
    connection.server.sendall(b"good morning\n")
    stage.wait_for_failure(connection.server, 5)
    stage.expect(inside, "idle_timeout", by="client", at="router-any", origin="network", never="injected")
    stage.router.sysctl("netfilter/nf_conntrack_tcp_loose", 1)
    stage.vanish(connection.client)
