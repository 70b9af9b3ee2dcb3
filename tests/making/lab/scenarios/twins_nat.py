# SPDX-License-Identifier: GPL-2.0-or-later
"""Twins of a packet past a NAT: without the NAT's other side in view, it looks like three other things."""

from ..forge import RST, Ear, Look, send
from ..forger import expect_forged
from .nat import connect_through, forget, hide_clients
from .nat_bypassed import expect_bypassed, open_service
from .twins import twin


@twin("nat_bypassed-twin-at-the-server", "server", port=9515, bypassed=True,
      twins={"other_side_not_in_view": "half_open-twin-behind-a-nat.server"})
@twin("half_open-twin-behind-a-nat", "server", port=9516, bypassed=False,
      twins={"other_side_not_in_view": "nat_bypassed-twin-at-the-server.server"})
def at_the_server(stage, port, bypassed):
    """At the server: the client resets what the server says. The NAT had lost its mapping, so it came to the
    client as a stranger's; or the client has lost the connection."""
    connection, inside = open_service(stage, port)
    if bypassed:
        forget(stage)
    else:
        stage.vanish(connection.client)
    connection.server.sendall(b"breaking news\n")
    stage.wait_for_failure(connection.server, 5)
    if bypassed:
        expect_bypassed(stage, inside)
        stage.vanish(connection.client)
    else:
        stage.expect(connection.flow, "half_open", by="client", behind_nat=inside, never="injected")


@twin("nat_bypassed-twin-ends-at-the-host", "server", port=9517, bypassed=True,
      twins={"nat_or_its_filter": "firewall_reject-twin-at-the-nat.server"})
@twin("firewall_reject-twin-at-the-nat", "server", port=9518, bypassed=False,
      twins={"nat_or_its_filter": "nat_bypassed-twin-ends-at-the-host.server"})
def at_the_nat(stage, port, bypassed):
    """At the server: what it says is reset from one hop nearer than its client. The NAT there has lost its
    mapping, and its own kernel answers; or a rule of the NAT's rejects it."""
    hide_clients(stage)
    connection, inside = connect_through(stage, stage.listen(port))
    connection.ask()
    stage.pause(0.15)
    if bypassed:
        forget(stage)
    else:
        stage.firewall(stage.router, f"tcp sport {port}")
    connection.server.sendall(b"breaking news\n")
    stage.wait_for_failure(connection.server, 5)
    stage.captures.finish()
    if bypassed:
        expect_bypassed(stage, inside, at="server", origin="network")
    else:
        stage.expect(inside, "firewall_reject", by="client", kernel=None, at="server", origin="network",
                     never="injected")
    stage.vanish(connection.client)


@twin("nat_bypassed-twin-goes-on", "server", port=9519, how="bypassed",
      twins={"alive_or_filtered": "firewall_reject-twin-goes-on.server"})
@twin("firewall_reject-twin-goes-on", "server", port=9520, how="filtered",
      twins={"alive_or_filtered": "nat_bypassed-twin-goes-on.server"})
@twin("nat_bypassed-twin-goes-on-ipv6", "server", ip=6, port=9521, how="bypassed",
      twins={"alive_or_forged": "injected-twin-goes-on-ipv6.server"})
@twin("injected-twin-goes-on-ipv6", "server", ip=6, port=9522, how="forged",
      twins={"alive_or_forged": "nat_bypassed-twin-goes-on-ipv6.server"})
def goes_on(stage, port, how):
    """At the server: its news are reset in the client's name, and then the client speaks on, unaware. The news came to
    the client past a NAT that had lost its mapping; or the client's own filter rejected them; or a device kept them
    back and plays the client's kernel."""
    connection, inside = open_service(stage, port)
    news = b"breaking news\n"
    with Ear(stage.router, "toserver") as ear:
        if how == "bypassed":
            stage.router.run("conntrack", "-F")  # and it takes the client's words up again
        elif how == "filtered":
            stage.firewall(stage.client, "tcp sport 80")
        else:
            stage.block("to_client")
        connection.server.sendall(news)
        if how == "forged":
            heard = ear.hear(port, lambda heard: heard.payload == news)
            send(stage.router, inside.client, inside.server, RST, heard.ack,
                 look=Look(ttl=63, window=0, flow_label=0x5eed5))
        stage.wait_for_failure(connection.server, 5)
    stage.pause(0.1)
    if how == "bypassed":
        expect_bypassed(stage, inside)
    elif how == "filtered":
        stage.no_firewall(stage.client)
        stage.expect(connection.flow, "firewall_reject", by="client", kernel=None, behind_nat=inside)
    else:
        stage.unblock()
        expect_forged(stage, inside, "server", asked=True)
    connection.client.sendall(b"and now?\n")
    stage.wait_for_failure(connection.client, 5)
    stage.expect(connection.flow, "data_after_close", kernel=stage.stray(port), behind_nat=inside)
