# SPDX-License-Identifier: GPL-2.0-or-later
"""handshake_invalid_ack: in the handshake a segment acknowledges what was never sent."""

from ..forge import ACK, SYN, Ear, send
from ..story import Flow, story
from .abandoned import dial


@story("handshake_invalid_ack-ipv4-to-server", views="server", port=8750,
       near_miss_for="accept_queue_overflow half_open", network={"delay_ms": 40})
@story("handshake_invalid_ack-ipv6-to-server", views="client", ip=6, port=8751,
       near_miss_for="accept_queue_overflow half_open", network={"delay_ms": 60, "timestamps": False})
def to_server(stage, port):
    """While the SYN-ACK is on its way, somebody on the path sends the server an ACK with a wrong
    number in the client's name. The server resets that number; the client, for which the reset
    is off the mark, goes on and is served."""
    listener = stage.listen(port)
    with Ear(stage.router, "toclient") as ear:
        sock, flow = dial(stage, port)
        syn = ear.hear(flow.client[1])
        delay = stage.network.delay_ms / 1000
        stage.pause(delay * 0.6)  # behind the SYN, before the client's own ACK
        send(stage.router, *flow, ACK, syn.seq + 1, syn.seq ^ 0x5A5A5A5A)
        accepted, _ = listener.accept()
        stage.keep.append(accepted)
        sock.settimeout(5)
        sock.sendall(b"all is well\n")
        accepted.recv(100)
    sock.close()
    accepted.recv(1)
    accepted.close()
    stage.expect(flow, "handshake_invalid_ack", kernel=stage.stray(port),
                 never="accept_queue_overflow half_open application_abort")
    stage.pause(delay * 3)


@story("handshake_invalid_ack-ipv4-to-client", port=8752, near_miss_for="connect_cancelled syn_conflict")
@story("handshake_invalid_ack-ipv6-to-client", views="client", ip=6, port=8753,
       near_miss_for="connect_cancelled syn_conflict", network={"client_ttl": 128})
def to_client(stage, port):
    """The SYN is lost behind the router, and a SYN-ACK comes back that acknowledges something else.
    The client resets it and sends its SYN again, which the server accepts."""
    listener = stage.listen(port)
    with Ear(stage.router, "toclient") as ear:
        with stage.blocked("to_server", f"tcp dport {port}"):
            sock, flow = dial(stage, port)
            syn = ear.hear(flow.client[1])
            send(stage.router, flow.server, flow.client, SYN | ACK, 0x1234567, syn.seq + 70001)
            ear.hear(flow.client[1])  # the reset
        accepted, _ = listener.accept()
        stage.keep.append(accepted)
    sock.settimeout(5)
    sock.sendall(b"all is well\n")
    accepted.recv(100)
    sock.close()
    accepted.recv(1)
    accepted.close()
    stage.expect(flow, "handshake_invalid_ack", by="client", kernel="TCP_INVALID_ACK_SEQUENCE",
                 never="connect_cancelled syn_conflict injected syn_scan")


@story("handshake_invalid_ack-ipv4-backscatter", port=8754, count=4, near_miss_for="connect_cancelled syn_scan")
@story("handshake_invalid_ack-ipv6-backscatter", ip=6, port=8755, count=1,
       near_miss_for="connect_cancelled syn_scan", network={"server_ttl": 255})
def backscatter(stage, port, count):
    """A stranger behind the router floods the server with SYNs in the client's name. The client,
    which never asked, gets the SYN-ACKs and resets them."""
    stage.listen(port)
    for number in range(count):
        source = (stage.client.address[stage.ip], 41000 + number * 777)
        flow = Flow(source, (stage.address, port))
        send(stage.router, *flow, SYN, 0x77000000 + number * 12345)
        stage.pause(0.1)
        stage.expect(flow, "handshake_invalid_ack", by="client",
                     never="connect_cancelled syn_scan injected half_open")
