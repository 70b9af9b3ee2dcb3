# SPDX-License-Identifier: GPL-2.0-or-later
"""tcpdump, started so that nothing is missed and stopped so that nothing is lost.

A view names where to listen: "client", "server", "router" (its client side),
"router-any" (every interface of the router), "server-lo", and so on.
"both" and its kin are no taps of their own: they are client and server merged (merged.py).
"""

import re
import select
import signal
import subprocess
import time

from .merged import MERGED, write_merged

DEVICES = {"client": "eth0", "server": "eth0", "router": "toclient"}


class Capture:
    """One running tcpdump."""

    def __init__(self, node, device, view, file):
        self.view = view
        self.file = file
        # In immediate mode each slot of the buffer is as large as the snap length: with the default
        # there would be eight slots, and frames would be lost.
        # -Z root: otherwise tcpdump gives up its rights and cannot write into our folder.
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", node.namespace, "tcpdump", "-n", "-U", "--immediate-mode",
             "-s", "4096", "-B", "16384", "-Z", "root", "-i", device, "-w", str(self.file)],
            stderr=subprocess.PIPE)
        self._wait_until_listening()

    def _wait_until_listening(self):
        deadline = time.monotonic() + 10
        said = b""
        while b"listening on" not in said:
            ready, _, _ = select.select([self.process.stderr], [], [], max(0, deadline - time.monotonic()))
            chunk = self.process.stderr.read1(4096) if ready else b""
            if not chunk:
                self.stop()
                raise RuntimeError(f"tcpdump at {self.view} does not listen: {said.decode()}")
            said += chunk

    def stop(self):
        """SIGINT makes tcpdump flush and leave; whether it has seen everything."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)
        report = self.process.stderr.read().decode()
        self.process.stderr.close()
        return re.search(r"\n0 packets dropped by kernel", report) is not None


def tap(network, view, folder):
    """Start to capture a view of the three hosts into FOLDER/VIEW.pcap."""
    role, _, device = view.partition("-")
    return Capture(getattr(network, role), device or DEVICES[role], view, folder / f"{view}.pcap")


class Captures:
    """All taps of one scenario; a context manager that always stops them."""

    def __init__(self, network, views, folder):
        self.network = network
        self.views = views
        self.folder = folder
        self.running = []
        self.started = None  # what the kernels reset before is nobody's to label
        self.late_from = None  # when the server's capture starts, in the view both-late

    def start(self):
        self.started = time.time()
        for view in self.views:
            self.running.append(tap(self.network, view, self.folder))

    def finish(self):
        """Give the kernel time to hand the last frames to tcpdump, then stop."""
        time.sleep(0.4)
        lossy = self.stop()
        if lossy:
            raise RuntimeError(f"tcpdump lost frames at {' '.join(lossy)}")

    def stop(self):
        """Stop all; the views that lost frames."""
        lossy = [tap.view for tap in self.running if not tap.stop()]
        self.running.clear()
        return lossy

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def write_final(folder, view, target, offset=0.0, late_from=None):
    """The kept file: pcapng; merged views hold the two ends in time order."""
    if view in MERGED:
        write_merged(folder, view, target, offset, late_from)
    else:
        subprocess.run(["editcap", "-F", "pcapng", str(folder / f"{view}.pcap"), str(target)],
                       check=True, capture_output=True, timeout=20)
