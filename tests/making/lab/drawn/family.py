# SPDX-License-Identifier: GPL-2.0-or-later
"""A family: one cause brought about in one way (cause × program or stack). Its name says both: "unread_data/sockets"."""

import importlib
import pkgutil
import shutil
from dataclasses import dataclass
from pathlib import Path

from ..stacks.foreign import STACKS, is_built
from . import families

FAMILIES = {}
# Where a program usually listens; by the first of a family's tools.
AT_HOME = {"apache2": (80, 8080), "beanstalkd": (11300,), "dovecot": (110, 143), "dropbear": (22, 2222),
           "exim4": (25, 587), "git": (9418,), "gunicorn": (5000, 8000), "haproxy": (80, 443, 8080),
           "icecast2": (8000,), "lighttpd": (80, 8080), "mariadbd": (3306,), "memcached": (11211,),
           "mosquitto": (1883,), "nats-server": (4222,), "nginx": (80, 8000, 8080), "ngircd": (6667,),
           "node": (3000, 8000, 8080), "openssl": (443, 993, 8443), "postgres": (5432,), "python3": (8000,),
           "redis-server": (6379,), "rsync": (873,), "squid": (3128, 8080), "sshd": (22, 2222),
           "stunnel4": (443, 465, 8443), "tinyproxy": (3128, 8888), "varnishd": (80, 6081), "vsftpd": (21,)}
SEALED = Path(__file__).with_name("sealed.txt")


@dataclass(frozen=True)
class Family:
    name: str
    play: object  # async (Act) -> None
    ip: tuple = (4, 6)
    ports: tuple = ()  # where the cause depends on them: the act's, and more that it takes
    least: int = 1  # connections
    most: int = 50
    seconds: float = 6.0  # that it takes at most, when the path is good
    calm: bool = False  # what happens depends on no packet being lost
    nat: bool = True  # can be staged behind a NAT
    own_port: bool = False  # nobody else may use its port
    alone: bool = False  # at most once in a draw
    tools: tuple = ()  # programs that it needs
    stack: str = ""  # of its server: "lwip", "gvisor"; of a NAT before its client: "pasta", "slirp4netns"; else the kernel's

    @property
    def cause(self):
        return self.name.partition("/")[0]

    @property
    def at_home(self):
        return AT_HOME.get(Path(self.tools[0]).name, ()) if self.tools else ()


def family(name, **traits):
    """Register the decorated coroutine as family `name`. Its docstring is the story, for a stranger."""

    def register(play):
        if name in FAMILIES:
            raise RuntimeError(f"family {name} is there twice")
        FAMILIES[name] = Family(name, play, **traits)
        return play

    return register


def _there(tool):
    return shutil.which(tool) or shutil.which(tool, path="/usr/sbin:/sbin")


def load_families():
    """(studied, sealed, missing): families by side, in the order of their names, and those whose programs are not
    installed, with what they lack. Sealed are those that sealed.txt names: scored as a whole, never opened."""
    for module in pkgutil.iter_modules(families.__path__):
        importlib.import_module(f"{families.__name__}.{module.name}")
    sealed = set(SEALED.read_text(encoding="utf-8").split())
    if unknown := sealed - set(FAMILIES):
        raise RuntimeError(f"sealed.txt names no family: {' '.join(sorted(unknown))}")
    missing = {f.name: [t for t in f.tools if not _there(t)] for f in FAMILIES.values()}
    for family in FAMILIES.values():
        if family.stack in STACKS and not is_built(family.stack):
            missing[family.name].append(f"stack-{family.stack} (tests/making/lab/stacks/build)")
    missing = {name: tools for name, tools in missing.items() if tools}
    usable = [FAMILIES[name] for name in sorted(FAMILIES) if name not in missing]
    return ([f for f in usable if f.name not in sealed], [f for f in usable if f.name in sealed], missing)
