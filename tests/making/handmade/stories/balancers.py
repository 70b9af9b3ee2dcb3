# SPDX-License-Identifier: GPL-2.0-or-later
"""Balancers, farms and neighbours: what TTL, IP-ID and window say of the machine, and what they do not."""
from dataclasses import replace

from catalogue import Capture, Conversation, Host, noise, story
from devices import Device, injected
from hosts import APPLIANCE, LINUX, WINDOWS

NETSCALER = ("Citrix CTX200852 (codes in the raw window of a reset), as copied in github "
             "bunnis/Wireshark-Lua-Plugin-NetScaler-TCP-Window-Reset-Codes; observed: SYN-ACK with window 8190 and TTL "
             "255, RST,ACK with window 9300 after 10 s to 60 s of silence")
FARM = "the catalogue of causes: load balancers show several TTLs for one address"
BGP = ("FRR, BGP_DEFAULT_TTL 1, and RFC 5082 (GTSM, 255): the TTL towards a neighbour; Linux IP_TTL holds for one "
       "socket alone")
COUNTER = "RFC 6864 (IPv4 ID); Sundara Raman et al., SIGCOMM 2023 (IP-ID of a reset against its host's)"
NEVER = ("injected", "firewall_reject")
ADC = replace(APPLIANCE, window=8190, scaled_window=8190)
ZERO_ID = replace(LINUX, counts_ip_id=False)
KEEPALIVE = b"\xff" * 16 + b"\0\x13\x04"  # of BGP (RFC 4271, 4.4)


# -- codes in the window -------------------------------------------------------------------
@story("idle_timeout-netscaler-9300", NETSCALER, ["device_stated", "fast_close", "application_abort"])
def code_9300(c: Capture):
    """A balancer's timer ends a kept-alive connection after three silent minutes: RST,ACK with its own next number and
    9300 in the window, as its SYN-ACK had 8190 there."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.141.0.7"), Host(ADC, "198.51.100.141", hops=10), 443, at=0.05, rtt=0.03)
    talk.handshake()
    for _ in range(3):
        talk.wait(0.4).exchange(200, 900)
    c.expect(talk.wait(180.0).abort("server", window=9300), "idle_timeout",
             never=NEVER + ("application_abort", "half_open"), origin="server")


@story("application_abort-window-like-a-code-from-128", NETSCALER + "; here another host's, by TTL and SYN-ACK",
       ["device_stated", "idle_timeout"])
def not_its_ttl(c: Capture):
    """A Windows server's window has fallen from 64240 to 9304, a NetScaler's code, when its program aborts in the
    middle of an upload. Its SYN-ACK was no NetScaler's."""
    noise(c)
    server = Host(replace(WINDOWS, scale=0, scaled_window=64240), "198.51.100.142", hops=7)
    talk = Conversation(c, Host(LINUX, "10.142.0.7"), server, 21, at=0.05)
    talk.handshake()
    talk.exchange(30, 60)
    for _ in range(4):
        talk.send("client", 1400)
    talk.ack("server")
    talk.send("server", 500, lost=True)
    c.expect(talk.wait(0.004).abort("server", window=9304), "application_abort",
             never=NEVER + ("device_stated", "zero_window_timeout"), origin="server")


# -- several machines, one address ---------------------------------------------------------
def farm(c: Capture, client: Host, address: str, opened: tuple[int, ...]) -> Conversation:
    """One connection for each TTL with which the farm opens; the last one stays open."""
    for n, ttl in enumerate(opened):
        talk = Conversation(c, client, Host(ZERO_ID, address), 443, at=0.05 + n / 2, rtt=0.02, timestamps=False)
        talk.syn()
        talk.syn_ack(ttl=ttl)
        talk.ack("client")
        for _ in range(2):
            talk.send("client", 220)
            talk.wait(0.004).send("server", 800, ttl=ttl)
            talk.ack("client")
        if n + 1 < len(opened):
            talk.wait(0.1).close()
    return talk


@story("half_open-another-machine-of-the-farm", FARM, ["injected", "firewall_reject", "data_after_close"])
def other_machine(c: Capture):
    """An address is served by machines that open connections with TTL 57 and 121. The one that holds a connection
    fails; its next segment goes to the other one, which does not know it and answers with TTL 121."""
    noise(c)
    talk = farm(c, Host(LINUX, "10.143.0.5"), "192.0.2.143", (121, 57, 121, 57))
    late = talk.wait(1.2).send("client", 220, lost=True)
    c.expect(talk.refuse(late, ttl=121), "half_open", never=NEVER, trigger=late, origin="server")


