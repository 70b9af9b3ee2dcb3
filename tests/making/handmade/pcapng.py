# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads and writes the part of pcapng that captures of this project use.

Written out here, not borrowed from scapy, because the files must be the same
byte for byte whoever makes them, and because one file may hold several
interfaces and link types (draft-ietf-opsawg-pcapng, sections 4.1 to 4.3).
"""
import struct
from dataclasses import dataclass, field
from pathlib import Path

ETHERNET, RAW_IP, LINUX_SLL, LINUX_SLL2 = 1, 101, 113, 276

SECTION, INTERFACE, SIMPLE, PACKET = 0x0A0D0D0A, 1, 3, 6
COMMENT, IF_NAME, IF_TSRESOL = 1, 2, 9


@dataclass(frozen=True)
class Interface:
    link_type: int = ETHERNET
    name: str = "eth0"


@dataclass(frozen=True)
class Record:
    """One captured packet; `length` is that on the wire when the capture cut it."""
    micros: int
    data: bytes
    interface: int = 0
    length: int | None = None


@dataclass
class File:
    interfaces: list[Interface] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    comment: str = ""  # Wireshark shows it in the Capture File Properties


def padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)


def block(kind: int, body: bytes) -> bytes:
    size = 12 + len(body)
    return struct.pack("<II", kind, size) + body + struct.pack("<I", size)


def option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + padded(value)


def encoded(file: File) -> bytes:
    comment = option(COMMENT, file.comment.encode()) + option(0, b"") if file.comment else b""
    out = [block(SECTION, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + comment)]
    for i in file.interfaces:
        options = option(IF_NAME, i.name.encode()) + option(IF_TSRESOL, b"\x06") + option(0, b"")
        out.append(block(INTERFACE, struct.pack("<HHI", i.link_type, 0, 262144) + options))
    for r in file.records:
        head = struct.pack("<IIIII", r.interface, r.micros >> 32, r.micros & 0xFFFFFFFF,
                           len(r.data), len(r.data) if r.length is None else r.length)
        out.append(block(PACKET, head + padded(r.data)))
    return b"".join(out)


def write(path: Path, file: File) -> None:
    path.write_bytes(encoded(file))


def options_of(body: bytes) -> dict[int, bytes]:
    found, at = {}, 0
    while at + 4 <= len(body):
        code, size = struct.unpack_from("<HH", body, at)
        if code == 0:
            break
        found[code] = body[at + 4:at + 4 + size]
        at += 4 + size + (-size % 4)
    return found


def ticks_per_second(resolution: int) -> int:
    return 2 ** (resolution & 0x7F) if resolution & 0x80 else 10 ** resolution


def read(path: Path) -> File:
    """A little-endian file with one section: what dumpcap and tshark write here."""
    data, file, ticks, at = path.read_bytes(), File(), [], 0
    while at + 12 <= len(data):
        kind, size = struct.unpack_from("<II", data, at)
        body = data[at + 8:at + size - 4]
        at += size
        if kind == INTERFACE:
            options = options_of(body[8:])
            name = options.get(IF_NAME, b"eth0").decode()
            file.interfaces.append(Interface(struct.unpack_from("<H", body)[0], name))
            ticks.append(ticks_per_second(options.get(IF_TSRESOL, b"\x06")[0]))
        elif kind == PACKET:
            interface, high, low, kept, length = struct.unpack_from("<IIIII", body)
            micros = ((high << 32) + low) * 1_000_000 // ticks[interface]
            file.records.append(Record(micros, body[20:20 + kept], interface, length))
        elif kind == SIMPLE:
            raise ValueError(f"{path}: simple packet blocks carry no time")
    return file
