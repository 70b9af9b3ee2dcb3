# SPDX-License-Identifier: GPL-2.0-or-later
"""Twins: different causes whose packets differ in nothing but numbers.

Each pair shows that a rule of tests/replay/judge holds: `twins` names the rule and the partner's capture.
Both ends say the same words in either story, nothing else is in the capture, and a test compares
them packet by packet (tests/replay/judge/twins_test.cpp).
"""

from ..forge import ACK, RST, SYN, Look, send, send_syn
from ..forger import Forger, expect_forged, expect_victims
from ..story import story
from .abandoned import dial

SILENCE = 6  # seconds; by far the longest pause of the connection
QUESTION = b"one last question\n"


def twin(name, views="client", **more):
    return story(name, views=views, noise=False, **more)


def seen_twice(name, twins, **more):
    """The story is told once before the client's camera, and once before both ends': what a program has in mind
    shows at neither. `twins` names the partner's story; one that forges is told before one camera alone."""
    at_both = {rule: f"{partner}-at-both-ends.both" for rule, partner in twins.items()
               if not partner.startswith("injected")}

    def register(tell):
        twin(name, twins={rule: f"{partner}.client" for rule, partner in twins.items()}, **more)(tell)
        return twin(f"{name}-at-both-ends", "both", twins=at_both, **more)(tell)

    return register


# -- a SYN is refused

@twin("not_listening-twin-closed-port", port=9000, how="closed",
      twins={"own_filter_or_closed_port": "firewall_reject-twin-own-filter.client",
             "forged_refusal_or_closed_port": "injected-twin-refuses.client",
             "no_acceptance_in_the_view": "service_stopped-twin-before-the-view.client"})
@twin("firewall_reject-twin-own-filter", port=9001, how="filter",
      twins={"own_filter_or_closed_port": "not_listening-twin-closed-port.client"})
@twin("service_stopped-twin-before-the-view", port=9002, how="stopped", late=True,
      twins={"no_acceptance_in_the_view": "not_listening-twin-closed-port.client"})
def refused_at_once(stage, port, how):
    """The capture holds one SYN and its refusal: nobody listens, the host's own filter refuses, or the
    service stopped before the capture started."""
    if how == "stopped":
        stage.talk(port)
        stage.start_capture()
    if how == "filter":
        stage.listen(port)
        stage.firewall(stage.server, f"tcp dport {port}")
    cause = {"closed": "not_listening", "filter": "firewall_reject", "stopped": "service_stopped"}[how]
    stage.expect(stage.refused(port), cause, kernel=None if how == "filter" else "NO_SOCKET", never="half_open")


@twin("service_stopped-twin-gone", port=9003, filtered=False,
      twins={"own_filter_or_stopped": "firewall_reject-twin-put-before-the-service.client"})
@twin("firewall_reject-twin-put-before-the-service", port=9004, filtered=True,
      twins={"own_filter_or_stopped": "service_stopped-twin-gone.client"})
def served_then_refused(stage, port, filtered):
    """One client is served, the next one refused: the service has stopped, or its host filters it."""
    stage.talk(port)
    if filtered:
        stage.listen(port)
        stage.firewall(stage.server, f"tcp dport {port}")
    stage.expect(stage.refused(port), "firewall_reject" if filtered else "service_stopped",
                 kernel=None if filtered else "NO_SOCKET", never="injected not_listening")


@twin("refused_while_listening-twin-now-and-then", port=9005, filtered=False,
      twins={"own_filter_or_limit": "firewall_reject-twin-now-and-then.client"})
@twin("firewall_reject-twin-now-and-then", port=9006, filtered=True,
      twins={"own_filter_or_limit": "refused_while_listening-twin-now-and-then.client"})
def now_and_then(stage, port, filtered):
    """A service accepts and refuses by turns: its limit makes it stop listening for a while, or the
    host's filter keeps some clients out."""
    for _ in range(2):
        stage.talk(port)
        if filtered:
            listener = stage.listen(port)
            stage.firewall(stage.server, f"tcp dport {port}")
        flow = stage.refused(port)
        if filtered:
            stage.no_firewall(stage.server)
            listener.close()
        stage.expect(flow, "firewall_reject" if filtered else "refused_while_listening",
                     kernel=None if filtered else "NO_SOCKET", never="injected not_listening")
    stage.talk(port)


@twin("service_stopped-twin-draining", port=9007, back=False,
      twins={"refused_ever_since": "refused_while_listening-twin-limit.client"})
@twin("refused_while_listening-twin-limit", port=9008, back=True,
      twins={"refused_ever_since": "service_stopped-twin-draining.client"})
def closes_its_ears(stage, port, back):
    """A service with one client stops listening: for good, to end when the client does, or until the
    client leaves. The capture ends before the difference shows."""
    listener = stage.listen(port)
    connection = stage.connect(listener)
    listener.close()
    connection.ask()
    stage.expect(stage.refused(port), "refused_while_listening" if back else "service_stopped",
                 never="injected not_listening")
    connection.close()
    if back:
        stage.listen(port)


