# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP frames of a capture, read by tshark; the innermost headers count."""

import collections
import subprocess
from dataclasses import dataclass

FIELDS = ("frame.number", "frame.time_epoch", "frame.interface_id", "sll.ifindex", "ip.src", "ip.dst",
          "ip.id", "ipv6.src", "ipv6.dst", "ipv6.flow", "tcp.srcport", "tcp.dstport", "tcp.flags",
          "tcp.seq", "tcp.ack", "tcp.len", "tcp.options.timestamp.tsval", "ip.ttl", "ipv6.hlim")

FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10


@dataclass
class Frame:
    """What labelling needs of one TCP frame."""

    number: int
    time: float
    interface: str
    sender: tuple
    receiver: tuple
    flags: int
    seq: int
    ack: int
    length: int
    identity: tuple = ()  # equal for the same packet seen in several places

    @property
    def reset(self):
        return bool(self.flags & RST)

    @property
    def acks(self):
        return bool(self.flags & ACK)

    @property
    def occupies(self):
        """How many sequence numbers the segment takes."""
        return self.length + bool(self.flags & SYN) + bool(self.flags & FIN)

    @property
    def end(self):
        return (self.seq + self.occupies) % 2**32


def _frame(row):
    v6 = bool(row["ipv6.src"])
    sender, receiver = ("ipv6.src", "ipv6.dst") if v6 else ("ip.src", "ip.dst")
    return Frame(int(row["frame.number"]), float(row["frame.time_epoch"]),
                 row["frame.interface_id"] + "/" + row["sll.ifindex"],
                 (row[sender], int(row["tcp.srcport"])), (row[receiver], int(row["tcp.dstport"])),
                 int(row["tcp.flags"], 16), int(row["tcp.seq"]), int(row["tcp.ack"] or 0), int(row["tcp.len"]))


def read_frames(file):
    """Every TCP frame, in order, each with its identity."""
    command = ["tshark", "-r", str(file), "-n", "-o", "tcp.relative_sequence_numbers:FALSE",
               "-Y", "tcp && !icmp && !icmpv6", "-T", "fields", "-E", "occurrence=l"]
    for name in FIELDS:
        command += ["-e", name]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    frames = []
    seen = collections.Counter()
    for line in done.stdout.splitlines():
        row = dict(zip(FIELDS, line.split("\t")))
        frame = _frame(row)
        # Passive resets to equal segments are equal to the last bit: number them as well,
        # per interface, since a capture of several interfaces holds real copies.
        same = (frame.sender, frame.receiver, frame.flags, frame.seq, frame.ack, frame.length,
                row["ip.id"], row["ipv6.flow"], row["tcp.options.timestamp.tsval"])
        seen[same, frame.interface] += 1
        frame.identity = (*same, seen[same, frame.interface])
        frames.append(frame)
    return frames
