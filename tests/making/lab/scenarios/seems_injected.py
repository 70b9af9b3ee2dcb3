# SPDX-License-Identifier: GPL-2.0-or-later
"""Genuine resets, each with a trap: what elsewhere betrays a forgery is innocent here."""

import socket

from ..forge import Ear
from ..story import story
from .injected import open_connection

ROUTE = "table inet route {{ chain f {{ type filter hook forward priority 0; oifname \"toclient\" {change}\n}}\n}}"


def expect_abort(stage, flow, by="server", **more):
    """An abort by SO_LINGER 0; that it came from that host must not be denied."""
    stage.expect(flow, "application_abort", by=by, kernel="TCP_STATE",
                 **{"never": "injected firewall_reject half_open", **more})


@story("application_abort-ipv4-other-initial-ttl", port=8940, ttl=255, near_miss_for="injected firewall_reject")
@story("application_abort-ipv6-other-initial-ttl", views="router-any", ip=6, port=8941, ttl=128,
       near_miss_for="injected firewall_reject", network={"timestamps": False, "delay_ms": 6})
def abort_from_other_ttl(stage, port, ttl):
    """The server's packets start from another TTL since a moment ago (an administrator changed it, or
    another path of a stack takes over), and then it aborts: only the reset shows the new one."""
    connection = open_connection(stage, port)
    connection.say("client", b"a question that is read but not answered\n")
    stage.pause(0.2)
    stage.server.set_ttl(ttl)
    stage.abort(connection.server)
    stage.pause(0.1)
    stage.server.set_ttl(stage.network.ttl["server"])
    expect_abort(stage, connection.flow)


@story("application_abort-ipv4-route-changed", port=8942, change="ip ttl set 59",
       near_miss_for="injected firewall_reject", network={"delay_ms": 10})
@story("application_abort-ipv6-route-changed", ip=6, port=8943, change="ip6 hoplimit set 66",
       near_miss_for="injected firewall_reject", network={"delay_ms": 4})
def route_changed(stage, port, change):
    """The way from the server becomes some hops longer or shorter; the next packet that takes it is
    the server's genuine reset."""
    connection = open_connection(stage, port)
    connection.say("client", b"a question that is read but not answered\n")
    stage.pause(0.2)
    stage.router.nft(ROUTE.format(change=change))
    stage.abort(connection.server)
    stage.pause(0.1)
    expect_abort(stage, connection.flow)
    stage.router.nft("delete table inet route")


@story("application_abort-ipv4-after-retransmission", views="client server", port=8944, near_miss_for="injected",
       network={"delay_ms": 15, "server_ttl": 128})
@story("application_abort-ipv6-after-retransmission", views="client", ip=6, port=8945, near_miss_for="injected",
       network={"delay_ms": 15, "timestamps": False})
def after_retransmission(stage, port):
    """The server's data were lost; it repeats them and aborts in the same moment. The client's
    acknowledgement of the repeated data meets no socket."""
    connection = open_connection(stage, port)
    with Ear(stage.router, "toclient") as ear:
        with stage.blocked("to_client", f"tcp sport {port} tcp flags & psh == psh"):
            connection.server.sendall(b"an answer that is lost at first\n")
            stage.pause(0.04)
        ear.hear(port, lambda heard: heard.length > 0)  # tail loss probe or timer
        stage.abort(connection.server)
    stage.pause(0.2)
    # By what the client sees, all was acknowledged when the reset came.
    expect_abort(stage, connection.flow)
    stage.expect(connection.flow, "data_after_close", kernel=stage.stray(port), repeats=True,
                 never="injected half_open")


@story("application_abort-ipv4-overtakes-data", views="client both", port=8946, near_miss_for="injected",
       network={"delay_ms": 20})
@story("application_abort-ipv6-overtakes-data", views="client", ip=6, port=8947, near_miss_for="injected",
       network={"delay_ms": 20, "server_ttl": 128})
def overtakes_data(stage, port):
    """The server sends its answer and aborts; on the way the reset overtakes the answer. For the
    client it is off the mark and draws a challenge ACK; then the answer comes. The server's kernel
    resets both acknowledgements, and the second of these resets hits."""
    connection = open_connection(stage, port)
    with Ear(stage.router, "toserver") as ear:
        with stage.blocked("to_client", f"tcp sport {port} tcp flags & psh == psh"):
            connection.server.sendall(b"an answer that takes a longer way\n")
            answer = ear.hear(port, lambda heard: heard.length > 0)
            stage.abort(connection.server)
            stage.pause(0.03)
            ear.forward(answer)
    stage.wait_for_failure(connection.client, 5)
    stage.pause(0.1)
    expect_abort(stage, connection.flow)
    for _ in range(2):
        stage.expect(connection.flow, "data_after_close", kernel=stage.stray(port), repeats=True,
                     never="injected half_open")


@story("application_abort-ipv4-late-duplicate", port=8948, near_miss_for="injected", network={"delay_ms": 5})
@story("application_abort-ipv6-late-duplicate", ip=6, port=8949, near_miss_for="injected",
       network={"server_ttl": 255, "timestamps": False})
