# SPDX-License-Identifier: GPL-2.0-or-later
"""injected, by the stage of the connection at which a device strikes and by the pattern of its resets."""

from ..forge import ACK, RST, Look
from ..forger import ACTIVE, PASSIVE, REFUSAL, Forger, expect_forged, expect_victims
from ..story import story
from .abandoned import dial
from .injected import REQUEST, open_connection

SERIES = ((RST, 0), (RST | ACK, 0), (RST | ACK, 1460), (RST | ACK, 4380))


@story("injected-ipv4-after-syn", views="client server both", port=8920, near_miss_for="not_listening",
       network={"delay_ms": 20, "server_ttl": 128})
@story("injected-ipv6-after-syn", views="client", ip=6, port=8921, near_miss_for="not_listening",
       network={"delay_ms": 12})
def after_syn(stage, port):
    """A device on the way refuses the client's SYN in the server's name, but lets it through. The
    server accepts; its SYN-ACK, which comes after the refusal, is reset by the client's kernel."""
    stage.listen(port)
    with Forger(stage) as forger:
        sock, flow = dial(stage, port)
        syn = forger.overhear(flow.client[1])
        forger.strike(flow, "client", syn, RST | ACK, look=Look(ttl=60, window=0))
        stage.pause(0.3)
        sock.close()
    # The forgery is a true refusal: it has no sequence number of its own.
    expect_forged(stage, flow, "client", RST | ACK, asked=True, **REFUSAL)
    expect_victims(stage, flow)


@story("injected-ipv4-after-handshake", views="client server", port=8922, network={"delay_ms": 15})
@story("injected-ipv6-after-handshake", views="client server", ip=6, port=8923,
       network={"delay_ms": 15, "server_ttl": 255, "timestamps": False})
def after_handshake(stage, port):
    """A device resets the client as soon as the handshake is complete, before anybody has said a
    word. The server greets a client that is gone."""
    listener = stage.listen(port)
    with Forger(stage) as forger:
        sock = stage.caller()
        flow = stage.flow(sock, port)
        sock.connect((stage.address, port))
        forger.overhear(flow.client[1])  # the SYN
        forger.strike(flow, "client", forger.overhear(flow.client[1]), RST | ACK, look=Look(ttl=101, window=8192))
        accepted, _ = listener.accept()
        stage.keep.append(accepted)
        accepted.sendall(b"220 lab ready\r\n")
        stage.pause(0.2)
    expect_forged(stage, flow, "client", RST | ACK, **ACTIVE | {
        })
    expect_victims(stage, flow)


@story("injected-ipv4-series", views="client server both", port=8924, network={"delay_ms": 20, "server_ttl": 128})
@story("injected-ipv6-series", views="client both-skewed", ip=6, port=8925, network={"delay_ms": 10})
def series(stage, port):
    """A censor overhears a forbidden word and sends the client four resets in the server's name: one
    RST, then three RST,ACK with the sequence number right, 1460 and 4380 too high."""
    with Forger(stage) as forger:
        connection = open_connection(stage, port)
        flow = connection.flow
        connection.client.sendall(REQUEST)
        heard = forger.overhear(flow.client[1], b"forbidden")
        for number, (flags, ahead) in enumerate(SERIES):
            look = Look(ttl=90 + 3 * number, window=1000 + 77 * number, ip_id=0x4A00 + 911 * number)
            forger.strike(flow, "client", heard, flags, ahead, look)
        connection.server.recv(1000)
        connection.server.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        stage.pause(0.2)
    for number, (flags, _) in enumerate(SERIES):
        expect_forged(stage, flow, "client", flags, repeats=number > 0, **PASSIVE | {
            "never": "unread_data"})
    expect_victims(stage, flow)


