# SPDX-License-Identifier: GPL-2.0-or-later
"""A capture in the making: frames in any order, each reset with what must be said of it."""
import json
import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pcapng
from hosts import Host
from kept import new_capture_path

EPOCH = 1_700_000_000  # all captures begin within four months after this second


@dataclass(eq=False)
class Frame:
    """One frame, with the TCP numbers that later frames want to refer to."""
    seconds: float
    data: bytes
    side: str = ""
    flags: str = ""
    seq: int = 0
    ack: int = 0
    payload: bytes = b""
    interface: int = 0
    label: dict = field(default_factory=dict)
    counter: Host | None = None     # whose IPv4 ID counter this packet takes a number of
    original: "Frame | None" = None  # of a copy
    altered: Callable[[bytes], bytes] = bytes  # what happened to the copy on its way

    @property
    def space(self) -> int:
        """What the segment takes of the sequence space."""
        return len(self.payload) + self.flags.count("S") + self.flags.count("F")

    @property
    def end(self) -> int:
        return (self.seq + self.space) & 0xFFFFFFFF


class Capture:
    def __init__(self, name: str):
        self.name = name
        self.random = random.Random(name)
        self.frames: list[Frame] = []
        self.interfaces = [pcapng.Interface()]
        self.start = EPOCH + zlib.crc32(name.encode()) % 10_000_000

    def add(self, frame: Frame) -> Frame:
        self.frames.append(frame)
        return frame

    def copy(self, frame: Frame, micros: int, altered=bytes, interface: int = 0) -> Frame:
        """The same packet caught again: no retransmission, whatever it looks like."""
        again = replace(frame, seconds=frame.seconds + micros / 1e6, original=frame, altered=altered,
                        interface=interface, label=dict(frame.label))
        if again.label:
            again.label["repeat_of"] = frame
        return self.add(again)

    def expect(self, frame: Frame, reason: str, never=("injected",), **more) -> Frame:
        """The label of one reset; `more`: origin, trigger, repeat_of, retransmissions."""
        frame.label = {"reason": reason, "never": list(never), **more}
        return frame

    def ordered(self) -> list[Frame]:
        return sorted(self.frames, key=lambda f: round(f.seconds * 1e6))

    def settle(self) -> None:
        """Numbers IPv4 packets in the order of time, which is not the order of the script."""
        for f in self.ordered():
            if f.original:
                f.data = f.altered(f.original.data)
            elif f.counter:
                f.data = with_ip_id(f.data, f.counter.ip_id())

    def labels(self) -> list[dict]:
        frames = self.ordered()
        number = {id(f): n for n, f in enumerate(frames, 1)}
        found = []
        for f in frames:
            if not f.label:
                assert "R" not in f.flags, f"{self.name}: frame {number[id(f)]} has no label"
                continue
            told = {k: number[id(v)] if isinstance(v, Frame) else v for k, v in f.label.items()}
            found.append({"frame": number[id(f)], **told})
        return found

    def write(self, folder: Path, about: dict) -> None:
        self.settle()
        records = [pcapng.Record(self.start * 1_000_000 + round(f.seconds * 1e6), f.data, f.interface)
                   for f in self.ordered()]
        path = new_capture_path(self.name, folder)
        pcapng.write(path, pcapng.File(self.interfaces, records))
        write_label(path.with_suffix(".json"), {**about, "resets": self.labels()})


def with_ip_id(frame: bytes, ip_id: int) -> bytes:
    """The Ethernet frame with another IPv4 ID and the header checksum that belongs to it."""
    size = (frame[14] & 15) * 4
    header = bytearray(frame[14:14 + size])
    header[4:6], header[10:12] = ip_id.to_bytes(2, "big"), b"\0\0"
    total = sum(int.from_bytes(header[i:i + 2], "big") for i in range(0, size, 2))
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    header[10:12] = (total ^ 0xFFFF).to_bytes(2, "big")
    return frame[:14] + bytes(header) + frame[14 + size:]


def write_label(path: Path, label: dict) -> None:
    """JSON with one reset per line, so that a review can read it."""
    head = {k: v for k, v in label.items() if k != "resets"}
    lines = [f"  {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}," for k, v in head.items()]
    resets = ",\n".join("    " + json.dumps(r) for r in label["resets"])
    lines.append('  "resets": [' + (f"\n{resets}\n  ]" if resets else "]"))
    path.write_text("{\n" + "\n".join(lines) + "\n}\n", encoding="utf-8")
