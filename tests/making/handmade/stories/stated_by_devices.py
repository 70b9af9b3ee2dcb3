# SPDX-License-Identifier: GPL-2.0-or-later
"""NetScaler's codes in the window of a reset, F5's texts, and old stacks' words for a stray segment."""
from dataclasses import replace

from catalogue import Capture, Conversation, Frame, Host, noise, story
from hosts import APPLIANCE, LINUX, MACOS, WINDOWS

NETSCALER = ("Citrix CTX200852 (codes in the raw window of a reset), as copied in "
             "github bunnis/Wireshark-Lua-Plugin-NetScaler-TCP-Window-Reset-Codes")
F5 = "F5 article K13223 (tm.rstcause.pkt); observed: {}"
MENTAT = "nmap-os-db, CRC32 of the text: T5 RD=BD1AB510 'No listener', T6 RD=EA6C967D 'No TCP/No listener'"
STATED = "device_stated"
NEVER = ("injected", "malformed")
ADC = replace(APPLIANCE, window=8190, scaled_window=8190)
STEADY = replace(LINUX, window=9300, scaled_window=9300, scale=0)


def coded(talk: Conversation, window: int, **k) -> Frame:
    """A NetScaler's reset: plain, its own next number, the reason where a window should be."""
    return talk.emit("server", "R", window=window, options=[], **k)


# -- NetScaler -----------------------------------------------------------------------------
@story("zero_window_timeout-netscaler-9304", NETSCALER + ": 9304, seven zero-window probes unanswered", [STATED, "keepalive_timeout"])
def code_9304(c: Capture):
    """A client's window closes and the client falls silent. The balancer probes seven times in two minutes and
    resets with window 9304: it gave up on the link."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.130.0.7", hops=3), Host(ADC, "198.51.100.130"), 80, near="server", at=0.05,
                        rtt=0.011)
    talk.handshake()
    talk.send("client", 240)
    for _ in range(3):
        talk.send("server", 1400)
    talk.ack("client", window=0)
    byte = talk.ends["client"].rcv
    for pause in (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0):
        talk.wait(pause).emit("server", "A", b"a", lost=True, seq=byte)
    talk.wait(2.0)
    c.expect(coded(talk, 9304), "zero_window_timeout", origin="server",
             never=NEVER + ("keepalive_timeout", "retransmission_timeout", "idle_timeout"))


@story("data_after_close-netscaler-8201", NETSCALER + ": 8201, packet for a socket already closed", [STATED, "half_open"])
def code_8201(c: Capture):
    """A client sends a last request on a connection that both sides have closed: the reset's window says 8201, a
    stray. That is no cause of its own."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.131.0.7"), Host(ADC, "198.51.100.131", hops=7), 443, at=0.05, rtt=0.014)
    talk.handshake()
    talk.exchange(200, 900)
    talk.wait(0.5).close("server")
    late = talk.wait(1.0).send("client", 90, lost=True)
    c.expect(talk.emit("server", "R", seq=late.ack, window=8201, options=[]), "data_after_close",
             never=NEVER + (STATED, "half_open"), trigger=late, origin="server")


@story("half_open-netscaler-8201", NETSCALER + ": 8201, packet for a socket already closed", [STATED, "data_after_close"])
def code_8201_lost(c: Capture):
    """The capture begins in mid-stream; the balancer has failed over without its table. The reset that answers the
    next request says 8201 in its window."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.132.0.7"), Host(ADC, "198.51.100.132", hops=5), 443, at=0.05).midstream()
    for _ in range(3):
        talk.wait(0.7).exchange(150, 600)
    asked = talk.wait(2.2).send("client", 150, lost=True)
    c.expect(talk.emit("server", "R", seq=asked.ack, window=8201, options=[]), "half_open", never=NEVER + (STATED, "data_after_close"), trigger=asked, origin="server")


@story("firewall_reject-netscaler-9845", NETSCALER + ": 9845, application firewall policy", [STATED, "unread_data"])
def code_9845(c: Capture):
    """A request with SQL in it meets the balancer's application firewall: acknowledged, then reset with 9845."""
    noise(c)
    talk = Conversation(c, Host(MACOS, "10.133.0.7"), Host(ADC, "198.51.100.133", hops=9), 80, at=0.05, rtt=0.033)
    talk.handshake()
    talk.send("client", b"GET /item?id=1%27%20OR%201=1 HTTP/1.1\r\nHost: shop.example\r\n\r\n")
    talk.ack("server")
    c.expect(coded(talk, 9845), "firewall_reject",
             never=NEVER + ("unread_data", "half_open", "application_abort"))


