# SPDX-License-Identifier: GPL-2.0-or-later
"""A slow wire: two TAP devices joined by a thread that delays every frame.

Many kernels are built without netem. A path with a real round-trip time matters
all the same: it separates an answer of the server from one made half-way, and it
lets segments cross in flight.
"""

import collections
import fcntl
import os
import select
import struct
import threading
import time

TUNSETIFF = 0x400454CA
IFF_TAP_NO_PI = 0x0002 | 0x1000


def _tap(node, name):
    with node.inside():
        handle = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(handle, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP_NO_PI))
    return handle


class SlowWire:
    """Carries frames between two nodes, each `delay_ms` later (one way); other address families
    than the slow one, if there is one, at once."""

    def __init__(self, left, left_name, right, right_name, delay_ms, slow_family=0):
        self.slow = {4: b"\x08\x00", 6: b"\x86\xdd"}.get(slow_family)
        self.ends = (_tap(left, left_name), _tap(right, right_name))
        self.delay = delay_ms / 1000
        self.flying = collections.deque()  # (due, destination, frame), oldest first
        self.running = True
        self.thread = threading.Thread(target=self._carry, daemon=True)
        self.thread.start()

    def _carry(self):
        while self.running:
            wait = max(0, self.flying[0][0] - time.monotonic()) if self.flying else 0.1
            ready, _, _ = select.select(self.ends, [], [], wait)
            for end in ready:
                self._take(end)
            while self.flying and self.flying[0][0] <= time.monotonic():
                _, destination, frame = self.flying.popleft()
                self._give(destination, frame)

    def _take(self, end):
        other = self.ends[1] if end == self.ends[0] else self.ends[0]
        try:
            frame = os.read(end, 65536)
        except OSError:
            return  # the device is down or gone
        if self.slow and frame[12:14] != self.slow:
            self._give(other, frame)
        else:
            self.flying.append((time.monotonic() + self.delay, other, frame))

    @staticmethod
    def _give(destination, frame):
        try:
            os.write(destination, frame)
        except OSError:
            pass  # the far device is down: the frame is lost, as on a real wire

    def stop(self):
        self.running = False
        self.thread.join(2)
        for end in self.ends:
            os.close(end)
