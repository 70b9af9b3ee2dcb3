# SPDX-License-Identifier: GPL-2.0-or-later
"""Segments of no connection: from Scapy, from raw sockets, from nmap with flags of one's own."""

import asyncio
import json

from ...forge import ACK, FIN, PSH, Look, send
from .. import programs
from ..family import family
from ..ledger import REFUSAL, late
from ..talk import some_bytes
from .scanners import SCANNED, doors, nmap, note_scan

URG = 0x20
PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's Scapy
SCAPY = """
import json, sys, time
from scapy.all import IP, IPv6, TCP, Raw, conf, send
conf.verb = 0
for source, target, sport, dport, flags, size, pause in json.loads(sys.argv[1]):
    layer = IPv6 if ":" in target else IP
    packet = layer(src=source, dst=target) / TCP(sport=sport, dport=dport, flags=flags, seq=sport * 65521, ack=dport * 9973)
    send(packet / Raw(b"s" * size) if size else packet)
    time.sleep(pause)
"""


def violations(act, ports):
    """Whatever these ports answer, it answers to a segment that no connection had room for."""
    note_scan(act, ports, {REFUSAL: "protocol_violation", **late("protocol_violation")}, {})


@family("protocol_violation/scapy", most=30, seconds=12, nat=False, tools=("scapy3", PYTHON))
async def scapy(act):
    """Somebody tries with Scapy how a host takes odd segments: none of the flags or all, lone FINs, ACKs with data,
    SYN with FIN, to open and closed ports, one by one. What the closed ones must answer is a reset."""
    ports, _ = doors(act)
    violations(act, ports)
    client = act.client(0)
    forms = [("F", 0), ("", 0), ("FPU", 0), ("A", 0), ("PA", act.dice.choice((5, 300, 1200))), ("FA", 0), ("SF", 0), ("P", 7),
             ("AU", 0)]
    pause = act.dice.choice((0, 0.05, 0.3))
    strays = [(client.address[act.ip], act.address, act.stage.free_port(act.dice), act.dice.choice(ports),
               *act.dice.choice(forms), pause) for _ in range(act.count)]
    await programs.run(act, client, PYTHON, "-c", SCAPY, json.dumps(strays), patience=11)


@family("protocol_violation/lone-segments", own_port=True, most=30, seconds=8, nat=False)
async def lone_segments(act):
    """Single segments of connections that never were come to a service that others use, over some seconds or all at
    once: stray ACKs, FINs, data; from one source port or many. No SYN goes before, and nothing follows the reset."""
    service = act.listen()
    act.note_service({REFUSAL: "protocol_violation", **late("protocol_violation")})
    closed = act.dice.choice(SCANNED)
    violations(act, [closed])
    flags = act.dice.choice(((ACK,), (PSH | ACK,), (FIN | ACK,), (ACK, PSH | ACK, FIN | ACK, URG | ACK)))
    fixed = act.stage.free_port(act.dice) if act.dice.random() < 0.3 else None
    look = Look(ttl=act.dice.choice((64, 64, 128, 255)), window=act.dice.choice((0, 512, 1024, 64240)))

    async def play(number, dice):
        if dice.random() < 0.2:
            talk = await act.connect(service, number)
            await talk.ask(dice)
            await talk.part(dice)
        kind = dice.choice(flags)
        port = dice.choice((service.port, closed))
        source = (act.client(number).address[act.ip], fixed or act.stage.free_port(dice))
        data = some_bytes(dice, 1, 800) if kind & PSH else b""
        await asyncio.to_thread(send, act.client(number), source, (act.address, port), kind, dice.randrange(1, 2**32),
                                dice.randrange(1, 2**32), data=data, look=look)

    await act.each(play)
    await asyncio.sleep(0.5)


@family("protocol_violation/nmap-own-flags", most=1, seconds=13, nat=False, tools=("nmap",))
async def own_flags(act):
    """nmap sends flags that its user has put together (--scanflags), slowly or not, to ports most of which are closed."""
    ports, _ = doors(act)
    violations(act, ports)
    await nmap(act, ports, "-sF", "--scanflags", act.dice.choice(("PSHURG", "URGFIN", "ACKPSH", "ACKURGFIN", "PSH", "URG")),
               "--scan-delay", act.dice.choice(("0", "20ms", "100ms")))