@story("device_stated-netscaler-9100", NETSCALER + ": 9100, orphaned HTTP connection", ["fast_close", "half_open"])
def code_9100(c: Capture):
    """A balancer's reset says 9100: an HTTP connection that lost its other half. The catalogue has no such cause."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.134.0.7"), Host(ADC, "198.51.100.134", hops=4), 8080, at=0.05, rtt=0.009)
    talk.handshake()
    talk.send("client", 310)
    talk.ack("server")
    c.expect(coded(talk.wait(4.0), 9100), STATED, never=NEVER + ("half_open", "data_after_close"), origin="server")


@story("application_abort-window-like-a-code", NETSCALER + "; here an ordinary window", [STATED, "idle_timeout"])
def like_a_code(c: Capture):
    """A host without window scaling advertises 9300 in all its segments, a number that NetScaler uses as a code,
    and its program aborts an upload in mid-transfer. The window means a window."""
    noise(c)
    talk = Conversation(c, Host(STEADY, "10.135.0.7"), Host(LINUX, "198.51.100.135", hops=6), 21, at=0.05)
    talk.handshake()
    talk.exchange(30, 60)
    for _ in range(3):
        talk.send("client", 1300, lost=True)
    c.expect(talk.wait(0.003).abort("client"), "application_abort", never=NEVER + (STATED, "idle_timeout", "half_open"),
             origin="client")


# -- F5 ------------------------------------------------------------------------------------
def f5(talk: Conversation, trigger: Frame, cause: bytes) -> Frame:
    """A BIG-IP's reset: RST,ACK with window 0 that acknowledges the segment it answers."""
    return talk.emit("server", "RA", b"BIG-IP: " + cause, seq=trigger.ack, ack=trigger.end, window=0, options=[])


@story("device_stated-f5-peer-reset", F5.format("177 such messages of 58 bytes"), ["application_abort", "unread_data"])
def f5_peer(c: Capture):
    """The pool member behind a balancer resets; the balancer passes that on and says so: '{peer} TCP RST from remote
    system'. Why the member did it, this side cannot tell."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.136.0.7"), Host(APPLIANCE, "198.51.100.136", hops=8), 443, at=0.05)
    talk.handshake()
    talk.exchange(300, 1100)
    asked = talk.wait(0.3).send("client", 280)
    talk.ack("server")
    told = f5(talk.wait(0.09), asked, b"[0x31ae141:4666] {peer} TCP RST from remote system")
    c.expect(told, STATED, never=NEVER + ("retransmission_timeout", "firewall_reject", "half_open"), origin="server")


@story("half_open-f5-no-flow-found", F5.format("'No flow found for ACK', 46 bytes, in answer to ACKs"), [STATED, "not_listening"])
def f5_no_flow(c: Capture):
    """The capture begins in mid-stream. A balancer without the connection in its table answers an ACK: 'No flow found
    for ACK'. That says what it found, not why."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "2001:db8:137::7"), Host(APPLIANCE, "2001:db8:138::1", hops=6), 443,
                        at=0.05).midstream()
    for _ in range(2):
        talk.wait(0.5).exchange(120, 500)
    asked = talk.wait(1.2).send("client", 120, lost=True)
    c.expect(f5(talk, asked, b"[0x2664c65:2574] No flow found for ACK"), "half_open",
             never=NEVER + (STATED, "not_listening", "data_after_close"), trigger=asked, origin="server")


@story("firewall_reject-f5-policy-action", F5.format("'Policy action' in answer to a keep-alive, 15 s after a ClientHello"),
       [STATED, "keepalive_timeout", "idle_timeout"])
def f5_policy(c: Capture):
    """A carrier's proxy takes a ClientHello and says nothing. It answers the client's keep-alive, 15 s later, with
    'Policy action' in a reset."""
    noise(c)
    talk = Conversation(c, Host(MACOS, "10.139.0.7"), Host(APPLIANCE, "198.51.100.139", hops=10), 8443, at=0.05)
    talk.handshake()
    talk.send("client", 517)
    talk.ack("server")
    probe = talk.wait(15.0).keep_alive("client", garbage=b"")
    c.expect(f5(talk, probe, b"[0x2bc1f0e:1127] Policy action"), "firewall_reject",
             never=NEVER + ("keepalive_timeout", "half_open", "unread_data"))


# -- the Mentat stack: HP-UX, classic Mac OS, 2Wire -----------------------------------------
@story("half_open-stated-by-hp-ux", MENTAT + " (HP-UX B.11; a bare RST)", [STATED, "not_listening"])
def hp_ux_stray(c: Capture):
    """The capture begins in mid-stream. An HP-UX host restarts; the client's next segment finds neither a connection
    nor a listener, and the bare reset says so: 'No TCP/No listener'."""
    noise(c)
    server = Host(APPLIANCE, "192.0.2.140", hops=5)
    talk = Conversation(c, Host(WINDOWS, "192.168.140.5"), server, 1525, at=0.05, rtt=0.008).midstream()
    for _ in range(3):
        talk.wait(0.4).exchange(70, 210)
    asked = talk.wait(9.0).send("client", 70, lost=True)
    c.expect(talk.refuse(asked, payload=b"No TCP/No listener"), "half_open",
             never=NEVER + ("not_listening", STATED, "data_after_close"), trigger=asked, origin="server")


@story("data_after_close-stated-by-hp-ux", MENTAT + " (HP-UX B.11; a bare RST)", [STATED, "not_listening", "half_open"])
def hp_ux_closed(c: Capture):
    """The same words after an orderly close: an HP-UX service answered, closed and ended; more data of the client
    arrive."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "192.168.141.5"), Host(APPLIANCE, "192.0.2.141", hops=5), 1526, at=0.05)
    talk.handshake()
    talk.exchange(70, 210)
    talk.wait(0.1).fin("server")
    talk.ack("client")
    late = talk.wait(0.6).send("client", 70, lost=True)
    c.expect(talk.refuse(late, payload=b"No TCP/No listener"), "data_after_close",
             never=NEVER + ("not_listening", STATED, "half_open"), trigger=late, origin="server")
