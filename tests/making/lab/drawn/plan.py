# SPDX-License-Identifier: GPL-2.0-or-later
"""What a draw will do, decided before anything is staged: a value, made from the seed alone.

    seed, number --dice--> hosts, their stacks and wires, acts (families), healthy talk, views
"""

import dataclasses
import random
from dataclasses import dataclass

from ..stacks.foreign import STACKS
from ..stacks.nat import NATS
from ..wire import Way
from .views import draw_views

LENGTH = 20.0  # seconds from the first act to the latest moment that one may plan for
PORTS = (21, 22, 25, 53, 80, 88, 110, 139, 143, 179, 389, 443, 445, 465, 587, 631, 853, 993, 1433, 1521, 1883, 2049,
         2375, 3000, 3128, 3306, 3389, 4222, 5000, 5060, 5222, 5432, 5672, 5900, 5985, 6379, 6443, 7000, 8000, 8080,
         8086, 8125, 8443, 8888, 9000, 9042, 9090, 9092, 9200, 9418, 10050, 11211, 15672, 25565, 27017, 50051)

QUIET_PORTS = range(16000, 25000)  # no act's


@dataclass(frozen=True)
class HostPlan:
    """One host and the wire that joins it to the router."""

    role: str  # client | server
    name: str
    v4: str  # its network's first three numbers
    v6: str  # its network's prefix
    last: int  # its own last number in both
    ttl: int
    sysctls: dict  # below net/
    wire: dict | None  # to_host, to_router: fields of Way; None: a plain veth
    offload: bool  # large segments and checksums are left to the device
    stack: str = ""  # "lwip", "gvisor"; of a client behind a NAT in user mode, "pasta", "slirp4netns"; empty: the kernel's
    behind: str = ""  # the host that runs this NAT


@dataclass(frozen=True)
class ActPlan:
    """One happening: a family of causes, who takes part, when, and how often."""

    family: str
    number: int
    ip: int
    clients: tuple
    server: str
    port: int
    start: float  # seconds after the first
    count: int  # connections
    own_port: bool  # what happens there is this act's business alone


@dataclass(frozen=True)
class Plan:
    seed: int
    number: int
    side: str  # studied | sealed
    hosts: tuple
    nat: bool  # clients show the router's address to the servers
    loose: int  # nf_conntrack_tcp_loose on the router
    acts: tuple
    views: tuple

    @property
    def name(self):
        return f"{self.seed}-{self.number}"

    def as_json(self):
        return dataclasses.asdict(self)


def _way(dice, rtt, lossy):
    return dataclasses.asdict(Way(
        delay=round(rtt, 6),
        loss=round(dice.uniform(0.001, 0.03), 4) if lossy and dice.random() < 0.7 else 0.0,
        doubled=round(dice.uniform(0.001, 0.02), 4) if lossy and dice.random() < 0.4 else 0.0,
        overtaken=round(dice.uniform(0.001, 0.04), 4) if lossy and dice.random() < 0.5 else 0.0,
        detour=round(dice.uniform(0.001, 0.02), 4)))


def _wire(dice, calm, near):
    """None, or the two ways: together at most 0.1 s (two wires make a path), seldom equal."""
    if dice.random() < (0.7 if near else 0.3):
        return None
    there, back = (10 ** dice.uniform(-3.7, -1.3) for _ in range(2))  # 0.2 to 50 ms
    if dice.random() < 0.4:
        back = there
    lossy = not calm and dice.random() < 0.4
    return {"to_host": _way(dice, there, lossy), "to_router": _way(dice, back, lossy)}


def _sysctls(dice):
    return {"ipv4/tcp_timestamps": int(dice.random() < 0.75),
            "ipv4/tcp_sack": int(dice.random() < 0.85),
            "ipv4/tcp_retries2": dice.choice((3, 4, 5)),
            "ipv4/tcp_syn_retries": dice.choice((1, 2, 3)),
            "ipv4/tcp_orphan_retries": dice.choice((2, 3, 4)),
            "ipv4/tcp_fin_timeout": dice.choice((5, 10, 60)),
            "ipv4/tcp_rto_min_us": dice.choice((20_000, 40_000, 200_000)),
            "ipv4/tcp_ecn": dice.choice((0, 1, 2))}


def _network(dice, role, number):
    """Networks that nobody else in this draw has: `number` is part of them."""
    high = dice.randrange(0, 240, 8) + number
    if role == "client":
        v4 = dice.choice((f"10.{dice.randrange(256)}.{high}", f"192.168.{high}", f"172.{dice.randrange(16, 32)}.{high}"))
        return v4, f"fd{dice.randrange(256):02x}:{dice.randrange(65536):x}:{number:x}"
    v4 = dice.choice((f"198.18.{high}", f"198.19.{high}", f"10.{dice.randrange(256)}.{high}"))
    return v4, f"2001:db8:{dice.randrange(65536):x}:{number:x}"


