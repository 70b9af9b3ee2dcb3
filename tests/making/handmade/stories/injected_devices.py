# SPDX-License-Identifier: GPL-2.0-or-later
"""Resets forged by boxes that people own: traffic shapers, intrusion prevention, firewalls and their timers.

Where a source leaves a field open, the value here is ours.
"""
from catalogue import Capture, Conversation, Frame, Host, noise, story
from devices import Device, between, goes_on, injected
from hosts import FREEBSD, LINUX, MACOS, WINDOWS

SANDVINE = ("EFF, 2007 (resets to both ends, each with the other's address, seen at both); the fingerprint (IP-ID + 4 and "
            "+ 5, seq + 12503) is remembered from Weaver, Sommer, Paxson, NDSS 2009, not checked")
CISCO = "Cisco IPS 7.1 CLI guide (reset-tcp-connection: resets to both ends)"
PALO_ALTO = "Palo Alto, 'Security Policy Actions' 9.1 (reset-both, only after the session is formed)"
LIBNET = "Suricata respond-reject-libnet11.c (IPv6: flow label 0); the series as in Clayton, Murdoch, Watson 2006"
DAVIDS = "observed: N. Davids, 'Interesting traces: firewall reset' (IP-ID and window copied, TTL 30 off, after 2 h)"
FORTIGATE = ("observed: Fortinet KB FD47803 (timeout-send-rst with hardware offload: the session's initial numbers, both "
             "ends, ignored); default session TTL 3600 s")
AZURE = "Microsoft, load-balancer-tcp-reset.md: with 'TCP reset' enabled both ends get a RST at expiry; 4 minutes"


def pair(device: Device, talk: Conversation, name: str, at: float, ip_id: int) -> list[Frame]:
    """Two bare resets: one with the right number, one 12503 ahead."""
    end = talk.ends[name]
    return [device.reset(talk, name, at, seq=end.nxt, ip_id=ip_id + 4),
            device.reset(talk, name, at + 0.00002, seq=end.nxt + 12503, ip_id=ip_id + 5)]


@story("injected-sandvine-pairs", SANDVINE, ["application_abort", "process_exit", "half_open"])
def sandvine(c: Capture):
    """A cable provider's shaper ends an upload between two file sharers: a pair of resets to each of them, the
    second of each pair 12503 ahead. Pieces on their way meet the dead sockets."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "192.0.2.44", hops=1, next_ip_id=7000), Host(MACOS, "198.51.100.44", hops=15),
                        6881, at=0.05)
    between(talk, 0.009, 0.085).handshake()
    talk.exchange(b"\x13BitTorrent protocol" + bytes(48), b"\x13BitTorrent protocol" + bytes(48))
    asked = talk.wait(0.4).send("client", 17)
    at = asked.seconds + 0.0013
    injected(c, pair(Device(ttl=61), talk, "server", at, 7005))
    injected(c, pair(Device(ttl=61), talk, "client", at + 0.00007, 7005))
    goes_on(c, talk, "server", [1400, 1400], pause=0.0003)


@story("injected-cisco-ips-both-ends", CISCO, ["application_abort", "fast_close"])
def cisco(c: Capture):
    """An intrusion prevention system sees an attack in the middle of a file transfer and resets both ends, with
    exact numbers and a TTL of its own. Two more segments of the server had left already."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.41.2.8", hops=2), Host(WINDOWS, "172.16.41.10", hops=3), 445, at=0.05)
    between(talk, 0.0014, 0.0032).handshake()
    for _ in range(2):
        talk.wait(0.02).exchange(180, 1100)
    asked = talk.wait(0.02).send("client", 400)
    talk.wait(0.0005).send("server", 1300)
    at, sent = talk.now + 0.0002, talk.ends["server"].nxt
    injected(c, [Device(ttl=255).reset(talk, "server", at, "RA", seq=sent, ack=asked.end)])
    injected(c, [Device(ttl=255).reset(talk, "client", at + 0.00003, "RA", seq=asked.end, ack=sent)])
    goes_on(c, talk, "server", [1300, 1300], pause=0.0003)


@story("injected-palo-alto-reset-both", PALO_ALTO, ["application_protocol_error", "application_abort"])
def palo_alto(c: Capture):
    """A firewall learns from the first data which application it is and resets both ends over IPv6, flow label 0
    in both resets. It drops what follows; only the ACK that was ahead of it reaches a dead socket."""
    noise(c)
    talk = Conversation(c, Host(MACOS, "2001:db8:42::7", hops=1), Host(LINUX, "2001:db8:43::22", hops=9), 22, at=0.05)
    between(talk, 0.0011, 0.038).handshake()
    banner = talk.send("client", b"SSH-2.0-OpenSSH_9.6\r\n")
    at = banner.seconds + 0.0004
    injected(c, [Device(ttl=64).reset(talk, "server", at, "RA", seq=banner.ack, ack=banner.end)])
    injected(c, [Device(ttl=64).reset(talk, "client", at + 0.00002, "RA", seq=banner.end, ack=banner.ack)])
    goes_on(c, talk, "server", [0])


