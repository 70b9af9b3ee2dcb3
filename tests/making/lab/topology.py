# SPDX-License-Identifier: GPL-2.0-or-later
"""Three hosts in network namespaces: client -- router -- server.

    client  eth0 ---- toclient  router  toserver ---- eth0  server

Each scenario owns one Network. Nothing leaves the namespaces, and their names
carry our process id, so that two runs of the lab never meet.
"""

import contextlib
import ctypes
import os
import socket
import subprocess

from .wire import Way, Wire

CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


def _enter(namespace_fd):
    if LIBC.setns(namespace_fd, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def shell(*command, text=None):
    """Run one command; its complaint becomes our exception."""
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=20)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


class Node:
    """One host: a network namespace with its addresses."""

    def __init__(self, role, namespace):
        self.role = role
        self.namespace = namespace
        self.address = {}  # 4 or 6 -> the address others reach it by

    def create(self):
        shell("ip", "netns", "add", self.namespace)
        self.run("ip", "link", "set", "lo", "up")
        # Metrics remembered from one connection would change the next one's timers.
        self.sysctl("ipv4/tcp_no_metrics_save", 1)
        # Addresses are usable at once, without duplicate address detection.
        for scope in ("all", "default"):
            self.sysctl(f"ipv6/conf/{scope}/accept_dad", 0)

    def remove(self):
        subprocess.run(["ip", "netns", "del", self.namespace], capture_output=True, timeout=20)

    def run(self, *command, text=None):
        return shell("ip", "netns", "exec", self.namespace, *command, text=text)

    @contextlib.contextmanager
    def inside(self):
        """The calling thread lives in this namespace for the length of the block."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        there = os.open(f"/run/netns/{self.namespace}", os.O_RDONLY)
        try:
            _enter(there)
            yield
        finally:
            _enter(home)
            os.close(there)
            os.close(home)

    def socket(self, family, kind=socket.SOCK_STREAM, protocol=0):
        """A socket stays in the namespace it was made in, wherever the thread goes."""
        with self.inside():
            return socket.socket(family, kind, protocol)

    def sysctl(self, key, value):
        with self.inside(), open(f"/proc/sys/net/{key}", "w", encoding="ascii") as knob:
            knob.write(str(value))

    def nft(self, rules):
        self.run("nft", "-f", "-", text=rules)

    def set_ttl(self, ttl):
        self.sysctl("ipv4/ip_default_ttl", ttl)
        for device in os.listdir("/proc/sys/net/ipv6/conf"):
            with contextlib.suppress(OSError):
                self.sysctl(f"ipv6/conf/{device}/hop_limit", ttl)
        for device in ("all", "default", "eth0"):
            self.sysctl(f"ipv6/conf/{device}/hop_limit", ttl)


class Built:
    """A context manager of what _build() makes and _remove() takes away again, half built or whole."""

    def __enter__(self):
        try:
            self._build()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(self, *_):
        self._remove()


class Network(Built):
    """The three nodes and the links between them."""

    def __init__(self, number, client_ttl=64, server_ttl=64, timestamps=True, delay_ms=0,
                 slow_family=0, offload=False):
        prefix = f"rstlab-{os.getpid()}-{number}"
        self.client = Node("client", f"{prefix}-c")
        self.router = Node("router", f"{prefix}-r")
        self.server = Node("server", f"{prefix}-s")
        self.nodes = (self.client, self.router, self.server)
        self.number = number
        self.ttl = {"client": client_ttl, "server": server_ttl}
        self.timestamps = timestamps
        self.delay_ms = delay_ms
        self.slow_family = slow_family  # 4 or 6: only this one is slow
        self.offload = offload  # the client leaves segmentation and checksums to its device
        self.wire = None

    def _remove(self):
        if self.wire:
            self.wire.stop()
        for node in self.nodes:
            node.remove()

    def _build(self):
        for node in self.nodes:
            node.create()
        self._link(self.client, "toclient")
        if self.delay_ms:
            way = Way(delay=self.delay_ms / 1000)
            self.wire = Wire(self.router, "toserver", self.server, "eth0", way, way, self.slow_family)
        else:
            self._link(self.server, "toserver")
        number = self.number
        again, byte = divmod(number, 256)  # the second 256 scenarios live in other networks
        self._address(self.client, "toclient", f"10.{byte}.{(number * 7 + again) % 250}", f"fd00:{number:x}:a",
                      10 + number * 3 % 200)
        self._address(self.server, "toserver", f"198.18.{byte}" if again else f"172.{16 + byte % 16}.{byte}",
                      f"2001:db8:{number:x}", 5 + number * 11 % 200)
        self.router.sysctl("ipv4/ip_forward", 1)
        self.router.sysctl("ipv6/conf/all/forwarding", 1)
        for node in (self.client, self.server):
            node.set_ttl(self.ttl[node.role])
            node.sysctl("ipv4/tcp_timestamps", int(self.timestamps))

    def _link(self, node, far_name):
        shell("ip", "link", "add", "eth0", "netns", node.namespace, "type", "veth",
              "peer", "name", far_name, "netns", self.router.namespace)

    def _address(self, node, far_name, net4, net6, host):
        """Addresses, routes, and offloads off (unless wanted): captured frames are the real ones."""
        router = self.router
        for owner, device, last in ((node, "eth0", host), (router, far_name, 1)):
            owner.run("ip", "addr", "add", f"{net4}.{last}/24", "dev", device)
            owner.run("ip", "addr", "add", f"{net6}::{last:x}/64", "dev", device, "nodad")
            if not (self.offload and owner is self.client):
                owner.run("ethtool", "-K", device, "tso", "off", "gso", "off", "gro", "off", "tx", "off")
            owner.run("ip", "link", "set", device, "up")
        node.run("ip", "route", "add", "default", "via", f"{net4}.1")
        node.run("ip", "-6", "route", "add", "default", "via", f"{net6}::1")
        node.address = {4: f"{net4}.{host}", 6: f"{net6}::{host:x}"}
