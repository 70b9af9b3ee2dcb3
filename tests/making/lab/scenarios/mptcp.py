# SPDX-License-Identifier: GPL-2.0-or-later
"""mptcp: the reset carries an MPTCP option that says why."""

import socket

from ..story import story
from .not_listening import expect_refusal


@story("mptcp-ipv4-fast-close", views="server", port=8270, near_miss_for="unread_data")
@story("mptcp-ipv6-fast-close", ip=6, port=8271, near_miss_for="unread_data", network={"server_ttl": 128})
def fast_close(stage, port):
    """An MPTCP client aborts; its reset carries MP_FASTCLOSE."""
    stage.protocol = socket.IPPROTO_MPTCP
    connection = stage.connect(stage.listen(port))
    connection.ask()
    stage.pause(0.2)
    stage.abort(connection.client)
    stage.pause(0.3)
    stage.expect(connection.flow, "mptcp", by="client", kernel="TCP_ABORT_ON_CLOSE", never="injected")
    stage.protocol = 0


@story("not_listening-ipv4-mptcp-syn", port=8272, near_miss_for="mptcp")
@story("not_listening-ipv6-mptcp-syn", ip=6, port=8273, near_miss_for="mptcp")
def refused(stage, port):
    """An MPTCP client asks for a closed port; the refusal itself has nothing to do with MPTCP."""
    stage.protocol = socket.IPPROTO_MPTCP
    flow = stage.refused(port)
    stage.protocol = 0
    expect_refusal(stage, flow)
