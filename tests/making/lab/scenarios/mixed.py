# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures as customers send them: one file, many connections, many causes."""

from ..story import story
from . import abandoned, application, closed, firewall_reject, half_open, not_listening, service
from .happy_eyeballs import over


@story("mixed-ipv4-bad-day", port=8820, network={"delay_ms": 30, "server_ttl": 128})
def bad_day(stage, port):
    """A bad day of one server, seen from its client: ten causes within a few seconds, while one
    long connection goes on unharmed."""
    patient = stage.connect(stage.listen(port))
    acts = (lambda: not_listening.closed_port(stage, port + 1),
            lambda: closed.after_fin(stage, port + 2),
            lambda: application.never_read(stage, port + 3, by="server", size=900),
            lambda: firewall_reject.router_rejects_syn(stage, port + 4),
            lambda: abandoned.cancelled(stage, port + 5),
            lambda: application.mid_exchange(stage, port + 6, by="client", how="linger"),
            lambda: half_open.server_crashed(stage, port + 7),
            lambda: service.gone(stage, port + 8, refusals=2),
            lambda: application.fast_close(stage, port + 9),
            lambda: application.process_killed(stage, port + 10, unread=(1, 4)))
    for act in acts:
        act()
        patient.ask()
        stage.pause(0.1)
    patient.close()


@story("mixed-both-families", views="server", port=8840, network={"client_ttl": 255, "delay_ms": 12})
def both_families(stage, port):
    """Eight causes over IPv4 and IPv6, seen from the server, between healthy connections."""
    closed.several_segments(stage, port)
    with over(stage, 6):
        stage.talk()
        not_listening.several(stage, (port + 1, port + 2))
        application.too_large(stage, port + 3)
        service.down_and_up(stage, port + 4)
    application.fast_close(stage, port + 5)
    stage.talk()
    service.every_other(stage, port + 6)
    stage.no_firewall(stage.server)
    with over(stage, 6):
        application.process_killed(stage, port + 7, unread=(0, 3, 5))
        closed.unread_after_fin(stage, port + 8)
    closed.abort_in_flight(stage, port + 9)
