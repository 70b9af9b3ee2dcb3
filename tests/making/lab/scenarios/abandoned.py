# SPDX-License-Identifier: GPL-2.0-or-later
"""The client no longer waits when the server's SYN-ACK arrives."""

from ..story import story


def dial(stage, port):
    """Start to connect and return at once."""
    sock = stage.caller()
    flow = stage.flow(sock, port)
    sock.setblocking(False)
    sock.connect_ex((stage.address, port))
    return sock, flow


@story("connect_cancelled-ipv4-slow-path", views="client server", port=8230, near_miss_for="syn_scan connect_timeout",
       network={"delay_ms": 60})
@story("connect_cancelled-ipv6-slow-path", ip=6, port=8231, near_miss_for="syn_scan connect_timeout",
       network={"delay_ms": 80, "client_ttl": 128, "timestamps": False})
def cancelled(stage, port):
    """The user gives up before the distant server's SYN-ACK is back; it meets a closed socket."""
    stage.listen(port)
    sock, flow = dial(stage, port)
    stage.pause(0.02)
    sock.close()
    stage.pause(0.4)
    stage.expect(flow, "connect_cancelled", by="client", never="injected half_open data_after_close")


@story("connect_cancelled-ipv4-late-syn-ack", port=8232, near_miss_for="connect_timeout syn_scan")
def late_syn_ack(stage, port):
    """The first SYN-ACK is lost; half a second later the application cancels, and the repeated
    SYN-ACK draws a reset."""
    stage.listen(port)
    with stage.blocked("to_client", f"tcp sport {port}"):
        sock, flow = dial(stage, port)
        stage.pause(0.5)
        sock.close()
    stage.pause(1.2)
    stage.expect(flow, "connect_cancelled", by="client", never="injected half_open data_after_close")


@story("connect_timeout-ipv4-syn-ack-too-late", port=8233, near_miss_for="connect_cancelled")
@story("connect_timeout-ipv6-syn-ack-too-late", ip=6, port=8234, near_miss_for="connect_cancelled",
       network={"server_ttl": 255})
@story("connect_timeout-ipv4-seen-by-server", views="server", port=8235, near_miss_for="connect_cancelled",
       network={"client_ttl": 128})
def connect_timeout(stage, port):
    """Every SYN-ACK is lost until the client's kernel gives up connecting; then the path is back,
    and the server's next SYN-ACK is reset."""
    stage.client.sysctl("ipv4/tcp_syn_retries", 3)
    # Exponential steps of one second, as most stacks do.
    stage.client.sysctl("ipv4/tcp_syn_linear_timeouts", 0)
    stage.listen(port)
    sock = stage.caller()
    sock.settimeout(30)
    flow = stage.flow(sock, port)
    with stage.blocked("to_client", f"tcp sport {port}"):
        try:
            sock.connect((stage.address, port))
            raise RuntimeError("connected, though every SYN-ACK is lost")
        except OSError:
            pass
    sock.close()
    stage.pause(17)
    stage.expect(flow, "connect_timeout", by="client", never="injected half_open data_after_close")
