# SPDX-License-Identifier: GPL-2.0-or-later
"""Apache as a server (prefork: a process for each connection); its clients are sockets of ours."""

import asyncio
import signal

from .. import programs
from ..family import family
from ..ledger import KILLED, REFUSAL, late

MODULES = "/usr/lib/apache2/modules"
CONFIGURATION = """ServerRoot {folder}
ServerName lab
Listen {listen}
LoadModule mpm_prefork_module {modules}/mod_mpm_prefork.so
LoadModule authz_core_module {modules}/mod_authz_core.so
PidFile {folder}/pid
ErrorLog {folder}/errors
DocumentRoot {folder}
User nobody
Group nogroup
StartServers {least}
MinSpareServers 1
MaxSpareServers {most}
MaxRequestWorkers {most}
ListenBacklog {backlog}
{settings}
"""
GET = b"GET /yes HTTP/1.1\r\nHost: lab\r\n\r\n"


async def apache(act, settings="", least=1, most=25, backlog=511):
    folder = programs.folder(act)
    (folder / "yes").write_text("yes\n", encoding="ascii")
    (folder / "big").write_bytes(b"0123456789abcde\n" * 200_000)
    file = folder / "apache.conf"
    file.write_text(CONFIGURATION.format(folder=folder, listen=f"{programs.url_host(act.address)}:{act.port}", least=least,
                                         most=most, backlog=backlog, settings=settings, modules=MODULES), encoding="ascii")
    return await programs.serve(act, "apache2", "-X" if most == 1 else "-DFOREGROUND", "-f", file)


async def served(act, number):
    visitor = await programs.visit(act, number)
    await visitor.ask(GET, b"yes\n")
    return visitor


@family("data_after_close/apache-keep-alive", own_port=True, most=16, seconds=15, tools=("apache2",))
async def keep_alive_over(act):
    """Apache closes a kept-alive connection after some seconds; it sends its FIN, listens two seconds more, and is gone
    when the client's next request comes."""
    patience = act.dice.choice((1, 2))
    await apache(act, f"KeepAliveTimeout {patience}", least=8)

    async def play(number, dice):
        visitor = await served(act, number)
        if await visitor.sees_the_end(patience + 5):
            await asyncio.sleep(dice.uniform(2.4, 4))
            await visitor.send(GET)
            await visitor.sees_the_end(3)
        visitor.close()

    await act.each(play)


@family("process_exit/apache-children-killed", own_port=True, least=2, most=12, seconds=11, tools=("apache2",))
async def children_killed(act):
    """All processes of an Apache hang, requests lie unread, and they are killed: resets for these, FINs for others,
    refusals afterwards."""
    program = await apache(act, "KeepAliveTimeout 20", least=act.count)
    visitors = []

    async def come(number, dice):
        visitors.append(await served(act, number))

    async def ask_again(number, dice):
        if dice.random() < 0.7:
            await visitors[number].send(GET)

    async def come_again(number, dice):
        await act.dial(number)

    await act.each(come)
    program.signal(signal.SIGSTOP, program.pid, *program.workers)
    await act.each(ask_again, count=len(visitors), apart=0)
    await asyncio.sleep(act.dice.uniform(0.3, 1.5))
    act.note_service({REFUSAL: "service_stopped", **KILLED})
    program.kill()
    await asyncio.sleep(0.4)
    await act.each(come_again, count=act.dice.choice((0, 1, 3)))
    for visitor in visitors:
        visitor.close()


@family("unread_data/apache-slow-download", own_port=True, most=10, seconds=8, tools=("apache2",))
async def slow_download(act):
    """A client has asked Apache for a large file, reads a part of it, and closes."""
    await apache(act, least=4)

    async def play(number, dice):
        visitor = await programs.visit(act, number)
        await visitor.send(b"GET /big HTTP/1.1\r\nHost: lab\r\n\r\n")
        await visitor.read()
        await asyncio.sleep(dice.uniform(0.3, 2))
        visitor.close()

    await act.each(play)


@family("accept_queue_overflow/apache-busy", own_port=True, least=6, seconds=13, calm=True, nat=False, alone=True,
        tools=("apache2",))
async def busy(act):
    """Apache's only process is busy with one client's slow request. Others wait in its short queue (ListenBacklog), and
    the kernel is told to reset those that no longer fit."""
    act.server.sysctl("ipv4/tcp_abort_on_overflow", 1)
    backlog = act.dice.choice((4, 8, 16))
    await apache(act, most=1, backlog=backlog)
    slow = await programs.visit(act, 0)
    await slow.send(b"GET /yes HTTP/1.1\r\n")
    await asyncio.sleep(0.3)
    await programs.overflow(act, backlog, GET)


@family("service_stopped/apache", own_port=True, most=30, seconds=12, tools=("apache2",))
async def stopped(act):
    """Apache serves, is stopped, refuses, and is started again, or not."""
    async def come(number, dice):
        (await served(act, number)).close()

    async def refused(number, dice):
        await act.dial(number)

    program = await apache(act)
    await act.each(come, count=act.dice.choice((1, 2)))
    await asyncio.sleep(0.4)
    act.note_service({REFUSAL: "service_stopped", **late("data_after_close")})
    program.signal(signal.SIGTERM)
    await program.over()
    await act.each(refused)
    if act.dice.random() < 0.6:
        await apache(act)
        await act.each(come, count=2)
