# SPDX-License-Identifier: GPL-2.0-or-later
"""The client's and the server's capture merged: what arrived, what was made or lost in between."""

from ..forge import ACK, RST, Look
from ..forger import Forger, expect_forged, expect_victims
from ..story import story
from . import firewall_reject, half_open, idle_timeout, not_listening
from .injected import REQUEST, open_connection
from .nat import connect_through, hide_clients, publish

QUESTION = b"a question that is read but not answered\n"


@story("application_abort-ipv4-two-captures", views="both both-skewed both-late", port=8970, by="server",
       near_miss_for="injected", network={"delay_ms": 10, "server_ttl": 128})
@story("application_abort-ipv6-two-captures", views="both-behind", ip=6, port=8971, by="client",
       near_miss_for="injected", clock_offset=-0.03, network={"delay_ms": 10, "timestamps": False})
@story("application_abort-ipv4-an-hour-apart", views="both-skewed", port=8972, by="server",
       near_miss_for="injected", clock_offset=3600.0)
def arrives(stage, port, by):
    """One end aborts in the middle of an exchange; its reset leaves it and reaches the other one."""
    connection = open_connection(stage, port)
    stage.server_capture_starts()
    connection.ask(b"one more\n", b"here it is\n")
    connection.say("client" if by == "server" else "server", QUESTION)
    stage.pause(0.15)
    stage.abort(getattr(connection, by))
    stage.pause(0.15)
    stage.expect(connection.flow, "application_abort", by=by, kernel="TCP_STATE", never="injected firewall_reject half_open")


@story("application_abort-ipv4-before-second-capture", views="both-late", port=8997, near_miss_for="injected",
       network={"delay_ms": 10})
@story("application_abort-ipv6-before-second-capture", views="both-late", ip=6, port=8998,
       near_miss_for="injected", network={"server_ttl": 128})
def too_early(stage, port):
    """The server aborts before its capture starts: that its own capture lacks the reset proves nothing.
    Later traffic is captured at both ends."""
    listener = stage.listen(port)
    connection = stage.connect(listener)
    connection.ask()
    connection.say("client", QUESTION)
    stage.pause(0.15)
    stage.abort(connection.server)
    stage.pause(0.3)
    stage.server_capture_starts()
    stage.expect(connection.flow, "application_abort", kernel="TCP_STATE", never="injected firewall_reject half_open")
    later = stage.connect(listener)
    later.ask()
    later.close()


@story("application_abort-ipv4-swallowed", views="both both-skewed", port=8973, near_miss_for="injected",
       network={"delay_ms": 8})
@story("application_abort-ipv6-swallowed", views="both-behind both-late", ip=6, port=8974, near_miss_for="injected",
       network={"delay_ms": 5, "server_ttl": 255})
def swallowed(stage, port):
    """The server aborts, and a device on the way swallows its reset; the client waits on, in vain,
    for an answer."""
    connection = open_connection(stage, port)
    stage.server_capture_starts()
    connection.ask(b"one more\n", b"here it is\n")
    connection.say("client", QUESTION)
    stage.pause(0.15)
    with stage.blocked("to_client", "tcp flags & rst == rst"):
        stage.abort(connection.server)
        stage.pause(0.5)
    stage.vanish(connection.client)
    stage.expect(connection.flow, "application_abort", kernel="TCP_STATE", dropped=True, never="injected firewall_reject half_open")


@story("firewall_reject-ipv4-syn-two-captures", views="both both-late", port=8975,
       near_miss_for="injected", network={"delay_ms": 10, "server_ttl": 128})
@story("firewall_reject-ipv6-syn-two-captures", views="both-skewed", ip=6, port=8976,
       near_miss_for="injected")
def rejected_on_the_way(stage, port):
    """A firewall on the path refuses the SYN in the server's name; the server never sees it."""
    stage.server_capture_starts()
    firewall_reject.router_rejects_syn(stage, port)


