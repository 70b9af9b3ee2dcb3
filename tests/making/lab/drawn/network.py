# SPDX-License-Identifier: GPL-2.0-or-later
"""The hosts of a draw around one router, each in a network namespace.

    client0  eth0 ----- client0  router  server0 ----- eth0  server0
    client1  eth0 --wire-- client1       server1 --wire-- eth0  server1

A client may live behind another one, which runs a NAT in user mode. The router's devices bear the names of the hosts that they lead to.
"""

import contextlib
import ipaddress
import os
import random

from ..stacks.nat import DEVICE
from ..topology import Built, Node, shell
from ..wire import Way, Wire
from .programs import end_all

OFFLOADS = ("tso", "gso", "gro", "tx")


class DrawnNetwork(Built):
    """All hosts of a plan and the router between them."""

    def __init__(self, plan):
        self.plan = plan
        prefix = f"rstdraw-{os.getpid()}-{plan.number}"
        self.router = Node("router", f"{prefix}-r")
        self.hosts = {host.name: Node(host.role, f"{prefix}-{host.name}") for host in plan.hosts}
        self.wires = {}  # by host
        self.devices = {host.name: DEVICE if host.behind else "eth0" for host in plan.hosts}

    def _remove(self):
        end_all(node.namespace for node in (*self.hosts.values(), self.router))
        for wire in self.wires.values():
            wire.stop()
        for node in (*self.hosts.values(), self.router):
            node.remove()

    def _build(self):
        for node in (self.router, *self.hosts.values()):
            node.create()
        for host in self.plan.hosts:
            if not host.behind:  # those are reached by their NAT alone, once it runs
                self._join(host)
        self.router.sysctl("ipv4/ip_forward", 1)
        self.router.sysctl("ipv6/conf/all/forwarding", 1)
        self.router.sysctl("netfilter/nf_conntrack_tcp_loose", self.plan.loose)
        if self.plan.nat:
            servers = ", ".join(f'"{h.name}"' for h in self.plan.hosts if h.role == "server")
            self.router.nft("table ip nat { chain post { type nat hook postrouting priority 100;"
                            f" oifname {{ {servers} }} masquerade\n}}\n}}")

    def _join(self, host):
        node = self.hosts[host.name]
        if host.wire:
            ways = (Way(**host.wire["to_host"]), Way(**host.wire["to_router"]))
            dice = random.Random(f"{self.plan.seed}/{self.plan.number}/{host.name}/wire")
            self.wires[host.name] = Wire(self.router, host.name, node, "eth0", *ways, dice=dice)
        else:
            shell("ip", "link", "add", "eth0", "netns", node.namespace, "type", "veth",
                  "peer", "name", host.name, "netns", self.router.namespace)
        self._address(host, node)
        for key, value in host.sysctls.items():
            with contextlib.suppress(FileNotFoundError):  # older kernels lack tcp_rto_min_us
                node.sysctl(key, value)
        node.set_ttl(host.ttl)

    def _address(self, host, node):
        for owner, device, last in ((node, "eth0", host.last), (self.router, host.name, 1)):
            lines = [f"addr add {host.v4}.{last}/24 dev {device}", f"addr add {host.v6}::{last:x}/64 dev {device} nodad",
                     f"link set {device} up"]
            if owner is node:
                lines += [f"route add default via {host.v4}.1", f"route add ::/0 via {host.v6}::1"]
            shell("ip", "-n", owner.namespace, "-batch", "-", text="\n".join(lines) + "\n")
            if not host.offload or owner is self.router:
                owner.run("ethtool", "-K", device, *(word for name in OFFLOADS for word in (name, "off")))
        # As the kernel writes them, so that they can be compared as text.
        node.address = {4: f"{host.v4}.{host.last}", 6: str(ipaddress.ip_address(f"{host.v6}::{host.last:x}"))}
