# SPDX-License-Identifier: GPL-2.0-or-later
"""Lets tshark look at captures and labels: do the labels name frames that are what they say?"""
import json
import subprocess
from pathlib import Path

from kept import capture_path

COLUMNS = ("frame.number", "frame.protocols", "tcp.flags", "tcp.flags.reset", "tcp.seq_raw", "tcp.ack_raw",
           "tcp.len", "tcp.checksum.status", "ip.checksum.status", "_ws.malformed", "tcp.hdr_len")
OPTIONS = ("tcp.check_checksum:TRUE", "ip.check_checksum:TRUE", "tcp.relative_sequence_numbers:FALSE")
ONLY_INNERMOST = -1


def frames(path: Path) -> dict[int, dict]:
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-E", "separator=|"]
    command += [part for o in OPTIONS for part in ("-o", o)] + [part for c in COLUMNS for part in ("-e", c)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = [dict(zip(COLUMNS, line.split("|"))) for line in text.splitlines()]
    return {int(row["frame.number"]): row for row in rows}


def number(row: dict, column: str) -> int:
    value = row[column].split(",")[ONLY_INNERMOST]
    return int(value, 0) if value else 0


def answers(reset: dict, trigger: dict) -> bool:
    """Is the reset's sequence or acknowledgement number made from its trigger?"""
    flags = number(trigger, "tcp.flags")
    length = number(trigger, "tcp.len") + (flags & 1) + (flags >> 1 & 1)
    end = (number(trigger, "tcp.seq_raw") + length) % 2**32
    return end == number(reset, "tcp.ack_raw") or number(trigger, "tcp.ack_raw") == number(reset, "tcp.seq_raw")


def complaints(path: Path) -> list[str]:
    label, seen = json.loads(path.with_suffix(".json").read_text()), frames(path)
    labelled = {r["frame"]: r for r in label["resets"]}
    found = []
    for n, row in seen.items():
        is_reset = "1" in row["tcp.flags.reset"] and "icmp" not in row["frame.protocols"]
        if is_reset and n not in labelled:
            found.append(f"frame {n} is a reset without a label")
        if "0" in (row["tcp.checksum.status"] + row["ip.checksum.status"]).split(",") \
                or "0" in (row["tcp.checksum.status"], row["ip.checksum.status"]):
            found.append(f"frame {n} has a bad checksum")
        if row["_ws.malformed"] and labelled.get(n, {}).get("reason") != "malformed":
            found.append(f"frame {n} is malformed to tshark")
    for n, reset in labelled.items():
        row = seen.get(n, {})
        if not row.get("tcp.flags.reset", "").endswith("1"):
            if reset["reason"] == "malformed":
                continue  # tshark gives up before the flags when the data offset is below 5
            found.append(f"frame {n} is labelled {reset['reason']}: tshark shows no RST flag")
        elif "trigger" in reset and not answers(row, seen[reset["trigger"]]):
            found.append(f"frame {n} does not answer frame {reset['trigger']}")
        if reset["reason"] in reset["never"]:
            found.append(f"frame {n}: label contradicts itself")
    return found


def report(folder: Path, names: list[str]) -> int:
    bad = 0
    for name in names:
        for complaint in complaints(capture_path(name, folder)):
            print(f"{name}: {complaint}")
            bad += 1
    print(f"checked {len(names)} captures, {bad} complaints")
    return 1 if bad else 0
