# SPDX-License-Identifier: GPL-2.0-or-later
"""Apache as a server (prefork: a process for each connection); its clients are sockets of ours."""

import asyncio

from .. import programs, visitors
from ..family import family

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
    visitor = await visitors.visit(act, number)
    await visitor.ask(GET, b"yes\n")
    return visitor


@family("data_after_close/apache-keep-alive", own_port=True, most=16, seconds=15, tools=("apache2",))
async def keep_alive_over(act):
    """Apache closes a kept-alive connection after some seconds; it sends its FIN, listens two seconds more, and is gone
    when the client's next request comes."""
    patience = act.dice.choice((1, 2))
    await apache(act, f"KeepAliveTimeout {patience}", least=8)

    await visitors.speak_too_late(act, served, GET, patience, pause=(2.4, 4))


@family("process_exit/apache-children-killed", own_port=True, least=2, most=12, seconds=11, tools=("apache2",))
async def children_killed(act):
    """All processes of an Apache hang, requests lie unread, and they are killed: resets for these, FINs for others,
    refusals afterwards."""
    program = await apache(act, "KeepAliveTimeout 20", least=act.count)
    await visitors.die_while_busy(act, program, served, GET)


@family("unread_data/apache-slow-download", own_port=True, most=10, seconds=8, tools=("apache2",))
async def slow_download(act):
    """A client has asked Apache for a large file, reads a part of it, and closes."""
    await apache(act, least=4)

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
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
    slow = await visitors.visit(act, 0)
    await slow.send(b"GET /yes HTTP/1.1\r\n")
    await asyncio.sleep(0.3)
    await visitors.overflow(act, backlog, GET)


@family("service_stopped/apache", own_port=True, most=30, seconds=12, tools=("apache2",))
async def stopped(act):
    """Apache serves, is stopped, refuses, and is started again, or not."""
    await visitors.go_down(act, await apache(act), served, lambda: apache(act))
