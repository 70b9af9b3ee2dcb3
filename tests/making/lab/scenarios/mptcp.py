# SPDX-License-Identifier: GPL-2.0-or-later
"""mptcp: the reset carries an MPTCP option that says why."""

import contextlib
import socket
import struct

from ..forge import ACK, SYN, Ear, Look, send
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


MPTCP, FASTCLOSE, BOTH_KEYS = 30, 0x70, 20  # RFC 8684 §3.1, §3.5; the length of MP_CAPABLE on the third ACK


def option_of(heard):
    """The option of Multipath TCP that a segment carries; empty without one."""
    at, options = 0, heard.options
    while at + 1 < len(options) and options[at]:
        if options[at] == MPTCP:
            return options[at:at + options[at + 1]]
        at += 1 if options[at] == 1 else options[at + 1]
    return b""


@contextlib.contextmanager
def spoken(stage, port):
    """A multipath connection on which the client has asked and is answered, and its last segment; with what
    ends it for the server, which holds the key that goes with it."""
    stage.protocol = socket.IPPROTO_MPTCP
    with Ear(stage.router, "toclient") as ear:
        connection = stage.connect(stage.listen(port))
        third = ear.hear(connection.flow.client[1],
                         lambda h: not h.flags & SYN and len(option_of(h)) >= BOTH_KEYS)
        connection.ask()
        last = ear.hear(connection.flow.client[1], lambda h: not h.length and h.seq != third.seq)
        stage.pause(0.2)
        key = option_of(third)[12:BOTH_KEYS]
        yield connection, last, struct.pack("!BBBB", MPTCP, 4 + len(key), FASTCLOSE, 0) + key
    stage.protocol = 0


@story("mptcp-ipv4-fast-close-on-an-ack", port=8276, near_miss_for="application_abort fast_close injected")
@story("mptcp-ipv6-fast-close-on-an-ack", views="server", ip=6, port=8277,
       near_miss_for="application_abort fast_close injected", network={"delay_ms": 5})
def fast_close_on_an_ack(stage, port):
    """A client's stack ends the whole multipath connection by MP_FASTCLOSE on an ACK (RFC 8684 §3.5, option A; the
    lab sends that ACK in the kernel's place). The server's kernel carries it out by a reset."""
    with spoken(stage, port) as (connection, last, option):
        send(stage.client, *connection.flow, ACK, last.seq, last.ack, look=Look(window=last.window, options=option))
        stage.wait_for_failure(connection.server, 5)
        stage.pause(0.2)
    stage.expect(connection.flow, "mptcp", origin="client", kernel="MPTCP_RST_EUNSPEC",
                 never="application_abort fast_close injected half_open")


@story("application_abort-ipv4-fast-close-with-a-wrong-key", port=8278, near_miss_for="mptcp")
def wrong_key(stage, port):
    """The same ACK from somebody who does not know the key: the server ignores it, and the conversation goes on.
    Later an administrator kills its socket (ss -K): a reset with MP_TCPRST, and no reason in it."""
    with spoken(stage, port) as (connection, last, option):
        send(stage.client, *connection.flow, ACK, last.seq, last.ack,
             look=Look(window=last.window, options=option[:4] + bytes(8)))
        connection.ask()
        connection.say("client", b"a question that is read and never answered\n")
        stage.pause(0.2)
        stage.kill("server", connection.flow)
        stage.pause(0.2)
    stage.expect(connection.flow, "application_abort", kernel="TCP_STATE", never="mptcp injected")


@story("not_listening-ipv4-mptcp-syn", port=8272, near_miss_for="mptcp")
@story("not_listening-ipv6-mptcp-syn", ip=6, port=8273, near_miss_for="mptcp")
def refused(stage, port):
    """An MPTCP client asks for a closed port; the refusal itself has nothing to do with MPTCP."""
    stage.protocol = socket.IPPROTO_MPTCP
    flow = stage.refused(port)
    stage.protocol = 0
    expect_refusal(stage, flow)