def _host(dice, role, name, number, calm, stack=""):
    """Another stack takes its device for itself, and a wire's would be ours: for it, the clients' wires are the path."""
    v4, v6 = _network(dice, role, number)
    return HostPlan(role, name, v4, v6, dice.randrange(2, 250), dice.choice((64, 64, 64, 64, 128, 255)), _sysctls(dice),
                    None if stack else _wire(dice, calm, near=role == "client"),
                    offload=not stack and dice.random() < 0.3, stack=stack)


def _hosts(dice, families):
    """Clients and servers; and for each act of a family that is about another stack a server that has it, or a client
    behind a NAT that has it."""
    calm = any(family.calm for family in families)
    roles = ["client"] * dice.choice((1, 1, 2, 3)) + ["server"] * dice.choice((1, 1, 2))
    hosts = [_host(dice, role, f"{role}{number}", number, calm) for number, role in enumerate(roles)]
    for at, family in enumerate(families):
        if family.stack in NATS:
            outer = dice.choice([host.name for host in hosts if host.role == "client" and not host.stack])
            inner = _host(dice, "client", _foreign_name(family, at), len(hosts), calm, family.stack)
            hosts.append(dataclasses.replace(inner, behind=outer, sysctls={}))
        elif family.stack:
            hosts.append(_host(dice, "server", _foreign_name(family, at), len(hosts), calm, family.stack))
    return tuple(hosts)


def _foreign_name(family, at):
    return f"{family.stack}{at}"


def _spread(dice, families):
    """How many connections: few, most of the time; a storm, now and then."""
    return [min(f.most, max(f.least, dice.choice((1, 1, 2, 3, 5, 8, dice.randrange(10, 51))))) for f in families]


def _ports(dice, families):
    """A port for each act: the one that its cause depends on; mostly where its program is at home; or any."""
    taken = {port for family in families for port in family.ports}
    ports = []
    for family in families:
        home = [port for port in family.at_home if port not in taken] if dice.random() < 0.8 else []
        port = family.ports[0] if family.ports else dice.choice(home or [p for p in PORTS if p not in taken])
        taken.add(port)
        ports.append(port)
    return ports


def _acts(dice, families, hosts, nat):
    clients = [h.name for h in hosts if h.role == "client" and not h.stack]
    servers = [h.name for h in hosts if h.role == "server" and not h.stack]
    ports = _ports(dice, families)
    acts = []
    for number, (family, count) in enumerate(zip(families, _spread(dice, families))):
        some = dice.sample(clients, dice.randrange(1, len(clients) + 1))
        start = round(dice.uniform(0, max(0.0, LENGTH - family.seconds)), 3)
        ip = 4 if nat else dice.choice(family.ip)
        if family.stack in NATS:
            some = [_foreign_name(family, number)]
        server = _foreign_name(family, number) if family.stack in STACKS else dice.choice(servers)
        acts.append(ActPlan(family.name, number, ip, tuple(some), server, ports[number], start, count,
                            family.own_port))
    return tuple(acts)


def _healthy(dice, healthy, acts, hosts, nat):
    """Ordinary talk beside the acts, now and then with a service that one of them troubles."""
    kernels = [host for host in hosts if not host.stack]
    servers = [host.name for host in kernels if host.role == "server"]
    clients = tuple(host.name for host in kernels if host.role == "client")
    plans = []
    for number in range(len(acts), len(acts) + dice.choice((1, 2, 3))):
        beside = dice.choice(acts)
        shared = dice.random() < 0.5 and not beside.own_port and beside.server in servers
        plans.append(dataclasses.replace(
            beside, server=beside.server if shared else dice.choice(servers), clients=clients, family=healthy.name, number=number, ip=beside.ip if shared or nat else dice.choice((4, 6)),
            port=beside.port if shared else dice.choice(QUIET_PORTS), own_port=False,
            start=round(dice.uniform(0, LENGTH - healthy.seconds), 3), count=dice.choice((1, 1, 2, 5, 20))))
    return tuple(plans)


def draw_plan(seed, number, studied, sealed, healthy):
    """The plan of draw `number`. `studied` and `sealed` are lists of families; a draw has acts of one side only, so
    that looking at a studied capture shows nothing of a sealed family. `healthy` is the family of ordinary talk."""
    dice = random.Random(f"{seed}/{number}")
    side = "sealed" if sealed and (not studied or dice.random() < 1 / 3) else "studied"
    pool = [family for family in (sealed if side == "sealed" else studied) if family is not healthy]
    families = [dice.choice(pool) for _ in range(dice.choice((1, 1, 2, 2, 3, 4, 6, 8)))]
    families = [f for n, f in enumerate(families) if not f.alone or f not in families[:n]]
    nat = dice.random() < 0.15 and all(f.nat and 4 in f.ip for f in families)
    hosts = _hosts(dice, families)
    acts = _acts(dice, families, hosts, nat)
    acts += _healthy(dice, healthy, acts, hosts, nat)
    return Plan(seed, number, side, hosts, nat, dice.choice((0, 1)), acts, draw_views(dice, hosts))
