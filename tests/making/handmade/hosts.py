# SPDX-License-Identifier: GPL-2.0-or-later
"""Hosts and the habits of their TCP/IP stacks, as far as a capture shows them."""
import zlib
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Stack:
    ttl: int
    window: int                     # on the SYN, unscaled
    scaled_window: int              # later on, as it stands in the header
    syn_options: tuple[str, ...]    # in the order this stack writes them
    counts_ip_id: bool              # one counter per host; else 0 on packets with DF
    scale: int = 8
    abort_keeps_window: bool = False      # window in an active reset: current, or 0
    abort_keeps_timestamps: bool = False
    stray_reset_repeats_seq: bool = False  # plain RST with its seq in the ack field too

    @property
    def timestamps(self) -> bool:
        return "Timestamp" in self.syn_options


WINDOWS = Stack(128, 64240, 1026, ("MSS", "NOP", "WScale", "NOP", "NOP", "SAckOK"),
                counts_ip_id=True, stray_reset_repeats_seq=True)
OLD_WINDOWS = Stack(128, 65535, 65535, ("MSS", "NOP", "NOP", "SAckOK"),
                    counts_ip_id=True, scale=0, stray_reset_repeats_seq=True)
# tcp_output.c: "If a RST segment is sent, advertise a window of zero"; ip_id.c: 0 with DF.
FREEBSD = Stack(64, 65535, 1027, ("MSS", "NOP", "WScale", "SAckOK", "Timestamp"),
                counts_ip_id=False, scale=6, abort_keeps_timestamps=True)
MACOS = Stack(64, 65535, 2058, ("MSS", "NOP", "WScale", "NOP", "NOP", "Timestamp", "SAckOK", "EOL"),
              counts_ip_id=False, scale=6)
LINUX = Stack(64, 64240, 502, ("MSS", "SAckOK", "Timestamp", "NOP", "WScale"),
              counts_ip_id=True, scale=7, abort_keeps_window=True, abort_keeps_timestamps=True)
APPLIANCE = Stack(255, 4380, 4380, ("MSS", "SAckOK", "EOL"), counts_ip_id=True, scale=0)


@dataclass
class Host:
    stack: Stack
    ip: str
    hops: int = 0                   # routers between it and the capture point
    next_ip_id: int | None = None   # the counter of stacks that count
    mac: str = field(default="")

    def __post_init__(self) -> None:
        seed = zlib.crc32(self.ip.encode())
        self.mac = self.mac or "02:00:" + ":".join(f"{b:02x}" for b in seed.to_bytes(4, "big"))
        if self.next_ip_id is None:
            self.next_ip_id = seed & 0xFFFF

    @property
    def v6(self) -> bool:
        return ":" in self.ip

    @property
    def ttl(self) -> int:
        return self.stack.ttl - self.hops

    @property
    def counts_ip_id(self) -> bool:
        return self.stack.counts_ip_id and not self.v6

    def ip_id(self) -> int:
        self.next_ip_id = (self.next_ip_id + 1) & 0xFFFF or 1
        return self.next_ip_id
