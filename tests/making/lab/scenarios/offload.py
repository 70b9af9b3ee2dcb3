# SPDX-License-Identifier: GPL-2.0-or-later
"""Segmentation offload at the client: its capture shows large pieces where the server sees many small ones."""

from ..forge import ACK, RST, Look
from ..forger import Forger, expect_forged, expect_victims
from ..story import story
from .injected import REQUEST, open_connection


@story("injected-ipv4-offload", views="client both", port=8993, network={"offload": True, "server_ttl": 128})
@story("injected-ipv6-offload", views="both-skewed", ip=6, port=8994, network={"offload": True})
def forged_during_upload(stage, port):
    """The client's device cuts its segments: its own capture shows one large piece where the server
    sees many. A device on the way resets the server behind them; the client goes on."""
    with Forger(stage) as forger:
        connection = open_connection(stage, port)
        flow = connection.flow
        upload = REQUEST + b"and a long body " * 400
        connection.client.sendall(upload)
        heard = forger.overhear(flow.client[1], b"forbidden")
        if heard.length < len(upload):
            heard = forger.overhear(flow.client[1], b"body")
        stage.pause(0.05)
        forger.strike(flow, "server", heard, RST | ACK, look=Look(ttl=33))
        stage.pause(0.05)
        connection.client.sendall(b"and its end\n")
        stage.wait_for_failure(connection.client, 5)
    expect_forged(stage, flow, "server", RST | ACK)
    expect_victims(stage, flow, "server")


@story("unread_data-ipv4-offload", views="both both-behind", port=8995, near_miss_for="injected",
       network={"offload": True})
def unread_upload(stage, port):
    """The client's capture shows large pieces that its device cuts. The server closes with this upload
    unread; its genuine reset is captured at both ends."""
    connection = open_connection(stage, port)
    connection.client.sendall(b"a long body " * 600)
    stage.pause(0.3)
    connection.server.close()
    stage.pause(0.1)
    stage.expect(connection.flow, "unread_data", kernel="TCP_ABORT_ON_CLOSE",
                 never="injected half_open")


@story("half_open-ipv4-offload", views="client both", port=8996, near_miss_for="injected data_after_close",
       network={"offload": True, "server_ttl": 128})
def half_open_offload(stage, port):
    """The server lost its state. The client sends one large piece, which its device cuts; the server's
    kernel resets every part of it."""
    connection = open_connection(stage, port)
    stage.vanish(connection.server)
    connection.client.sendall(b"as I was saying " * 350)
    stage.wait_for_failure(connection.client, 5)
    stage.pause(0.1)
    for number in range(6):  # how many parts depends on the segment size
        # Both the large piece and its part are the reset's trigger: the label names neither.
        stage.expect(connection.flow, "half_open", kernel=stage.stray(port), repeats=number > 0, asked=False,
                     optional=number > 0, never="injected application_abort")
