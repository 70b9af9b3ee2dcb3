# SPDX-License-Identifier: GPL-2.0-or-later
"""Machines on the path that send segments in the name of a host, and what their victims do then."""
from dataclasses import dataclass

from scapy.layers.inet import IP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether

from capture import Capture, Frame
from conversation import OTHER, Conversation
from hosts import LINUX


@dataclass
class Device:
    """The habits of one forger. Where a field is None, each packet gets a random value."""
    ttl: int = 64               # as it arrives at the capture point
    ip_id: int | None = None
    df: bool = False
    tos: int = 0
    flow_label: int = 0
    mac: str = ""               # its own, when it stands on the captured segment; else the host's

    def reset(self, talk: Conversation, name: str, at: float, flags="R", *, seq: int, ack=0, window=0,
              ttl=None, ip_id=None, payload=b"", stamp: tuple[int, int] | None = None) -> Frame:
        """A reset that bears the address of `name`, "client" or "server"."""
        return self.segment(talk, name, at, flags, seq=seq, ack=ack, window=window, ttl=ttl, ip_id=ip_id,
                            payload=payload, stamp=stamp)

    def segment(self, talk: Conversation, name: str, at: float, flags: str, *, seq: int, ack: int, window: int,
                ttl=None, ip_id=None, payload=b"", stamp: tuple[int, int] | None = None) -> Frame:
        """Any forged segment. The host in whose name it goes knows nothing of it."""
        me, peer = talk.ends[name], talk.ends[OTHER[name]]
        before = talk.now, talk.last, me.nxt, peer.rcv, peer.echo
        talk.now, talk.last = at, None
        number = next(n for n in (ip_id, self.ip_id, talk.capture.random.randrange(1, 65536)) if n is not None)
        options = [("NOP", None), ("NOP", None), ("Timestamp", stamp)] if stamp else []
        frame = talk.emit(name, flags, payload, seq=seq, ack=ack, window=window, options=options, ip_id=number,
                          ttl=ttl or self.ttl, lost=True, mutate=self.stamped)
        talk.now, talk.last, me.nxt, peer.rcv, peer.echo = before
        return frame

    def stamped(self, packet) -> bytes:
        if IPv6 in packet:
            packet[IPv6].fl, packet[IPv6].tc = self.flow_label, self.tos
        else:
            packet[IP].flags, packet[IP].tos = "DF" if self.df else 0, self.tos
        if self.mac:
            packet[Ether].src = self.mac
        return bytes(packet)


def injected(c: Capture, frames: list[Frame], never=("malformed",), **more) -> Frame:
    """Labels one forged series; all but the first are repeats. Returns the first."""
    first = frames[0]
    for frame in frames:
        again = {"repeat_of": first} if frame is not first else {}
        c.expect(frame, "injected", never=never, origin="network", **{**again, **more})
    return first


def without_socket(talk: Conversation, segment: Frame) -> Frame:
    """A kernel's reply that belongs to no socket: Linux gives it IPv4 ID 0, and on IPv6 another flow label."""
    end = talk.ends[OTHER[segment.side]]
    label, end.flow_label = end.flow_label, end.flow_label ^ 0x2F00D
    zero = {"ip_id": 0} if end.host.stack is LINUX and not end.host.v6 else {}
    answer = talk.refuse(segment, **zero)
    end.flow_label = label
    return answer


def meets_a_dead_socket(c: Capture, talk: Conversation, segment: Frame, repeat_of: Frame | None = None) -> Frame:
    """The victim of a forged reset gets one more genuine segment, and answers as RFC 9293, 3.5.2 tells."""
    victim = OTHER[segment.side]
    answer = without_socket(talk, segment)
    again = {"repeat_of": repeat_of} if repeat_of else {}
    return c.expect(answer, "data_after_close", never=("injected", "firewall_reject"), trigger=segment,
                    origin=victim, **again)


def goes_on(c: Capture, talk: Conversation, side: str, sizes: list[int], pause=0.0002) -> None:
    """`side` knows of no reset and sends data (or an ACK, size 0); its dead peer answers each segment."""
    first = None
    for size in sizes:
        talk.last = side if first else talk.last  # one after the other, not one per round trip
        talk.wait(pause)
        segment = talk.send(side, size, lost=True) if size else talk.ack(side)
        told = meets_a_dead_socket(c, talk, segment, first)
        first = first or told


def between(talk: Conversation, to_client: float, to_server: float) -> Conversation:
    """The capture point stands on the path; the times are round trips from there to either host."""
    talk.reply_time = {"client": to_client, "server": to_server}
    return talk