@story("firewall_reject-ipv4-mid-stream-two-captures", views="both both-behind", port=8977,
       near_miss_for="injected", network={"delay_ms": 6})
@story("firewall_reject-ipv6-mid-stream-two-captures", views="both-skewed", ip=6, port=8978,
       near_miss_for="injected", network={"delay_ms": 6, "server_ttl": 128})
def rejected_mid_stream(stage, port):
    """A new rule on the path rejects an established connection, of which the server still knows; later
    it speaks and meets the client's closed socket."""
    firewall_reject.router_rejects_mid_stream(stage, port)


@story("firewall_reject-ipv4-host-two-captures", views="both", port=8999, near_miss_for="injected",
       network={"delay_ms": 6})
@story("firewall_reject-ipv6-host-two-captures", views="both-skewed", ip=6, port=9001, near_miss_for="injected")
def rejected_at_the_host(stage, port):
    """The server's own firewall refuses the SYN: the refusal leaves the server and reaches the client."""
    firewall_reject.host_rejects_syn(stage, port)


@story("firewall_reject-ipv4-state-flushed-two-captures", views="both both-skewed", port=9002,
       near_miss_for="injected idle_timeout", network={"server_ttl": 128, "delay_ms": 5})
def state_flushed(stage, port):
    """A stateful firewall on the path forgets the connection and rejects the client's next segment in
    the server's name, which the server's capture shows to know nothing of it."""
    idle_timeout.firewall_forgets(stage, port, silence=0.3)


@story("not_listening-ipv6-two-captures", views="both-skewed", ip=6, port=8979, network={"delay_ms": 7})
def refused(stage, port):
    """A client connects to a port where nobody listens; the refusal is captured at both ends, whose
    clocks differ."""
    not_listening.closed_port(stage, port)


@story("half_open-ipv4-two-captures", views="both-behind", port=8980, near_miss_for="injected data_after_close",
       network={"delay_ms": 9})
@story("half_open-ipv6-two-captures", views="both", ip=6, port=8981, near_miss_for="injected data_after_close",
       network={"server_ttl": 128})
def state_lost(stage, port):
    """The server's state disappears without FIN or RST; the reset that answers the client's next data
    is captured at both ends."""
    half_open.server_crashed(stage, port)


@story("data_after_close-ipv4-two-captures", views="both-skewed both-late", port=8982,
       near_miss_for="injected half_open", network={"delay_ms": 11})
@story("data_after_close-ipv6-two-captures", views="both-behind", ip=6, port=8983,
       near_miss_for="injected half_open", network={"delay_ms": 7})
def closed_server(stage, port):
    """Two segments are on their way when the server has already closed; each is reset, and each reset
    arrives."""
    connection = open_connection(stage, port)
    stage.server_capture_starts()
    connection.ask(b"one more\n", b"here it is\n")
    connection.server.close()
    for number in range(2):
        connection.client.sendall(b"chunk %d\n" % number)
    stage.pause(0.2)
    for number in range(2):
        stage.expect(connection.flow, "data_after_close", repeats=number > 0,
                     kernel=stage.stray(port) if number else "TCP_ABORT_ON_DATA", never="half_open injected")


@story("healthy-ipv4-two-clocks", views="both-skewed both-behind", port=8984, near_miss_for="injected",
       network={"delay_ms": 5})
@story("healthy-ipv6-two-clocks", views="both-behind both-late", ip=6, port=8985, near_miss_for="injected",
       clock_offset=-0.004, network={"delay_ms": 3, "timestamps": False})
def healthy(stage, port):
    """Two ordinary connections, captured at both ends, whose clocks differ or whose captures do not
    start together. Nothing is reset."""
    connection = open_connection(stage, port)
    stage.server_capture_starts()
    connection.ask(b"and now?\n", b"all is well\n")
    connection.close()
    stage.talk(port + 1000, rounds=3)


