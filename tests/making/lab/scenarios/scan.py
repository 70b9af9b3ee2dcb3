# SPDX-License-Identifier: GPL-2.0-or-later
"""syn_scan: nmap against a host with two open ports; and clients that merely resemble a scanner."""

from .. import programs
from ..story import story

CLOSED = 20


def scan(stage, kind, opened):
    """Run one kind of nmap scan over the open ports and the closed ones around them."""
    ports = sorted({*opened, *range(min(opened) - 7, min(opened) - 7 + CLOSED)})
    family = ["-6"] if stage.ip == 6 else []
    programs.run(stage.client, "nmap", kind, *family, "-n", "-Pn", "-r", "--max-retries", "0",
                 "--initial-rtt-timeout", "400ms", "-p", ",".join(map(str, ports)), stage.address)
    stage.pause(0.2)
    return [port for port in ports if port not in opened]


@story("syn_scan-ipv4-half-open", opened=(8400, 8407), kind="-sS", kernel="NO_SOCKET",
       near_miss_for="connect_cancelled health_check")
@story("syn_scan-ipv6-half-open", views="server", ip=6, opened=(8440, 8443), kind="-sS", kernel="NO_SOCKET",
       near_miss_for="connect_cancelled health_check", network={"client_ttl": 128})
@story("syn_scan-ipv4-slow-path", opened=(8480, 8481), kind="-sS", kernel="NO_SOCKET",
       near_miss_for="connect_cancelled health_check", network={"delay_ms": 20, "timestamps": False})
@story("syn_scan-ipv4-connect", views="server", opened=(8520, 8524), kind="-sT", kernel="TCP_STATE",
       near_miss_for="fast_close health_check", network={"server_ttl": 128})
@story("syn_scan-ipv6-connect", ip=6, opened=(8560, 8561), kind="-sT", kernel="TCP_STATE",
       near_miss_for="fast_close health_check")
def port_scan(stage, opened, kind, kernel):
    """nmap looks for open ports, half-open (-sS) or with connect() (-sT): it resets the two that
    are open; the closed ones refuse."""
    for port in opened:
        stage.listen(port)
    for port in scan(stage, kind, opened):
        stage.expect(stage.anybody(port), "not_listening", never="injected firewall_reject service_stopped")
    for port in opened:
        stage.expect(stage.anybody(port), "syn_scan", by="client", kernel=kernel,
                     never="injected accept_queue_overflow unread_data")


@story("protocol_violation-ipv4-fin-scan", opened=(8600,), kind="-sF")
@story("protocol_violation-ipv6-fin-scan", views="server", ip=6, opened=(8620,), kind="-sF",
       network={"server_ttl": 128})
@story("protocol_violation-ipv4-null-scan", views="server", opened=(8640,), kind="-sN")
@story("protocol_violation-ipv4-xmas-scan", opened=(8660,), kind="-sX", network={"server_ttl": 255})
@story("protocol_violation-ipv4-ack-scan", opened=(8680,), kind="-sA")
@story("protocol_violation-ipv6-ack-scan", ip=6, opened=(8700,), kind="-sA")
def odd_scan(stage, opened, kind):
    """nmap probes ports with segments that belong to no connection (FIN, nothing, FIN+PSH+URG, or
    ACK); the server's kernel resets them. An open port resets only the bare ACK."""
    for port in opened:
        stage.listen(port)
    answering = scan(stage, kind, opened)
    for port in sorted([*answering, *(opened if kind == "-sA" else ())]):
        stage.expect(stage.anybody(port), "protocol_violation", kernel=stage.stray(port),
                     never="injected not_listening service_stopped data_after_close")
    # While an open port keeps silent, nmap may ask a closed one again whether the host still lives.
    stage.expect(stage.anybody(answering[0]), "protocol_violation", optional=True,
                 never="injected not_listening service_stopped data_after_close")


@story("not_listening-ipv4-fallback-list", port=8720, near_miss_for="syn_scan")
@story("not_listening-ipv6-fallback-list", views="server", ip=6, port=8730, near_miss_for="syn_scan",
       network={"client_ttl": 255})
def fallback_list(stage, port):
    """A client with a list of four endpoints: the first three refuse, the fourth accepts and
    serves it."""
    for dead in range(port, port + 3):
        stage.expect(stage.refused(dead), "not_listening", never="injected syn_scan")
    stage.talk(port + 3)


@story("connect_cancelled-ipv4-two-services", port=8735, near_miss_for="syn_scan happy_eyeballs",
       network={"delay_ms": 50})
def two_services(stage, port):
    """A program asks two services of one distant server at once; its user quits before either
    SYN-ACK is back."""
    attempts = []
    for each in (port, port + 1):
        stage.listen(each)
        sock = stage.caller()
        attempts.append((sock, stage.flow(sock, each)))
        sock.setblocking(False)
        sock.connect_ex((stage.address, each))
    stage.pause(0.03)
    for sock, flow in attempts:
        sock.close()
        stage.expect(flow, "connect_cancelled", by="client",
                     never="injected half_open syn_scan happy_eyeballs")
    stage.pause(0.3)
