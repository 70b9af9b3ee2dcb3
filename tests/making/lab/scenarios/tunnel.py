# SPDX-License-Identifier: GPL-2.0-or-later
"""Inside a VXLAN tunnel between the hosts, captured outside of it."""

from ..story import story
from .not_listening import expect_refusal


def raise_tunnel(stage, inner):
    """From here on the hosts talk through the tunnel, with addresses of their own."""
    for number, (node, far) in enumerate(((stage.client, stage.server), (stage.server, stage.client)), 1):
        node.run("ip", "link", "add", "tunnel", "type", "vxlan", "id", "42", "dstport", "4789",
                 "remote", far.address[4], "local", node.address[4])
        node.run("ip", "addr", "add", f"{inner}{number}/{24 if stage.ip == 4 else 64}", "dev", "tunnel",
                 *(() if stage.ip == 4 else ("nodad",)))
        node.run("ip", "link", "set", "tunnel", "up")
        node.address = {**node.address, stage.ip: f"{inner}{number}"}
        stage.more_addresses.add(f"{inner}{number}")
    stage.address = stage.server.address[stage.ip]


@story("not_listening-ipv4-inside-vxlan", views="client router", port=8250, inner="192.168.77.")
@story("not_listening-ipv6-inside-vxlan", views="router", ip=6, port=8251, inner="fd77::")
def refused_inside(stage, port, inner):
    """A connection inside a VXLAN tunnel is refused by the server's kernel."""
    raise_tunnel(stage, inner)
    stage.talk()
    expect_refusal(stage, stage.refused(port))


@story("application_abort-ipv4-inside-vxlan", views="router server", port=8252, inner="192.168.78.")
@story("application_abort-ipv6-inside-vxlan", views="client", ip=6, port=8253, inner="fd78::",
       network={"delay_ms": 4})
def aborted_inside(stage, port, inner):
    """A connection inside a VXLAN tunnel is aborted by the client in mid-exchange."""
    raise_tunnel(stage, inner)
    connection = stage.connect(stage.listen(port))
    for _ in range(2):
        connection.ask()
    connection.say("client", b"a question that is read but not answered\n")
    stage.pause(0.2)
    stage.abort(connection.client)
    stage.pause(0.1)
    stage.expect(connection.flow, "application_abort", by="client", kernel="TCP_STATE", never="injected unread_data")
