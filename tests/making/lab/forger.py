# SPDX-License-Identifier: GPL-2.0-or-later
"""A device beside the router that overhears a connection and forges resets in its ends' names."""

from dataclasses import replace

from .forge import ACK, RST, Ear, Look, segment, send_packet, timestamps

# What a reset of that form is never taken for.
PASSIVE = {"never": "application_abort unread_data data_after_close"}
ACTIVE = {"never": "half_open data_after_close retransmission_timeout"}
REFUSAL = {"never": "service_stopped half_open"}


class Forger:
    """Listens on the client's side of the router; a context manager."""

    def __init__(self, stage):
        self.stage = stage
        self.ear = Ear(stage.router, "toclient")

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.ear.__exit__(*exception)

    def overhear(self, port, word=b""):
        """The next segment from that port that carries `word`."""
        return self.ear.hear(port, lambda heard: word in heard.payload)

    def strike(self, flow, victim, heard, flags=RST, ahead=0, look=Look(), inside=None,
               link_address=None):
        """Reset `victim` in the other end's name, with numbers taken from an overheard segment of
        either; `ahead` guesses the sequence number too high. `inside` is the flow behind a NAT.
        With a link-layer address it strikes from the client's own link (and `heard` is the client's)."""
        if heard.port == flow.end(victim)[1]:
            seq, ack = heard.ack, heard.end
        else:
            seq, ack = heard.end, heard.ack
        seen = inside or flow
        packet = segment(seen.other(victim), seen.end(victim), flags, seq + ahead,
                         ack if flags & ACK else 0, look=look)
        if link_address:
            self.ear.answer_as(link_address, heard, packet)
        else:
            send_packet(self.stage.router, packet)


def expect_forged(stage, flow, victim, flags=RST, **more):
    """Foretell a forged reset; by its form it might have been any of a few honest ones, at first."""
    by = "server" if victim == "client" else "client"
    more = {"asked": False, **(PASSIVE if flags == RST else ACTIVE), **more}
    stage.expect(flow, "injected", by=by, at="router" if victim == "client" else "server", kernel=None,
                 forged=True, origin="network", **more)


def expect_victims(stage, flow, victim="client", count=1, **more):
    """Foretell the resets with which the victim's kernel answers genuine segments afterwards."""
    kernel = "NO_SOCKET" if victim == "client" else stage.stray(flow.server[1])
    for number in range(count):
        stage.expect(flow, "data_after_close", by=victim, kernel=kernel, repeats=number > 0,
                     never="injected", **more)


def like(heard, echo, later=1):
    """The look of the sender's next segment: the same hops, the next IP-ID, timestamps that fit."""
    v6 = heard.frame[12] == 0x86
    stamp = heard.timestamps
    return Look(ttl=heard.ttl, ip_id=None if v6 else (heard.ip_id + 1) % 65536, window=heard.window,
                flow_label=heard.flow_label if v6 else 0,
                options=timestamps(stamp[0] + later, echo.timestamps[0]) if stamp else b"")


def bare(look):
    """A kernel's reset without a socket: no window, no options, no ID."""
    return replace(look, window=0, options=b"", ip_id=None if look.ip_id is None else 0)
