# SPDX-License-Identifier: GPL-2.0-or-later
"""The form of each reset that one address sent in a capture, in words that hold for every capture: where its numbers
come from, not what they are.

A number may have several names at once: after a close the next number of the sender is also what its peer last
acknowledged. All of them are said.
"""

import subprocess
from dataclasses import dataclass

FIELDS = ("frame.time_epoch", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "ip.id", "ip.flags.df", "ip.ttl",
          "ipv6.hlim", "tcp.srcport", "tcp.dstport", "tcp.flags", "tcp.seq_raw", "tcp.ack_raw", "tcp.len",
          "tcp.window_size_value", "tcp.options")
FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10
LETTERS = ((SYN, "SYN"), (FIN, "FIN"), (RST, "RST"), (0x08, "PSH"), (ACK, "ACK"))
OPTIONS = {2: "MSS", 3: "WS", 4: "SACKperm", 5: "SACK", 8: "TS"}


def _frames(file):
    # A long HTTP body would be put together anew with each of its segments.
    command = ["tshark", "-r", str(file), "-n", "-o", "tcp.desegment_tcp_streams:FALSE",
               "-Y", "tcp && !icmp && !icmpv6", "-T", "fields"]
    for name in FIELDS:
        command += ["-e", name]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return [_Frame(dict(zip(FIELDS, line.split("\t")))) for line in done.stdout.splitlines()]


def option_names(text):
    """The options of a header, in hexadecimal, by name."""
    data, at, names = bytes.fromhex(text), 0, []
    while at < len(data) and data[at]:
        if data[at] == 1:
            at += 1
            continue
        names.append(OPTIONS.get(data[at], str(data[at])))
        at += max(2, data[at + 1])
    return "+".join(names) or "none"


class _Frame:
    def __init__(self, row):
        v6 = bool(row["ipv6.src"])
        self.time = float(row["frame.time_epoch"])
        self.source = (row["ipv6.src" if v6 else "ip.src"], int(row["tcp.srcport"]))
        self.target = (row["ipv6.dst" if v6 else "ip.dst"], int(row["tcp.dstport"]))
        self.flags = int(row["tcp.flags"], 16)
        self.seq, self.ack, self.length = (int(row[key] or 0) for key in ("tcp.seq_raw", "tcp.ack_raw", "tcp.len"))
        self.end = self.seq + self.length + bool(self.flags & SYN) + bool(self.flags & FIN)
        self.window = int(row["tcp.window_size_value"])
        self.ttl = int(row["ipv6.hlim" if v6 else "ip.ttl"])
        self.ip_id = None if v6 else int(row["ip.id"], 16)
        self.fragment = row["ip.flags.df"] in ("1", "True")
        self.options = option_names(row["tcp.options"])

    @property
    def letters(self):
        return ",".join(name for flag, name in LETTERS if self.flags & flag)


@dataclass
class _End:
    """What one end of a connection has shown so far."""

    next: int | None = None
    last: _Frame | None = None
    acked: int | None = None  # what it last acknowledged


@dataclass
class Form:
    """One reset, in words."""

    letters: str
    seq: str
    ack: str
    window: int
    ttl: int
    ip_id: str
    options: str
    after: str  # the peer's last segment before it, and how long before

    @property
    def words(self):
        return (self.letters, self.seq, self.ack, str(self.window), str(self.ttl), self.ip_id, self.options, self.after)


def _names(value, known):
    """Every name of a number; without one, how far it is from the first that is known."""
    names = [name for name, number in known if number is not None and number % 2**32 == value]
    if names:
        return " = ".join(names)
    name, number = next((pair for pair in known if pair[0] != "0" and pair[1] is not None), ("", 0))
    return f"{name} {(value - number + 2**31) % 2**32 - 2**31:+d}" if name else "a number of its own"


def _ip_id(frame, previous):
    if frame.ip_id is None:
        return "-"
    if previous is None:
        form = "first"
    elif frame.ip_id == previous == 0:
        form = "0"
    else:
        form = "counted" if frame.ip_id == (previous + 1) % 2**16 else "other"
    return form + (",DF" if frame.fragment else "")


def _form(reset, own, peer, previous):
    asked = peer.last
    seq = _names(reset.seq, (("own next", own.next), ("asked.ack", asked.ack if asked and asked.flags & ACK else None),
                             ("0", 0)))
    ack = _names(reset.ack, (("asked.end", asked.end if asked else None), ("asked.seq", asked.seq if asked else None),
                             ("acked before", own.acked), ("0", 0)))
    if not reset.flags & ACK:
        ack = f"no ACK, field {ack}"
    after = "nothing" if not asked else (f"{asked.letters}{f' {asked.length} bytes' if asked.length else ''}"
                                         f" {(reset.time - asked.time) * 1000:.1f} ms before")
    return Form(reset.letters, seq, ack, reset.window, reset.ttl, _ip_id(reset, previous), reset.options, after)


def forms(file, sender):
    """A Form for each reset that address `sender` sent, in order."""
    ends, previous, found = {}, None, []
    for frame in _frames(file):
        own = ends.setdefault((frame.source, frame.target), _End())
        peer = ends.setdefault((frame.target, frame.source), _End())
        ours = frame.source[0] == sender
        if frame.flags & RST and ours:
            found.append(_form(frame, own, peer, previous))
        previous = frame.ip_id if ours else previous
        if frame.flags & RST:
            continue
        fresh = frame.flags & SYN or own.next is None or (frame.end - own.next) % 2**32 < 2**31
        own.next = frame.end if fresh else own.next
        own.acked = frame.ack if frame.flags & ACK else None
        own.last = frame
    return found


def last_words(file, sender):
    """The last segment that address `sender` sent, where it sent no reset."""
    said = [frame.letters for frame in _frames(file) if frame.source[0] == sender]
    return said[-1] if said else "nothing"
