# SPDX-License-Identifier: GPL-2.0-or-later
"""The vocabulary the stories are written in: one TCP connection as a capture point sees it."""
from dataclasses import dataclass

from scapy.layers.inet import IP, TCP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether
from scapy.packet import Raw

from capture import Capture, Frame
from hosts import Host

OTHER = {"client": "server", "server": "client"}
REPLY, NEXT = 0.00018, 0.00004  # a near host's answer; the next packet of the same sender


@dataclass
class End:
    host: Host
    port: int
    nxt: int             # SND.NXT
    rcv: int = 0         # RCV.NXT
    flow_label: int = 0
    clock: int = 0       # timestamp clock at the start of the capture
    echo: int = 0        # the peer's newest timestamp


class Conversation:
    """Client and server; the far one answers after `rtt`. Sides are named "client" and "server"."""

    def __init__(self, capture: Capture, client: Host, server: Host, dport=80, *, sport=None,
                 isn=None, rtt=0.02, at=0.0, near="client", timestamps=None):
        draw = capture.random
        isn = isn or (draw.getrandbits(32), draw.getrandbits(32))
        sport = sport or draw.randrange(49152, 65535)
        self.capture, self.now, self.last = capture, at, None
        self.reply_time = {near: REPLY, OTHER[near]: rtt}
        self.ends = {side: End(host, port, first, 0, draw.randrange(1, 1 << 20), draw.getrandbits(31))
                     for side, host, port, first in (("client", client, sport, isn[0]),
                                                     ("server", server, dport, isn[1]))}
        both = (client.stack, server.stack)
        self.timestamps = all(s.timestamps for s in both) if timestamps is None else timestamps
        self.scaled = all(s.scale for s in both)

    # -- time ------------------------------------------------------------------------------
    def wait(self, seconds: float) -> "Conversation":
        self.now += seconds
        return self

    def pass_time(self, side: str) -> None:
        if self.last is not None:
            self.now += NEXT if side == self.last else self.reply_time[side]
        self.last = side

    # -- one packet ------------------------------------------------------------------------
    def emit(self, side, flags, payload=b"", *, seq=None, ack=None, window=None, options=None,
             lost=False, seen=True, ip_id=None, ttl=None, mutate=None, fixed=None) -> Frame:
        """A segment as `side` would send it; every field can be given instead."""
        me, peer = self.ends[side], self.ends[OTHER[side]]
        self.pass_time(side)
        seq = me.nxt if seq is None else seq % 2**32
        ack = (me.rcv if "A" in flags else 0) if ack is None else ack % 2**32
        window = self.window(side, flags) if window is None else window
        tcp = TCP(sport=me.port, dport=peer.port, seq=seq, ack=ack, flags=flags, window=window,
                  options=self.options(side, flags) if options is None else options)
        for name, value in (fixed or {}).items():
            setattr(tcp, name, value)
        packet = self.below(me, peer, ip_id, ttl or me.host.ttl) / tcp / (Raw(payload) if payload else b"")
        data = bytes(packet) if mutate is None else mutate(packet)
        frame = Frame(self.now, data, side, flags, seq, ack, payload)
        if ip_id is None and me.host.counts_ip_id:
            frame.counter = me.host
        if "R" not in flags:
            me.nxt = frame.end if 0 < (frame.end - me.nxt) % 2**32 < 2**31 else me.nxt
            if not lost and (seq == peer.rcv or "S" in flags):
                peer.rcv, peer.echo = frame.end, self.clock(me)
        return self.capture.add(frame) if seen else frame

    def below(self, me: End, peer: End, ip_id: int | None, ttl: int):
        ether = Ether(src=me.host.mac, dst=peer.host.mac)
        if me.host.v6:
            return ether / IPv6(src=me.host.ip, dst=peer.host.ip, hlim=ttl, fl=me.flow_label)
        return ether / IP(src=me.host.ip, dst=peer.host.ip, ttl=ttl, id=ip_id or 0, flags="DF")

    def clock(self, end: End) -> int:
        return (end.clock + int(self.now * 1000)) % 2**32

    def window(self, side: str, flags: str) -> int:
        stack = self.ends[side].host.stack
        if "S" in flags or not self.scaled:
            return stack.window
        return stack.scaled_window

    def options(self, side: str, flags: str) -> list:
        end = self.ends[side]
        stamp = ("Timestamp", (self.clock(end), end.echo))
        if "S" not in flags:
            return [("NOP", None), ("NOP", None), stamp] if self.timestamps and "R" not in flags else []
        values = {"MSS": 1440 if end.host.v6 else 1460, "WScale": end.host.stack.scale,
                  "Timestamp": stamp[1], "SAckOK": b""}
        names = [n for n in end.host.stack.syn_options if n != "Timestamp" or self.timestamps]
        return [(name, values.get(name)) for name in names]

    # -- what healthy hosts do -------------------------------------------------------------
    def syn(self, payload=b"", **k) -> Frame:
        return self.emit("client", "S", payload, **k)

    def syn_ack(self, **k) -> Frame:
        return self.emit("server", "SA", **k)

    def ack(self, side: str, **k) -> Frame:
        return self.emit(side, "A", **k)

    def handshake(self, **k) -> Frame:
        self.syn(**k)
        self.syn_ack(**k)
        return self.ack("client", **k)

    def send(self, side: str, what: int | bytes, **k) -> Frame:
        payload = what if isinstance(what, bytes) else bytes(97 + i % 26 for i in range(what))
        return self.emit(side, "PA", payload, **k)

    def exchange(self, request: int | bytes, response: int | bytes) -> Frame:
        """Request, response and the client's ACK: the shape of most traffic."""
        self.send("client", request)
        self.wait(0.004).send("server", response)
        return self.ack("client")

    def fin(self, side: str, **k) -> Frame:
        return self.emit(side, "FA", **k)

    def close(self, first: str = "client") -> Frame:
        self.fin(first)
        self.fin(OTHER[first])
        return self.ack(first)

    def midstream(self) -> "Conversation":
        """As if the handshake had happened before the capture began."""
        for side, end in self.ends.items():
            end.rcv = self.ends[OTHER[side]].nxt
            end.echo = self.clock(self.ends[OTHER[side]])
        return self

    # -- what goes wrong -------------------------------------------------------------------
    def retransmit(self, frame: Frame, lost=True) -> Frame:
        return self.emit(frame.side, frame.flags, frame.payload, seq=frame.seq, lost=lost)

    def back_off(self, frame: Frame, times: int, rto: float, cap=float("inf")) -> Frame:
        """Retransmit `times` on the doubling grid, then wait one step more. Returns the last one."""
        due, last = frame.seconds, frame
        for step in range(times):
            due += min(rto * 2**step, cap)
            self.now, self.last = due, None
            last = self.retransmit(frame)
        self.now, self.last = due + min(rto * 2**times, cap), None
        return last

    def keep_alive(self, side: str, garbage: bytes = b"\0") -> Frame:
        return self.emit(side, "A", garbage, seq=self.ends[side].nxt - 1, lost=True)

    def abort(self, side: str, payload=b"", **k) -> Frame:
        """An active reset: the socket is alive and its owner ends it (RFC 9293, 3.10.5)."""
        end, stack = self.ends[side], self.ends[side].host.stack
        stamped = self.timestamps and stack.abort_keeps_timestamps
        stamp = ("Timestamp", (self.clock(end), end.echo))
        k.setdefault("options", [("NOP", None), ("NOP", None), stamp] if stamped else [])
        k.setdefault("window", self.window(side, "RA") if stack.abort_keeps_window else 0)
        return self.emit(side, "RA", payload, **k)

    def refuse(self, trigger: Frame, **k) -> Frame:
        """A reset made from nothing but the segment it answers (RFC 9293, 3.5.2 group 1)."""
        side = OTHER[trigger.side]
        if "A" not in trigger.flags:
            return self.emit(side, "RA", seq=0, ack=trigger.end, window=0, options=[], **k)
        ack = trigger.ack if self.ends[side].host.stack.stray_reset_repeats_seq else 0
        return self.emit(side, "R", seq=trigger.ack, ack=ack, window=0, options=[], **k)