@twin("not_listening-twin-address-moved", port=9009, moved=True,
      twins={"other_machine_refuses": "firewall_reject-twin-on-the-way.client"})
@twin("firewall_reject-twin-on-the-way", port=9010, moved=False,
      twins={"other_machine_refuses": "not_listening-twin-address-moved.client"})
def one_hop_nearer(stage, port, moved):
    """The host serves a client on another port; then a SYN is refused one hop nearer: by a machine that
    has taken over the address (here the router), or by a filter there."""
    stage.talk(9999)
    if moved:
        take_over(stage)
    else:
        stage.listen(port)
        stage.firewall(stage.router, f"tcp dport {port}")
    stage.expect(stage.refused(port), "not_listening" if moved else "firewall_reject", at="router",
                 kernel="NO_SOCKET" if moved else None, origin="" if moved else "network", never="injected")


def take_over(stage):
    """The router takes the server's address."""
    stage.router.run("ip", "addr", "add", f"{stage.address}/32", "dev", "lo")
    stage.pause(0.1)


@twin("firewall_reject-twin-refuses-on-the-way", port=9011, forged=False,
      twins={"forged_refusal": "injected-twin-refuses.client"})
@twin("injected-twin-refuses", port=9012, forged=True,
      twins={"forged_refusal": "firewall_reject-twin-refuses-on-the-way.client",
             "forged_refusal_or_closed_port": "not_listening-twin-closed-port.client"})
def refused_on_the_way(stage, port, forged):
    """Something on the way refuses a SYN in the server's name: a filter that stops it, or a device that
    forges the refusal beside it, the server's own answer being lost."""
    stage.listen(port)
    if not forged:
        stage.firewall(stage.router, f"tcp dport {port}")
        stage.expect(stage.refused(port), "firewall_reject", at="router", kernel=None, origin="network")
        return
    stage.block("to_client")  # for good: a SYN-ACK that came through later would be reset
    with Forger(stage) as forger:
        sock, flow = dial(stage, port)
        forger.strike(flow, "client", forger.overhear(flow.client[1]), RST | ACK,
                      look=Look(window=0, ip_id=0))
        stage.pause(0.1)
        sock.close()
        stage.captures.finish()
    expect_forged(stage, flow, "client", RST | ACK, asked=True, never="half_open")


@twin("connect_cancelled-twin-one-dial", port=9013, scan=False, network={"delay_ms": 20},
      twins={"one_bare_dial": "syn_scan-twin-last-port.client"})
@twin("syn_scan-twin-last-port", port=9014, scan=True, late=True, network={"delay_ms": 20},
      twins={"one_bare_dial": "connect_cancelled-twin-one-dial.client"})
def one_dial(stage, port, scan):
    """One SYN without options but the segment size, its SYN-ACK reset: a client without options that
    cancels, or the last port of a half-open scan, which began before the capture."""
    for option in ("timestamps", "sack", "window_scaling"):
        stage.client.sysctl(f"ipv4/tcp_{option}", 0)
    stage.listen(port)
    if scan:
        flow = stage.flow(stage.caller(), port)
        for probed in (port - 2, port - 1):
            send_syn(stage.client, flow.client, (stage.address, probed), 1000)
        stage.pause(0.2)
        stage.start_capture()
        send(stage.client, flow.client, flow.server, SYN, 2000, look=Look(ip_id=4711))
    else:
        sock, flow = dial(stage, port)
        stage.pause(0.01)
        sock.close()
    stage.pause(0.2)
    stage.expect(flow, "syn_scan" if scan else "connect_cancelled", by="client", never="injected half_open")


@twin("connect_cancelled-twin-seen-by-the-server", "server", port=9015, forged=False, network={"delay_ms": 20},
      twins={"gone_when_accepted": "data_after_close-twin-refused-on-its-side.server"})
@twin("data_after_close-twin-refused-on-its-side", "server", port=9016, forged=True, network={"delay_ms": 20},
      twins={"gone_when_accepted": "connect_cancelled-twin-seen-by-the-server.server"})
def gone_when_accepted(stage, port, forged):
    """At the server: the client resets the SYN-ACK. It has cancelled, or a device has refused it in the
    server's name, which is seen on its side only."""
    stage.listen(port)
    with Forger(stage) as forger:
        sock, flow = dial(stage, port)
        if forged:
            forger.strike(flow, "client", forger.overhear(flow.client[1]), RST | ACK, look=Look(window=0))
        else:
            stage.pause(0.005)
            sock.close()
        stage.pause(0.2)
        sock.close()
    if forged:
        expect_forged(stage, flow, "client", RST | ACK, asked=True, never="half_open")
        expect_victims(stage, flow)
    else:
        stage.expect(flow, "connect_cancelled", by="client", never="injected half_open")
