# SPDX-License-Identifier: GPL-2.0-or-later
"""PostgreSQL and MariaDB as servers; their clients are sockets of ours that speak a little of the protocols."""

import asyncio
import signal
import struct
from pathlib import Path

from .. import programs, visitors
from ..family import family
from ..ledger import KEPT_ALIVE, aborted, late

POSTGRES = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), Path("/nowhere"))
POSTGRES_TOOLS = (str(POSTGRES / "postgres"), str(POSTGRES / "initdb"), "setpriv")
MARIADB_TOOLS = ("mariadbd", "setpriv")
READY = b"Z\0\0\0\5I"  # ReadyForQuery, idle
OK = b"\0\0\0\2\0"  # the end of a packet's number, and of an OK


async def postgres(act, **settings):
    """PostgreSQL at the act's port, with a cluster of its own."""
    folder = programs.folder(act, "postgres")
    cluster = folder / "cluster"
    maker, status = await programs.run(act, act.server, POSTGRES_TOOLS[1], "-D", cluster, "-A", "trust", "--no-sync",
                                       "--no-instructions", "--locale=C", "--wal-segsize=1", user="postgres", cwd=folder,
                                       patience=20)
    if status != 0:
        raise RuntimeError(f"initdb fails: {maker.says()}")
    with open(cluster / "pg_hba.conf", "a", encoding="ascii") as file:
        file.write("host all all all trust\n")
    settings = {"fsync": "off", "shared_buffers": "1MB", "max_wal_senders": 0, "wal_level": "minimal", "autovacuum": "off",
                "max_connections": 60, "min_wal_size": "2MB", **settings}
    return await programs.serve(act, POSTGRES_TOOLS[0], "-D", cluster, "-p", act.port, "-h", act.address, "-k", folder,
                                *(word for key, value in settings.items() for word in ("-c", f"{key}={value}")),
                                user="postgres", cwd=folder)


async def psql(act, number):
    """A client that has logged in."""
    visitor = await visitors.visit(act, number)
    words = b"user\0postgres\0\0"
    await visitor.ask(struct.pack("!II", 8 + len(words), 196608) + words, READY)
    return visitor


def query(text):
    return b"Q" + struct.pack("!I", 5 + len(text)) + text.encode() + b"\0"


@family("data_after_close/postgres-idle-session", own_port=True, most=20, seconds=14, tools=POSTGRES_TOOLS)
async def idle_session(act):
    """PostgreSQL ends sessions that are idle for some seconds (idle_session_timeout), telling them so; the client's next
    query comes too late."""
    await postgres(act, idle_session_timeout=act.dice.choice((1000, 2000, 3000)))

    await visitors.speak_too_late(act, psql, query("select 1"), 3)


@family("process_exit/postgres-killed", own_port=True, least=2, most=20, seconds=13, tools=POSTGRES_TOOLS)
async def postgres_killed(act):
    """All processes of PostgreSQL hang, queries lie unread, and they are killed (as when memory runs out): resets for
    these, FINs for quiet sessions, refusals afterwards."""
    await visitors.die_while_busy(act, await postgres(act), psql, query("select 1"))


@family("keepalive_timeout/postgres", own_port=True, most=10, seconds=15, tools=POSTGRES_TOOLS)
async def postgres_keep_alive(act):
    """PostgreSQL sends keep-alive probes to silent sessions (tcp_keepalives_idle …), whose path is cut; its kernel resets
    them."""
    idle, interval, count = act.dice.choice(((1, 1, 3), (2, 1, 4), (1, 2, 2)))
    await postgres(act, tcp_keepalives_idle=idle, tcp_keepalives_interval=interval, tcp_keepalives_count=count)
    act.note_service(KEPT_ALIVE)

    async def play(number, dice):
        visitor = await psql(act, number)
        await asyncio.sleep(dice.choice((0.3, 1.2)))
        async with act.blocked(visitor.flow, dice.choice(("both", "server", "client"))):
            await asyncio.sleep(idle + interval * count + 1.5)

    await act.each(play)


