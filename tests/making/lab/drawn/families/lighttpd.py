# SPDX-License-Identifier: GPL-2.0-or-later
"""lighttpd as a server, which is one process; its clients are sockets of ours."""

from .. import programs, visitors
from ..family import family

CONFIGURATION = """server.document-root = "{folder}"
server.bind = "{host}"
server.port = {port}
server.errorlog = "{folder}/errors"
server.upload-dirs = ( "{folder}" )
server.max-connections = 300
"""
GET = b"GET /yes HTTP/1.1\r\nHost: lab\r\n\r\n"


async def lighttpd(act):
    folder = programs.folder(act)
    (folder / "yes").write_text("yes\n", encoding="ascii")
    (folder / "big").write_bytes(b"0123456789abcde\n" * 200_000)
    file = folder / "lighttpd.conf"
    file.write_text(CONFIGURATION.format(folder=folder, host=programs.url_host(act.address), port=act.port),
                    encoding="ascii")
    return await programs.serve(act, "lighttpd", "-D", "-f", file)


async def greeted(act, number):
    visitor = await visitors.visit(act, number)
    await visitor.ask(GET, b"yes\n")
    return visitor


@family("process_exit/lighttpd-killed", own_port=True, least=2, most=40, seconds=9, tools=("lighttpd",))
async def killed(act):
    """lighttpd hangs, its clients' requests lie unread, and it is killed: resets for these, FINs for quiet ones, refusals
    afterwards."""
    await visitors.die_while_busy(act, await lighttpd(act), greeted, GET)