@story("injected-ipv6-series-to-both-ends", LIBNET, ["application_abort", "half_open"])
def v6_series(c: Capture):
    """Three RST,ACK to either end of an IPv6 connection, one and three segments ahead, without flow label and with
    a hop limit of 61 where the hosts' packets have 56 and 118. The server's data go on."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "2001:db8:44::3", hops=8), Host(WINDOWS, "2001:db8:45::3", hops=10), 8443,
                        at=0.05)
    between(talk, 0.021, 0.034).handshake()
    talk.exchange(300, 1200)
    asked = talk.wait(0.1).send("client", 280)
    at, device = asked.seconds + 0.0009, Device(ttl=61)
    injected(c, [device.reset(talk, "server", at + n * 0.00003, "RA", seq=asked.ack + step, ack=asked.end, window=8192)
                 for n, step in enumerate((0, 1440, 4320))])
    injected(c, [device.reset(talk, "client", at + 0.0002 + n * 0.00003, "RA", seq=asked.end + step, ack=asked.ack,
                              window=8192) for n, step in enumerate((0, 1440, 4320))])
    goes_on(c, talk, "server", [1200, 700])


@story("injected-reflected-request", DAVIDS + "; here without the silence", ["firewall_reject", "application_abort"])
def reflected(c: Capture):
    """A box beside the path answers a request with the request itself turned around: IP-ID and window are the
    client's, the acknowledgement is the request's start. The server answers the request 24 ms later."""
    noise(c)
    client = Host(WINDOWS, "10.46.0.8", next_ip_id=41000)
    talk = Conversation(c, client, Host(LINUX, "203.0.113.46", hops=9), 1433, at=0.05, rtt=0.026)
    talk.handshake()
    talk.exchange(80, 340)
    asked = talk.wait(1.4).send("client", 95)  # the client's fifth packet
    forged = Device(ttl=85, ip_id=41005, df=True).reset(talk, "server", asked.seconds + 0.0021, "RA", seq=asked.ack,
                                                       ack=asked.seq, window=talk.window("client", "A"))
    injected(c, [forged])
    goes_on(c, talk, "server", [900])


@story("idle_timeout-firewall-copies-the-keep-alive", DAVIDS, ["half_open", "keepalive_timeout", "application_abort"])
def davids(c: Capture):
    """After two hours of silence a client's keep-alive is reset at once: TTL 30 below the server's, IP-ID and
    window copied from the keep-alive. A firewall on the way had dropped the connection."""
    noise(c)
    client = Host(LINUX, "192.168.60.12", next_ip_id=23580)
    talk = Conversation(c, client, Host(WINDOWS, "203.0.113.61", hops=6), 1521, at=0.05, rtt=0.012)
    talk.handshake()
    talk.exchange(120, 600)
    probe = talk.wait(7200.0).emit("client", "A", seq=talk.ends["client"].nxt - 1, lost=True)  # its fifth packet
    forged = Device(ttl=92, ip_id=23585, df=True).reset(talk, "server", probe.seconds + 0.0006, "RA", seq=probe.ack,
                                                       ack=probe.seq, window=talk.window("client", "A"))
    c.expect(forged, "idle_timeout", origin="network",
             never=("half_open", "keepalive_timeout", "data_after_close"))


@story("idle_timeout-fortigate-initial-numbers", FORTIGATE, ["half_open", "application_abort", "protocol_violation"])
def fortigate(c: Capture):
    """After an hour of silence a firewall resets both ends with the numbers of the session's start. Both ignore
    it, and as this firewall also takes up sessions in the middle, they go on later."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.62.0.3", hops=1), Host(LINUX, "172.17.62.4", hops=1), 5432, at=0.05)
    between(talk, 0.0008, 0.0016).handshake()
    start = {side: end.nxt for side, end in talk.ends.items()}
    for _ in range(2):
        talk.wait(0.3).exchange(140, 900)
    at = talk.now + 3600.0
    for n, (name, peer) in enumerate((("server", "client"), ("client", "server"))):
        forged = Device(ttl=255, ip_id=0).reset(talk, name, at + n * 0.00002, "RA", seq=start[name], ack=start[peer])
        c.expect(forged, "idle_timeout", origin="network",
                 never=("half_open", "data_after_close", "protocol_violation"))
    talk.wait(3641.0).exchange(140, 700)
    talk.wait(0.2).close()


@story("idle_timeout-azure-tells-the-client", AZURE, ["injected", "half_open", "application_abort"])
def azure(c: Capture):
    """A load balancer's idle timer of four minutes runs out; it is set to tell both ends. At the client: a bare
    RST out of the blue, exact, with the TTL of the server's packets. Nothing follows."""
    noise(c)
    talk = Conversation(c, Host(MACOS, "10.63.0.9"), Host(WINDOWS, "203.0.113.63", hops=12), 443, at=0.05, rtt=0.019)
    talk.handshake()
    talk.exchange(200, 800)
    forged = Device(ttl=116, ip_id=0, df=True).reset(talk, "server", talk.now + 240.0, seq=talk.ends["server"].nxt)
    c.expect(forged, "idle_timeout", never=("injected", "half_open", "data_after_close"))


@story("idle_timeout-balancer-resets-both-ends", AZURE, ["half_open", "process_exit"])
def both_ends(c: Capture):
    """The same captured between the ends, over IPv6: two resets within 30 µs after four minutes of silence, each
    with the other end's address. A device made them; its timer is the cause."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "2001:db8:64::9", hops=4), Host(FREEBSD, "2001:db8:65::9", hops=2), 5671, at=0.05)
    between(talk, 0.011, 0.0018).handshake()
    talk.exchange(90, 130)
    at, numbers = talk.now + 240.0, {side: end.nxt for side, end in talk.ends.items()}
    for n, (name, peer) in enumerate((("server", "client"), ("client", "server"))):
        forged = Device(ttl=64).reset(talk, name, at + n * 0.00003, "RA", seq=numbers[name], ack=numbers[peer])
        c.expect(forged, "idle_timeout", origin="network",
                 never=("half_open", "data_after_close"))