@family("service_stopped/postgres-fast-shutdown", own_port=True, most=20, seconds=14, tools=POSTGRES_TOOLS)
async def fast_shutdown(act):
    """PostgreSQL is shut down (fast), which ends its sessions; who comes then is refused."""
    await visitors.go_down(act, await postgres(act), psql, signals=(signal.SIGINT,))


async def mariadb(act, *settings):
    """MariaDB at the act's port, without tables or InnoDB; everybody may log in."""
    folder = programs.folder(act, "nobody")
    return await programs.serve(
        act, "mariadbd", "--no-defaults", f"--datadir={folder}", f"--socket={folder}/s", f"--pid-file={folder}/p",
        f"--port={act.port}", f"--bind-address={act.address}", "--skip-grant-tables", "--skip-networking=0",
        "--innodb=OFF", "--default-storage-engine=MyISAM", "--aria-pagecache-buffer-size=1M", "--key-buffer-size=1M",
        "--skip-name-resolve", *settings, user="nobody", cwd=folder)


def packet(number, payload):
    return struct.pack("<I", len(payload))[:3] + bytes((number,)) + payload


async def mysql(act, number):
    """A client that has logged in."""
    visitor = await visitors.visit(act, number)
    await visitor.read_until(b"mysql_native_password\0")
    capabilities = 0x200 | 0x8000  # CLIENT_PROTOCOL_41, CLIENT_SECURE_CONNECTION
    answer = struct.pack("<IIB23x", capabilities, 1 << 24, 33) + b"lab\0" + b"\0"
    await visitor.ask(packet(1, answer), OK)
    return visitor


def sql(text):
    return packet(0, b"\3" + text.encode())


@family("idle_timeout/mariadb-wait-timeout", own_port=True, most=30, seconds=19, tools=MARIADB_TOOLS)
async def wait_timeout(act):
    """MariaDB ends sessions that are silent for some seconds (wait_timeout), by a reset: it sets SO_LINGER 0 for them."""
    patience = act.dice.randrange(8, 13)
    await mariadb(act, f"--wait-timeout={patience}")
    act.note_service(aborted("idle_timeout"))

    async def play(number, dice):
        visitor = await mysql(act, number)
        for _ in range(dice.choice((1, 2, 5))):
            await visitor.ask(sql("do 1"), b"\0\0\0")
        await visitor.sees_the_end(patience + 4)
        visitor.close()

    await act.each(play)


@family("application_protocol_error/mariadb-packet-too-large", own_port=True, most=20, seconds=9, tools=MARIADB_TOOLS)
async def packet_too_large(act):
    """A client's query is larger than MariaDB allows (max_allowed_packet): an error packet, and a close with the rest
    unread."""
    await mariadb(act, "--max-allowed-packet=1024", "--net-buffer-length=1024")
    act.note_service({"TCP_ABORT_ON_CLOSE": "application_protocol_error", **late("data_after_close")})

    async def play(number, dice):
        visitor = await mysql(act, number)
        await visitor.send(sql("do '" + "x" * dice.randrange(200_000, 900_000) + "'"))
        await visitor.sees_the_end(4)
        visitor.close()

    await act.each(play)


@family("process_exit/mariadb-killed", own_port=True, least=2, most=30, seconds=11, tools=MARIADB_TOOLS)
async def mariadb_killed(act):
    """MariaDB hangs, queries lie unread, and it is killed."""
    await visitors.die_while_busy(act, await mariadb(act), mysql, sql("do 1"))


@family("accept_queue_overflow/mariadb-stopped", own_port=True, least=6, seconds=13, calm=True, nat=False, alone=True,
        tools=MARIADB_TOOLS)
async def queue_full(act):
    """MariaDB hangs behind a short queue (back_log), and the kernel is told to reset those that no longer fit."""
    act.server.sysctl("ipv4/tcp_abort_on_overflow", 1)
    backlog = act.dice.choice((8, 16, 32))
    program = await mariadb(act, f"--back-log={backlog}")
    program.signal(signal.SIGSTOP)
    await visitors.overflow(act, backlog, sql("do 1"))