def late_duplicate(stage, port):
    """The server aborts; a moment later the network delivers one of its old segments a second time,
    which meets the client's dead socket."""
    with Ear(stage.router, "toclient") as ear:
        connection = open_connection(stage, port)
        old = ear.hear(port, lambda heard: heard.length > 0)
        connection.say("client", b"a question that is read but not answered\n")
        stage.abort(connection.server)
        stage.wait_for_failure(connection.client, 5)
        stage.pause(0.1)
        ear.again(old)
        stage.pause(0.1)
    expect_abort(stage, connection.flow)
    stage.expect(connection.flow, "data_after_close", by="client", never="injected half_open")


@story("application_abort-ipv4-same-ports-again", views="client server", port=8950,
       near_miss_for="injected port_reuse_time_wait")
@story("application_abort-ipv6-same-ports-again", ip=6, port=8951, near_miss_for="injected port_reuse_time_wait",
       network={"delay_ms": 8})
def same_ports_again(stage, port):
    """The server aborts, and the client at once dials again from the same port: SYN-ACK and data of
    the server follow its reset, on a new connection."""
    listener = stage.listen(port)
    connection = stage.connect(listener)
    connection.ask()
    connection.say("client", b"a question that is read but not answered\n")
    stage.pause(0.1)
    stage.abort(connection.server)
    stage.wait_for_failure(connection.client, 5)
    connection.client.close()
    again = stage.connect(listener, connection.flow.client[1])
    again.ask()
    again.close()
    expect_abort(stage, connection.flow)


@story("not_listening-ipv4-same-ports-accepted", port=8952, near_miss_for="injected", network={"delay_ms": 10})
def refused_then_accepted(stage, port):
    """The client is refused and dials again from the same port half a second later; by now the
    service has started. The SYN-ACK after the refusal answers the second SYN."""
    flow = stage.refused(port)
    stage.pause(0.5)
    connection = stage.connect(stage.listen(port), flow.client[1])
    connection.ask()
    connection.close()
    stage.expect(flow, "not_listening", never="injected")


@story("application_abort-ipv4-then-keep-alive", views="server both", port=8953, near_miss_for="injected",
       network={"delay_ms": 5})
def then_keep_alive(stage, port):
    """The server aborts and its reset is lost. The client still believes in the connection; its
    keep-alive probe is reset by the server's kernel."""
    connection = open_connection(stage, port)
    with stage.blocked("to_client"):
        stage.abort(connection.server)
        stage.pause(0.1)
    stage.keep_alive(connection.client, 1, 1, 5)
    stage.wait_for_failure(connection.client, 8)
    expect_abort(stage, connection.flow, dropped=True)
    stage.expect(connection.flow, "data_after_close", kernel=stage.stray(port), repeats=True,
                 never="injected keepalive_timeout")


@story("application_abort-ipv6-then-window-update", views="server both-behind", ip=6, port=8954,
       near_miss_for="injected", network={"server_ttl": 128})
def then_window_update(stage, port):
    """The client reads slowly and has closed its window when the server aborts; the reset is lost.
    The client reads on, and its window update is reset by the server's kernel."""
    connection = stage.connect(stage.listen(port),
                               prepare=lambda sock: sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096))
    connection.ask()
    connection.server.setblocking(False)
    try:
        while True:
            connection.server.send(b"more than you can hold " * 60)
    except BlockingIOError:
        pass
    stage.pause(0.3)
    with stage.blocked("to_client"):
        stage.abort(connection.server)
        stage.pause(0.1)
    stage.wait_for_failure(connection.client, 5)
    expect_abort(stage, connection.flow, dropped=True)
    stage.expect(connection.flow, "data_after_close", kernel=stage.stray(port), repeats=True,
                 never="injected keepalive_timeout")


def one_way_each(stage):
    """From here on the client hears over a second link, and speaks over the first."""
    client, router = stage.client, stage.router
    client.run("ip", "link", "add", "eth1", "type", "veth", "peer", "name", "toclient2", "netns", router.namespace)
    client.run("ip", "link", "set", "eth1", "up")
    router.run("ip", "link", "set", "toclient2", "up")
    for node, devices in ((client, ("eth0", "eth1")), (router, ("toclient", "toclient2"))):
        for scope in ("all", *devices):
            node.sysctl(f"ipv4/conf/{scope}/rp_filter", 0)
        node.run("ethtool", "-K", devices[1], "tso", "off", "gso", "off", "gro", "off", "tx", "off")
    link = client.run("cat", "/sys/class/net/eth1/address").strip()
    family, bits = ("-4", 32) if stage.ip == 4 else ("-6", 128)
    router.run("ip", family, "neigh", "add", client.address[stage.ip], "lladdr", link, "dev", "toclient2")
    router.run("ip", family, "route", "add", f"{client.address[stage.ip]}/{bits}", "dev", "toclient2")


@story("application_abort-ipv4-only-its-direction", views="client-eth1", port=8955, by="server", late=True,
       near_miss_for="injected firewall_reject", network={"delay_ms": 10, "server_ttl": 128})
@story("application_abort-ipv6-only-its-direction", views="client", ip=6, port=8956, by="client", late=True,
       near_miss_for="injected firewall_reject", network={"delay_ms": 10})
def one_direction(stage, port, by):
    """The two directions take different ways, and the capture stands on one of them: it holds
    nothing that the resetting side received."""
    one_way_each(stage)
    stage.start_capture()
    stage.talk()
    connection = open_connection(stage, port)
    connection.say("client", b"a question that is read but not answered\n")
    stage.pause(0.2)
    stage.abort(getattr(connection, by))
    stage.pause(0.2)
    expect_abort(stage, connection.flow, by=by)