@story("firewall_reject-before-a-farm", FARM + "; nft(8), reject with tcp reset", ["half_open", "injected"])
def before_a_farm(c: Capture):
    """The same farm behind a firewall near the client whose rules change: it rejects the next segment with TTL 63,
    with which no machine of that address has opened a connection."""
    noise(c)
    talk = farm(c, Host(LINUX, "10.144.0.5"), "192.0.2.144", (121, 57, 121, 57))
    late = talk.wait(1.2).send("client", 220, lost=True)
    talk.last = "client"
    c.expect(talk.refuse(late, ttl=63), "firewall_reject", never=("injected",), trigger=late, origin="network")


# -- BGP -----------------------------------------------------------------------------------
def neighbours(c: Capture, n: int, ttl: int) -> Conversation:
    """Two routers on one link; both sockets send with this TTL."""
    one, two = (Host(replace(LINUX, ttl=ttl), f"192.0.2.{n + k}") for k in (0, 1))
    talk = Conversation(c, one, two, 179, at=0.05, rtt=0.0004)
    talk.handshake()
    talk.exchange(KEEPALIVE, KEEPALIVE)
    for _ in range(2):
        talk.wait(10.0).exchange(KEEPALIVE, KEEPALIVE)
    return talk


@story("half_open-bgp-with-ttl-1", BGP, ["firewall_reject", "injected"])
def bgp(c: Capture):
    """Two BGP neighbours talk with TTL 1. One restarts; its kernel, which knows of no such socket, answers the other's
    next KEEPALIVE with a plain reset, and the TTL of all its packets: 64."""
    noise(c)
    talk = neighbours(c, 151, 1)
    lost = talk.wait(10.0).send("client", KEEPALIVE, lost=True)
    c.expect(talk.refuse(lost, ttl=64), "half_open", never=NEVER, trigger=lost, origin="server")


@story("injected-into-a-bgp-session", BGP + "; " + COUNTER, ["half_open", "application_abort"])
def into_bgp(c: Capture):
    """Two BGP neighbours talk with TTL 255. A reset with the right number comes in one's name with TTL 51, from far
    away, without the timestamps that both had agreed on; the receiver, which does not check the TTL, obeys."""
    noise(c)
    talk = neighbours(c, 155, 255)
    end = talk.ends["server"]
    forged = Device(ttl=51).reset(talk, "server", talk.now + 3.3, "RA", seq=end.nxt, ack=end.rcv, window=64)
    injected(c, [forged], never=("malformed", "half_open"))


# -- one counter, several addresses --------------------------------------------------------
def downloads(c: Capture, client: Host, servers: list[Host]) -> list[Conversation]:
    talks = []
    for n, server in enumerate(servers):
        talk = Conversation(c, client, server, 80, at=0.05 + n / 50, rtt=0.02, timestamps=False)
        talk.handshake()
        for _ in range(2):
            talk.wait(0.01).exchange(200, 900)
        for _ in range(3):
            talk.wait(0.0002).send("server", 1200)
            talk.last = "server"
        talks.append(talk)
    return talks


@story("injected-one-counter-for-two-servers", COUNTER, ["application_abort", "process_exit"])
def one_counter(c: Capture):
    """A device between a client and two Windows servers, each with a counter of its own, cuts downloads from both in one
    moment. Its resets have the servers' numbers and TTL; their IP-IDs follow each other."""
    noise(c)
    servers = [Host(WINDOWS, "198.51.100.161", hops=8, next_ip_id=2000),
               Host(WINDOWS, "203.0.113.161", hops=8, next_ip_id=31000)]
    device = Device(ttl=120)
    for n, talk in enumerate(downloads(c, Host(LINUX, "10.161.0.4"), servers)):
        end = talk.ends["server"]
        forged = device.reset(talk, "server", 0.7 + n / 1000, "RA", seq=end.nxt, ack=end.rcv, window=0,
                              ip_id=52001 + n)
        injected(c, [forged], never=("malformed", "half_open"))


@story("application_abort-neighbouring-counters", COUNTER, ["injected", "firewall_reject"])
def neighbouring(c: Capture):
    """Two servers, whose counters happen to be near each other, abort their downloads to one client within half a
    second: each reset is on the row of its own host."""
    noise(c)
    servers = [Host(WINDOWS, "198.51.100.162", hops=8, next_ip_id=7000),
               Host(WINDOWS, "203.0.113.162", hops=8, next_ip_id=7001)]
    for n, talk in enumerate(downloads(c, Host(LINUX, "10.162.0.4"), servers)):
        talk.send("server", 1200, lost=True)
        talk.now, talk.last = 0.7 + n * 0.4, None
        c.expect(talk.abort("server"), "application_abort", never=NEVER + ("half_open",), origin="server")
