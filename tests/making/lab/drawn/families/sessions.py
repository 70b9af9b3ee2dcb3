# SPDX-License-Identifier: GPL-2.0-or-later
"""PostgreSQL's sessions, and an administrator who ends them."""

import asyncio
import contextlib
import struct

from ..family import family
from ..ledger import late
from ..talk import some_bytes
from .databases import POSTGRES_TOOLS, READY, postgres, psql, query

TABLE = """create table lab (words text);
create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(0.05); return new; end';
create trigger slow before insert on lab for each row execute function slow();"""
TERMINATE = "select pg_terminate_backend(pid) from pg_stat_activity where query like 'copy%'"


async def administrator_of(act):
    """Logged in, as soon as PostgreSQL has started: it listens before ("the database system is starting up")."""
    for _ in range(20):
        with contextlib.suppress(ConnectionError):
            return await psql(act, 0)
        await asyncio.sleep(0.2)
    raise RuntimeError("PostgreSQL lets nobody in")


def rows(dice, count):
    """CopyData messages with one row each."""
    texts = (some_bytes(dice, 200, 900).replace(b"\\", b"/") + b"\n" for _ in range(count))
    return b"".join(b"d" + struct.pack("!I", 4 + len(text)) + text for text in texts)


@family("application_protocol_error/postgres-copy-terminated", own_port=True, most=8, seconds=14, tools=POSTGRES_TOOLS)
async def copy_terminated(act):
    """Clients fill a table whose trigger is slow (COPY), and an administrator terminates their sessions. PostgreSQL says
    "FATAL: terminating connection due to administrator command" and goes, with rows unread."""
    await postgres(act)
    act.note_service({"TCP_ABORT_ON_CLOSE": "application_protocol_error", **late("data_after_close")})
    administrator = await administrator_of(act)
    await administrator.ask(query(TABLE), READY)

    async def play(number, dice):
        visitor = await psql(act, number)
        await visitor.ask(query("copy lab from stdin"), b"G\0\0\0")
        for _ in range(12):
            await visitor.send(rows(dice, 10))
            await asyncio.sleep(0.2)
        await visitor.sees_the_end(3)
        visitor.close()

    filling = asyncio.ensure_future(act.each(play, apart=0.02))
    await asyncio.sleep(act.dice.uniform(1.2, 2.5))
    await administrator.ask(query(TERMINATE), READY)
    await filling
    administrator.close()
