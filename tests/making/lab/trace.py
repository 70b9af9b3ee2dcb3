# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel's own word: tracepoint tcp:tcp_send_reset, in a private tracefs instance."""

import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

TRACEFS = Path("/sys/kernel/tracing")
EVENT = "events/tcp/tcp_send_reset"
ROW = re.compile(r"\s(\d+\.\d+): tcp_send_reset: .*src=(\S+) dest=(\S+) state=(\S+) reason=(\S+)")


@dataclass
class KernelReset:
    """One row of the tracepoint."""

    time: float  # seconds since the epoch, as in the capture
    sender: tuple  # (address, port) that the reset carries as its source
    receiver: tuple
    state: str
    reason: str


def mount():
    """Mount tracefs where the system has not done so; raise OSError with one line."""
    if not (TRACEFS / "instances").is_dir():
        subprocess.run(["mount", "-t", "tracefs", "tracefs", str(TRACEFS)],
                       capture_output=True, timeout=10, check=False)
    if not (TRACEFS / EVENT).is_dir():
        raise OSError("no tracepoint tcp:tcp_send_reset (Linux 6.10 or later with tracefs is needed)")


def _endpoint(text):
    address, _, port = text.rpartition(":")
    return address.strip("[]"), int(port)


class Trace:
    """A tracefs instance of our own; nobody else's tracing is disturbed."""

    def __init__(self):
        self.folder = TRACEFS / "instances" / f"rstlab-{os.getpid()}"

    def __enter__(self):
        self.folder.mkdir()
        # CLOCK_MONOTONIC differs from the capture's CLOCK_REALTIME by a constant.
        self._write("trace_clock", "mono")
        self._write("buffer_size_kb", "1024")
        self._write(f"{EVENT}/enable", "1")
        return self

    def __exit__(self, *_):
        self._write(f"{EVENT}/enable", "0")
        self.folder.rmdir()

    def _write(self, name, value):
        (self.folder / name).write_text(value, encoding="ascii")

    def rows(self):
        """Every reset the kernel has sent since the start, oldest first (reading keeps them)."""
        offset = time.time() - time.monotonic()
        found = []
        for line in (self.folder / "trace").read_text(encoding="ascii").splitlines():
            match = ROW.search(line)
            if match:
                when, sender, receiver, state, reason = match.groups()
                found.append(KernelReset(float(when) + offset, _endpoint(sender),
                                         _endpoint(receiver), state, reason))
        return found
