# SPDX-License-Identifier: GPL-2.0-or-later
"""A wire of our own: two TAP devices joined by a thread that delays, loses, doubles and reorders frames.

Many kernels are built without netem. A path with a real round-trip time matters
all the same: it separates an answer of the server from one made half-way, and it
lets segments cross in flight.
"""

import fcntl
import heapq
import itertools
import os
import random
import select
import struct
import threading
import time
from dataclasses import dataclass

TUNSETIFF = 0x400454CA
IFF_TAP_NO_PI = 0x0002 | 0x1000
ETHERTYPE = {4: b"\x08\x00", 6: b"\x86\xdd"}
IDLE = 0.1  # seconds between two looks at whether we should end
QUEUE = 20_000  # frames under way; beyond, the wire loses them as a full router does


def _tap(node, name):
    with node.inside():
        handle = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(handle, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP_NO_PI))
    return handle


@dataclass(frozen=True)
class Way:
    """One direction of a wire. The shares are of IP frames; address resolution is never disturbed."""

    delay: float = 0.0  # seconds
    loss: float = 0.0  # share of frames that never arrive
    doubled: float = 0.0  # share that arrives twice
    overtaken: float = 0.0  # share that arrives later than what was sent after it
    detour: float = 0.005  # seconds by which these are later


class Wire:
    """Carries frames between a node (left) and another (right).

    Ethernet types other than those of `family` (4, 6, or 0 for all) pass at once and unharmed. `dice` decides
    each frame's fate; who is lost therefore follows from the seed and from the order of frames.
    """

    def __init__(self, left, left_name, right, right_name, to_right, to_left, family=0, dice=None):
        self.ends = (_tap(left, left_name), _tap(right, right_name))
        self.ways = (to_right, to_left)  # by the end that a frame comes from
        self.types = {ETHERTYPE[family]} if family else set(ETHERTYPE.values())
        self.dice = dice or random.Random()
        self.flying = []  # heap of (due, number, destination, frame)
        self.number = itertools.count()
        self.running = True
        self.thread = threading.Thread(target=self._carry, daemon=True)
        self.thread.start()

    def _carry(self):
        while self.running:
            wait = min(IDLE, max(0, self.flying[0][0] - time.monotonic())) if self.flying else IDLE
            ready, _, _ = select.select(self.ends, [], [], wait)
            for end in ready:
                self._take(self.ends.index(end))
            while self.flying and self.flying[0][0] <= time.monotonic():
                _, _, destination, frame = heapq.heappop(self.flying)
                self._give(destination, frame)

    def _take(self, come_from):
        try:
            frame = os.read(self.ends[come_from], 65536)
        except OSError:
            return  # the device is down or gone
        destination = self.ends[1 - come_from]
        if frame[12:14] not in self.types or _is_neighbour_discovery(frame):
            self._give(destination, frame)
        else:
            self._send(self.ways[come_from], destination, frame)

    def _send(self, way, destination, frame):
        # One throw for each fate, whatever the others say: the next frame's luck stays the same.
        lost, doubled, overtaken = (self.dice.random() for _ in range(3))
        if lost < way.loss or len(self.flying) > QUEUE:
            return
        due = time.monotonic() + way.delay + (way.detour if overtaken < way.overtaken else 0)
        for _ in range(2 if doubled < way.doubled else 1):
            heapq.heappush(self.flying, (due, next(self.number), destination, frame))

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


def _is_neighbour_discovery(frame):
    """ICMPv6 133 to 137 (RFC 4861): without it there is no link at all."""
    return frame[12:14] == ETHERTYPE[6] and frame[20:21] == b"\x3a" and frame[54:55] in b"\x85\x86\x87\x88\x89"
