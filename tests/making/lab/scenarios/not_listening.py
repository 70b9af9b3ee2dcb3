# SPDX-License-Identifier: GPL-2.0-or-later
"""not_listening: nobody listens at the port."""

import socket

from ..story import story


def expect_refusal(stage, flow, **more):
    stage.expect(flow, "not_listening", never="injected", **more)


@story("not_listening-ipv4-closed-port", views="client server", port=8081)
@story("not_listening-ipv6-closed-port", ip=6, port=8443, network={"server_ttl": 255})
@story("not_listening-ipv4-slow-path", views="client router", port=5432,
       network={"server_ttl": 128, "timestamps": False, "delay_ms": 12})
@story("not_listening-ipv4-any-interface", views="server-any", port=3306, network={"client_ttl": 128})
@story("not_listening-ipv6-router-sees-copies", views="router-any", ip=6, port=9100)
@story("not_listening-ipv4-both-ends-merged", views="both", port=1521, network={"delay_ms": 5})
def closed_port(stage, port):
    """A client connects to a port where nobody listens; the server's kernel refuses."""
    expect_refusal(stage, stage.refused(port))


@story("not_listening-ipv4-several-clients", ports=(2049, 5060, 2049, 8444), network={"server_ttl": 128})
@story("not_listening-ipv6-several-ports", views="server", ip=6, ports=(1883, 1884, 1885, 1886, 1887))
def several(stage, ports):
    """Several connections to closed ports of one server, each refused."""
    for port in ports:
        expect_refusal(stage, stage.refused(port))
        stage.pause(0.03)


@story("not_listening-ipv4-loopback", views="server-lo", address="127.0.0.1")
@story("not_listening-ipv6-loopback", views="server-lo", ip=6, address="::1")
def loopback(stage, address):
    """A program connects to a port of its own host, through the loopback interface."""
    stage.dialer, stage.address = stage.server, address
    stage.talk()
    expect_refusal(stage, stage.refused(5433), at="server-lo")


@story("not_listening-ipv4-starts-later", near_miss_for="service_stopped",
       port=8082)
def starts_later(stage, port):
    """The client comes too early: refused twice, then the service starts and accepts."""
    for _ in range(2):
        expect_refusal(stage, stage.refused(port))
        stage.pause(0.2)
    stage.talk(port)


@story("not_listening-ipv4-fast-open", port=8083)
def syn_with_data(stage, port):
    """The SYN carries data (TCP Fast Open); the refusal acknowledges the data as well."""
    stage.client.sysctl("ipv4/tcp_fastopen", 0x1 | 0x4)  # 4: data even without a cookie
    sock = stage.caller()
    flow = stage.flow(sock, port)
    try:
        sock.sendto(b"GET / HTTP/1.0\r\n\r\n", socket.MSG_FASTOPEN, (stage.address, port))
    except ConnectionRefusedError:
        pass
    expect_refusal(stage, flow)


@story("not_listening-ipv4-other-family-only", views="server", port=8085, near_miss_for="service_stopped")
def other_family(stage, port):
    """The service listens on IPv6 only: accepted there, refused on IPv4."""
    stage.ip, stage.address = 6, stage.server.address[6]
    stage.talk(port)
    stage.ip, stage.address = 4, stage.server.address[4]
    expect_refusal(stage, stage.refused(port))


@story("not_listening-ipv4-neighbour-port-listens", port=8086,
       near_miss_for="service_stopped refused_while_listening")
def neighbour_port(stage, port):
    """One port of the server accepts before and after, the next one is closed."""
    stage.talk(port)
    expect_refusal(stage, stage.refused(port + 1))
    stage.talk(port)