@story("injected-ipv4-series-both-ends", views="client server", port=8926, network={"delay_ms": 15})
def series_both_ends(stage, port):
    """A censor resets both ends three times over, the sequence numbers spaced by a segment's length;
    the client tries again, says the word, and meets the same fate. What the server's kernel still
    acknowledges is reset by the client's."""
    listener = stage.listen(port)
    with Forger(stage) as forger:
        for _ in range(2):
            connection = stage.connect(listener)
            flow = connection.flow
            connection.client.sendall(REQUEST)
            heard = forger.overhear(flow.client[1], b"forbidden")
            for number in range(3):
                for victim in ("client", "server"):
                    forger.strike(flow, victim, heard, RST | ACK, number * 1460, Look(ttl=70 + number, ip_id=0))
            stage.pause(0.2)
            for number in range(3):
                for victim in ("client", "server"):
                    expect_forged(stage, flow, victim, RST | ACK, repeats=number > 0)
            expect_victims(stage, flow)


@story("injected-ipv4-mid-stream", views="client server", port=8927, victim="client", network={"delay_ms": 8})
@story("injected-ipv6-mid-stream", views="client server both-late", ip=6, port=8928, victim="server",
       network={"delay_ms": 8, "server_ttl": 128})
def mid_stream(stage, port, victim):
    """Long after the connection began, in a pause of some seconds, a device resets one end. The other
    one knows nothing of it, speaks again, and is reset by the victim's kernel."""
    with Forger(stage) as forger:
        connection = open_connection(stage, port)
        flow = connection.flow
        for number in range(4):
            connection.ask(b"line %d?\n" % number, b"here is line %d\n" % number)
            stage.pause(0.25)
        stage.server_capture_starts()
        connection.ask(b"and the last line?\n", b"it is the last\n")
        stage.pause(1.5)
        last = forger.overhear(flow.server[1], b"the last")
        forger.strike(flow, victim, last, RST | ACK if victim == "client" else RST, look=Look(ttl=120, window=512))
        stage.pause(0.4)
        other = connection.server if victim == "client" else connection.client
        other.sendall(b"one more thing\n")
        stage.wait_for_failure(other, 5)
    expect_forged(stage, flow, victim, RST | ACK if victim == "client" else RST)
    expect_victims(stage, flow, victim)


@story("injected-ipv4-ignored", views="client both", port=8929, victim="client",
       network={"server_ttl": 128, "delay_ms": 5})
@story("injected-ipv6-ignored", views="server both-behind", ip=6, port=8930, victim="server")
def ignored(stage, port, victim):
    """A forger guesses the sequence number: within the window, but not exact. The victim answers with
    a challenge ACK, and the connection goes on as if nothing had happened."""
    with Forger(stage) as forger:
        connection = open_connection(stage, port)
        flow = connection.flow
        answer = forger.overhear(flow.server[1], b"yes")
        for ahead in (2000, 7777):
            forger.strike(flow, victim, answer, RST, ahead, Look(ttl=111, window=0))
        stage.pause(0.3)
        connection.ask(b"are you still there?\n", b"of course\n")
        connection.ask(b"good\n", b"indeed\n")
        connection.close()
    for number in range(2):
        expect_forged(stage, flow, victim, repeats=number > 0)


@story("injected-ipv4-stranger-on-the-link", views="client", port=8931, network={"delay_ms": 12})
@story("injected-ipv6-stranger-on-the-link", views="client both", ip=6, port=8932, network={"delay_ms": 12})
def stranger(stage, port):
    """Another machine on the client's link overhears a request and resets the client in the server's
    name: right in all but the link-layer address. The server's answer comes too late."""
    with Forger(stage) as forger:
        connection = open_connection(stage, port)
        flow = connection.flow
        connection.client.sendall(REQUEST)
        heard = forger.overhear(flow.client[1], b"forbidden")
        forger.strike(flow, "client", heard, look=Look(ttl=63, window=0), link_address=bytes.fromhex("02005e102030"))
        connection.server.recv(1000)
        connection.server.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        stage.pause(0.2)
    expect_forged(stage, flow, "client", asked=True)
    expect_victims(stage, flow)
