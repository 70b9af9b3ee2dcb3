# SPDX-License-Identifier: GPL-2.0-or-later
"""Other captures put into another encapsulation or observed under worse conditions.

The labels come from the source's label: frame numbers are mapped, nothing is judged anew.
"""
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import encapsulations as to
import pcapng
from capture import write_label
from kept import capture_path, new_capture_path

SNAP = 64  # bytes; Ethernet + IPv6 leave 10 bytes of the TCP header: the flags are lost


@dataclass(frozen=True)
class Wrap:
    sources: tuple[str, ...]        # the first that exists: the lab's, else a handmade one
    suffix: str
    told: str                       # added to the story
    rewrite: Callable               # (file, label) -> (file, resets)
    token: str = ""                 # of the file name, when it is not the source's

    @property
    def name(self) -> str:
        return f"{self.token or self.sources[0].split('-')[0]}-wrapped-{self.suffix}"


def renumbered(label: dict, number: dict[int, int]) -> list[dict]:
    """The resets with new frame numbers; what they refer to may be gone."""
    found = []
    for reset in label["resets"]:
        if reset["frame"] not in number:
            continue
        kept = {k: v for k, v in reset.items() if k not in ("trigger", "repeat_of") or v in number}
        found.append({k: number[v] if k in ("frame", "trigger", "repeat_of") else v for k, v in kept.items()})
    return found


def encapsulate(wrap, link_type: int = pcapng.ETHERNET):
    def rewrite(file: pcapng.File, label: dict):
        out, number = pcapng.File([replace(i, link_type=link_type) for i in file.interfaces]), {}
        for old, record in enumerate(file.records, 1):
            pieces = wrap(record.data)
            out.records += [replace(record, data=p, length=None) for p in pieces]
            if pieces:
                number[old] = len(out.records)  # the last fragment completes the packet
        return out, renumbered(label, number)
    return rewrite


def without_first(frames: int):
    def rewrite(file: pcapng.File, label: dict):
        out = pcapng.File(file.interfaces, file.records[frames:])
        return out, renumbered(label, {n: n - frames for n in range(frames + 1, len(file.records) + 1)})
    return rewrite


def snapped(flags_survive: bool):
    def rewrite(file: pcapng.File, label: dict):
        records = [replace(r, data=r.data[:SNAP], length=len(r.data)) for r in file.records]
        return pcapng.File(file.interfaces, records), label["resets"] if flags_survive else []
    return rewrite


def duplicated(file: pcapng.File, label: dict):
    """Every frame twice, 3 µs apart: a copied reset repeats the first."""
    pairs = [(r, replace(r, micros=r.micros + 3)) for r in file.records]
    order = sorted(((r.micros, n, twin, r) for n, pair in enumerate(pairs, 1) for twin, r in enumerate(pair)),
                   key=lambda entry: entry[:3])
    place = {(n, twin): at for at, (_, n, twin, _) in enumerate(order, 1)}
    resets = renumbered(label, {n: place[n, 0] for n in range(1, len(pairs) + 1)})
    twins = [{**new, "frame": place[old["frame"], 1], "repeat_of": new["frame"]}
             for old, new in zip(label["resets"], resets)]
    out = pcapng.File(file.interfaces, [record for *_, record in order])
    return out, sorted(resets + twins, key=lambda reset: reset["frame"])


REFUSED = ("not_listening-ipv4-several-clients.client", "not_listening-windows-three-syns")
ABORTED = ("application_abort-ipv4-killed-by-administrator.client", "application_abort-windows-upload-cancelled")
LOST = ("half_open-ipv4-server-crashed-slow-path.client", "half_open-windows-rebooted")
OVER_IPV6 = ("data_after_close-ipv6-several-segments.client", "data_after_close-bsd")
GAVE_UP = ("retransmission_timeout-windows-data",)
CANCELLED, HANDSHAKE = ("application_abort-windows-upload-cancelled",), 6  # its first frames

PLAN = [
    Wrap(REFUSED, "vlan", "in an 802.1Q VLAN", encapsulate(to.vlan)),
    Wrap(REFUSED, "gre", "in a GRE tunnel", encapsulate(to.gre)),
    Wrap(REFUSED, "pppoe", "in PPPoE", encapsulate(to.pppoe)),
    Wrap(REFUSED, "raw-ip", "captured without a link layer", encapsulate(to.raw_ip, pcapng.RAW_IP)),
    Wrap(REFUSED, "snapped", "each frame cut after 64 bytes", snapped(flags_survive=True)),
    Wrap(REFUSED, "duplicated", "every frame captured twice, 3 µs apart", duplicated),
    Wrap(ABORTED, "qinq", "in two VLAN tags", encapsulate(to.qinq)),
    Wrap(ABORTED, "ip-in-ip", "in an IP-in-IP tunnel", encapsulate(to.in_ipv4)),
    Wrap(ABORTED, "mpls", "under two MPLS labels", encapsulate(to.mpls)),
    Wrap(ABORTED, "cooked", "captured on 'any' (Linux cooked)", encapsulate(to.cooked, pcapng.LINUX_SLL)),
    Wrap(CANCELLED, "mid-stream", "the first frames missing", without_first(HANDSHAKE)),
    Wrap(ABORTED, "duplicated", "every frame captured twice, 3 µs apart", duplicated),
    Wrap(GAVE_UP, "duplicated", "every frame captured twice, 3 µs apart", duplicated),
    Wrap(LOST, "cooked2", "captured on 'any' (Linux cooked v2)", encapsulate(to.cooked2, pcapng.LINUX_SLL2)),
    Wrap(LOST, "in-ipv6-fragments", "in IPv6, each outer packet in two fragments",
         encapsulate(to.in_ipv6_fragments)),
    Wrap(OVER_IPV6, "6in4", "in a 6in4 tunnel", encapsulate(to.in_ipv4)),
    Wrap(OVER_IPV6, "snapped-ipv6", "each frame cut after 64 bytes, before the TCP flags: nothing can be said",
         snapped(flags_survive=False), token="healthy"),
]


def make(wrap: Wrap, source: Path, folder: Path) -> None:
    label = json.loads(source.with_suffix(".json").read_text())
    file, resets = wrap.rewrite(pcapng.read(source), label)
    path = new_capture_path(wrap.name, folder)
    pcapng.write(path, file)
    story = f"{label['story'].rstrip('.')} - {wrap.told}."
    made_by = "handmade" if label["made_by"] == "handmade" else "wrapped"
    write_label(path.with_suffix(".json"), {
        "story": story, "made_by": made_by, "source": f"{source.name}: {label.get('source', '')}".rstrip(": "),
        "near_miss_for": label.get("near_miss_for", []), "resets": resets})


def make_all(folder: Path, kept: Path, only: str) -> list[str]:
    """`kept`: where the lab's captures are, when they are not being written to `folder`."""
    made = []
    for wrap in PLAN:
        files = [capture_path(name, place) for name in wrap.sources for place in (folder, kept)]
        source = next((f for f in files if f.exists()), None)
        if only in wrap.name and source:
            make(wrap, source, folder)
            made.append(wrap.name)
    return made
