# SPDX-License-Identifier: GPL-2.0-or-later
"""Varnish, whose answers are synthetic here: nothing is behind it."""

from .. import programs, visitors
from ..family import family
from ..ledger import late

VCL = """vcl 4.1;
backend none none;
sub vcl_recv { return (synth(200, "yes")); }
"""
GET = b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n"


async def varnish(act, **parameters):
    folder = programs.folder(act)
    (folder / "lab.vcl").write_text(VCL, encoding="ascii")
    parameters = {"thread_pools": 1, "thread_pool_min": 10, "thread_pool_max": 70, "vsl_space": "1M", **parameters}
    return await programs.serve(act, "varnishd", "-j", "none", "-F", "-n", folder / "work", "-f", folder / "lab.vcl", "-s",
                                "malloc,1M", "-a", f"{programs.url_host(act.address)}:{act.port}", "-T", "none",
                                *(word for key, value in parameters.items() for word in ("-p", f"{key}={value}")))


async def greeted(act, number):
    visitor = await visitors.visit(act, number)
    await visitor.ask(GET, b"</html>")
    return visitor


@family("data_after_close/varnish-idle", own_port=True, most=30, seconds=14, tools=("varnishd", "gcc"))
async def idle(act):
    """Varnish closes a client's connection that is silent for some seconds (timeout_idle); the next request is too
    late."""
    patience = act.dice.choice((1, 2, 3))
    await varnish(act, timeout_idle=patience)

    await visitors.speak_too_late(act, greeted, GET, patience)


@family("unread_data/varnish-header-too-large", own_port=True, most=30, seconds=9, tools=("varnishd", "gcc"))
async def header_too_large(act):
    """A client's header is larger than Varnish takes (http_req_size): it closes without an answer, the rest unread."""
    await varnish(act, http_req_size="2k")
    act.note_service({"TCP_ABORT_ON_CLOSE": "unread_data", **late("data_after_close")})

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        await visitor.send(GET[:-2] + b"Cookie: " + b"biscuit=" * dice.randrange(1500, 9000) + b"\r\n\r\n")
        await visitor.sees_the_end(3)
        visitor.close()

    await act.each(play)