@story("injected-ipv4-behind-nat", views="client server both both-skewed", port=8986, victim="client",
       network={"delay_ms": 12})
@story("injected-ipv6-behind-nat", views="both both-behind", ip=6, port=8987, victim="server",
       network={"delay_ms": 10, "server_ttl": 128})
@story("injected-ipv4-published-port", views="both", port=9003, victim="client", published=True,
       network={"delay_ms": 12, "server_ttl": 128})
def forged_beside_nat(stage, port, victim, published=False):
    """A NAT hides the client from the server, or the server from the client. A device beside it resets
    one end in the other's name; the other knows nothing of that."""
    target = publish(stage, port, port + 10000) if published else None
    if not published:
        hide_clients(stage)
    listener = stage.listen(port)
    with Forger(stage) as forger:
        connection, inside = connect_through(stage, listener, target)
        connection.ask()
        stage.pause(0.15)
        connection.client.sendall(REQUEST)
        heard = forger.overhear(connection.flow.client[1], b"forbidden")
        flags = RST if victim == "client" else RST | ACK
        forger.strike(connection.flow, victim, heard, flags, look=Look(ttl=59, window=0),
                      inside=inside if victim == "server" else None)
        if victim == "client":
            connection.server.recv(1000)
            connection.server.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            stage.pause(0.2)
        else:
            stage.wait_for_failure(connection.client, 5)
    expect_forged(stage, connection.flow, victim, flags, asked=victim == "client", behind_nat=inside)
    expect_victims(stage, connection.flow, victim, behind_nat=inside)


@story("application_abort-ipv4-behind-nat", views="both", port=8988, near_miss_for="injected", lost=False,
       network={"delay_ms": 8})
@story("application_abort-ipv4-swallowed-behind-nat", views="both both-skewed", port=8989, near_miss_for="injected",
       lost=True, network={"delay_ms": 8})
@story("application_abort-ipv6-behind-nat", views="both-behind", ip=6, port=8990,
       near_miss_for="injected", lost=False, noise=False, network={"server_ttl": 128})
def abort_through_nat(stage, port, lost):
    """Behind a NAT the client aborts; its reset reaches the server under another address and port, or
    is swallowed behind the NAT and only the next data tell the client's fate."""
    hide_clients(stage)
    connection, inside = connect_through(stage, stage.listen(port))
    connection.ask()
    connection.say("server", QUESTION)
    stage.pause(0.15)
    if lost:
        stage.block("to_server", "tcp flags & rst == rst")
    stage.abort(connection.client)
    stage.pause(0.2)
    stage.expect(connection.flow, "application_abort", by="client", kernel="TCP_STATE", dropped=lost,
                 behind_nat=inside, never="injected firewall_reject half_open")
    if lost:
        stage.unblock()
        connection.server.sendall(b"are you still there?\n")
        stage.wait_for_failure(connection.server, 5)
        stage.expect(connection.flow, "data_after_close", by="client", repeats=True, behind_nat=inside,
                     never="injected")


@story("half_open-ipv6-published-port", views="both-skewed", ip=6, port=8991, near_miss_for="injected",
       network={"delay_ms": 6})
@story("half_open-ipv4-published-port", views="client both", port=8992, near_miss_for="injected",
       network={"server_ttl": 128, "delay_ms": 6})
def behind_published_port(stage, port):
    """A router forwards a port of its own address to a server, which loses its state: the kernel's
    reset of the client's next data comes back under the router's address."""
    connection, inside = connect_through(stage, stage.listen(port), publish(stage, port, port + 10000))
    connection.ask()
    stage.pause(0.15)
    stage.vanish(connection.server)
    connection.client.sendall(b"as I was saying\n")
    stage.wait_for_failure(connection.client, 5)
    stage.expect(connection.flow, "half_open", kernel=stage.stray(port), behind_nat=inside,
                 never="injected application_abort")
