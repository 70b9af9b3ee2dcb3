# SPDX-License-Identifier: GPL-2.0-or-later
"""nmap and hping3, who knock at many doors, and tcpkill, which slams them."""

import asyncio
import contextlib
import signal

from ...forge import ACK, RST, Ear
from .. import programs
from ..family import family
from ..ledger import FORGED, REFUSAL, late
from ..talk import some_bytes

SCANNED = range(61_100, 65_500)  # ports that no act and no client has


def doors(act):
    """Some ports of the server, of which a few are open: (all, open)."""
    ports = act.dice.sample(SCANNED, act.dice.choice((3, 8, 20, 60)))
    opened = ports[:act.dice.randrange(1, 4)]
    for port in opened:
        act.listen(port)
    return ports, opened


def note_scan(act, ports, by_server, by_client):
    for port in ports:
        for number in range(len(act.clients)):
            programs.note_host(act, number, "server", by_server, port)
            programs.note_host(act, number, "client", by_client, port)


async def nmap(act, ports, *words):
    version = ["-6"] if act.ip == 6 else []
    await programs.run(act, act.client(0), "nmap", *version, "-n", "-Pn", "--disable-arp-ping", "-T4", "--max-retries", 1,
                       "-p", ",".join(map(str, ports)), *words, act.address, patience=12)


@family("syn_scan/nmap", most=1, seconds=13, nat=False, tools=("nmap",))
async def syn_scan(act):
    """nmap tries many ports of a server with SYNs (-sS); its kernel, which knows of none, resets the SYN-ACKs of the open
    ones, and the closed ones refuse."""
    ports, _ = doors(act)
    note_scan(act, ports, {REFUSAL: "not_listening", **late("data_after_close")}, late("syn_scan"))
    await nmap(act, ports, "-sS")


@family("syn_scan/nmap-connect", most=1, seconds=13, tools=("nmap",))
async def connect_scan(act):
    """nmap connects to many ports of a server (-sT) and resets the connections that come to be."""
    ports, _ = doors(act)
    note_scan(act, ports, {REFUSAL: "not_listening", **late("data_after_close")},
              {"TCP_STATE": "syn_scan", **late("syn_scan")})
    await nmap(act, ports, "-sT")


@family("protocol_violation/nmap", most=1, seconds=13, nat=False, tools=("nmap",))
async def odd_scan(act):
    """nmap sends FINs, no flags at all, FIN with PSH and URG, FIN with ACK, or bare ACKs to many ports; ports that are
    closed answer with resets, and to an ACK the open ones, too."""
    ports, _ = doors(act)
    note_scan(act, ports, {REFUSAL: "protocol_violation", **late("protocol_violation")}, {})
    await nmap(act, ports, act.dice.choice(("-sF", "-sN", "-sX", "-sM", "-sA", "-sW")))


async def hping(act, node, *words, count):
    await programs.run(act, node, "hping3", "-n", "-q", "-c", count, "-i", f"u{act.dice.choice((2000, 20_000, 100_000))}",
                       *words, patience=6)


@family("protocol_violation/hping3", ip=(4,), most=20, seconds=8, nat=False, tools=("hping3",))
async def odd_flags(act):
    """hping3 sends segments of no connection, with odd flags, to open or closed ports of a server; resets come back."""
    port = act.dice.choice(SCANNED)
    if act.dice.random() < 0.5:
        act.listen(port)
    note_scan(act, [port], {REFUSAL: "protocol_violation", **late("protocol_violation")}, {})
    flags = act.dice.choice(("-A", "-F", "-FA", "-PA", "-FPU", "-A -d 120", "-XYA"))
    await hping(act, act.client(0), *flags.split(), "-s", act.stage.free_port(act.dice), "-p", port, act.address,
                count=act.count)


@family("syn_scan/hping3", ip=(4,), most=20, seconds=9, nat=False, tools=("hping3",))
async def hping_scan(act):
    """hping3 sends a SYN to one port after the other (-p ++); its kernel resets the SYN-ACKs of those that are open."""
    first = act.dice.randrange(SCANNED.start, SCANNED.stop - 60)
    ports = range(first, first + max(5, act.count))
    for port in act.dice.sample(ports, 3):
        act.listen(port)
    note_scan(act, ports, {REFUSAL: "not_listening", **late("data_after_close")}, late("syn_scan"))
    await hping(act, act.client(0), "-S", "-s", act.stage.free_port(act.dice), "-k", "-p", f"++{first}", act.address,
                count=len(ports))


@family("injected/hping3", ip=(4,), most=5, seconds=9, nat=False, calm=True, tools=("hping3",))
async def forged_by_hping(act):
    """Somebody at the router resets connections with hping3, in the server's name, with numbers that he has overheard;
    the server goes on."""
    service = act.listen()

    async def play(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice)
        with Ear(act.router, act.stage.name_of(act.client(number))) as ear:
            hearing = asyncio.ensure_future(asyncio.to_thread(ear.hear, talk.flow.client[1], lambda h: h.length > 0))
            await asyncio.sleep(0.05)
            await talk.say("client", some_bytes(dice, 5, 500))
            heard = await hearing
        await asyncio.sleep(0.3)
        flags = dice.choice((RST, RST | ACK))
        ack = heard.end if flags & ACK else 0
        talk.note("client", late("data_after_close"))
        act.forged(talk.flow, "client", flags, heard.ack, ack)
        (client, cport), (server, sport) = talk.flow
        await programs.run(act, act.router, "hping3", "-n", "-q", "-c", 1, "-a", server, "-s", sport, "-k", "-p", cport,
                           "-R", *(("-A", "-L", ack) if ack else ("-L", 0)), "-M", heard.ack, "-w",
                           dice.choice((0, 512, heard.window)), "-t", dice.choice((64, 128, 250)), client, patience=4)
        with contextlib.suppress(OSError):
            await talk.send("server", some_bytes(dice, 5, 900))
        await asyncio.sleep(0.5)

    await act.each(play, apart=0.1)


@family("injected/tcpkill", ip=(4,), own_port=True, most=8, seconds=12, nat=False, calm=True, tools=("tcpkill",))
async def tcpkill(act):
    """Somebody at the router runs tcpkill: each segment of a connection is answered with several forged resets to its
    sender, in the other end's name."""
    service = act.listen()
    talks = []
    for side in ("client", "server"):
        act.note_service({FORGED: "injected", **late("data_after_close")}, side)

    async def open_one(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice)
        talks.append(talk)

    async def go_on(number, dice):
        for side in ("client", "server", "client"):
            with contextlib.suppress(OSError):
                await talks[number].send(side, some_bytes(dice, 5, 900))
            await asyncio.sleep(dice.choice((0.05, 0.3)))

    await act.each(open_one)
    device = act.stage.name_of(act.dice.choice((act.server, act.client(0))))
    killer = await programs.start(act, act.router, "tcpkill", "-i", device, f"-{act.dice.choice((1, 3, 3, 5, 9))}",
                                  f"host {act.address} and port {act.port}")
    await asyncio.sleep(1)
    await act.each(go_on, count=len(talks))
    await asyncio.sleep(0.3)
    killer.signal(signal.SIGSTOP)

