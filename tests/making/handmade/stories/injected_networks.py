# SPDX-License-Identifier: GPL-2.0-or-later
"""Resets that a network's filters forge, after the published fingerprints.

Where a source leaves a field open, the value here is ours; a forged packet still has to hold one.
"""
from catalogue import Capture, Conversation, Frame, Host, noise, story
from devices import Device, between, goes_on, injected, meets_a_dead_socket
from hosts import FREEBSD, LINUX, MACOS, WINDOWS

CLAYTON = "observed: Clayton, Murdoch, Watson 2006 (seq + 0, + 1460, + 4380), quoted in net4people/bbs issue 285"
INTANG = "observed: scholarzhang fingerprint.loose.c (IP-IDs, windows) and INTANG _process_incoming_RST (both types at once)"
OONI = "observed: OONI, 'Belarus fries onion network', 2016 (seq 0 and ack 0, TTL 125 against 52, the times)"
BBS285 = "observed: net4people/bbs issue 285 (1.1.1.1:443, 2023: the times, TTLs, windows and numbers)"
GFW2025 = "observed: gfw.report, 20 August 2025 (three RST,ACK per SYN and per SYN-ACK, their windows)"
HENAN = "observed: XTLS/Xray-core issue 2426; Wu et al. 2025, 'A Wall Behind A Wall' (the ten bytes)"
RSTLSS = "observed: darkk/rstlss (a provider's reset to the client only); GoodbyeDPI (IP-ID 0 to 15 in such resets)"
TAMPER = "Sundara Raman et al., SIGCOMM 2023: <PSH+ACK -> RST; RST0>, seen from China only"
REFUSED = ("not_listening", "firewall_reject", "unknown")


def hello(name: bytes) -> bytes:
    """Enough of a TLS ClientHello for a filter that looks for a name in it."""
    listed = b"\0" + len(name).to_bytes(2, "big") + name
    value = len(listed).to_bytes(2, "big") + listed
    extension = b"\0\0" + len(value).to_bytes(2, "big") + value
    body = b"\x03\x03" + bytes(range(32)) + b"\0\0\x02\x13\x01\x01\0" + len(extension).to_bytes(2, "big") + extension
    inner = b"\x01" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x01" + len(inner).to_bytes(2, "big") + inner


def triple(device: Device, talk: Conversation, question: Frame, after: float, **k) -> list[Frame]:
    """To the question's sender: three resets, one MSS and three MSS ahead of the right number."""
    name = "server" if question.side == "client" else "client"
    return [device.reset(talk, name, question.seconds + after + n * 0.00004, seq=question.ack + step, **k)
            for n, step in enumerate((0, 1460, 4380))]


@story("injected-china-triple", CLAYTON, ["half_open", "application_abort"])
def china_triple(c: Capture):
    """A client outside China asks a server inside for a page with a forbidden word. Three resets, 0, 1460 and
    4380 ahead, reach it before the server's answer does; its dead socket resets that answer."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "192.0.2.10"), Host(FREEBSD, "203.0.113.10", hops=19), 80, at=0.05, rtt=0.248)
    talk.handshake()
    get = talk.send("client", b"GET /?forbidden HTTP/1.1\r\nHost: a.example\r\n\r\n")
    injected(c, triple(Device(ttl=41), talk, get, 0.176, ack=get.seq))
    goes_on(c, talk, "server", [0, 310], pause=0.0011)


def volley(device, talk, question: Frame, after: float, pairs, flags="RA", **k) -> list[Frame]:
    """One reset for each pair of a TTL and a window, all with the number that answers the question."""
    return [device.reset(talk, "server", question.seconds + after + n * 0.00003, flags, ttl=ttl, window=window, **k)
            for n, (ttl, window) in enumerate(pairs)]


@story("injected-china-before-the-syn-ack", BBS285, ["not_listening", "firewall_reject", "handshake_invalid_ack"])
def china_syn(c: Capture):
    """8 ms after a SYN come three refusals whose TTL and window rise together; after 248 ms the server's
    SYN-ACK, which the client, refused, resets; then three more, with the SYN-ACK's numbers."""
    noise(c)
    device = Device(df=True)
    talk = Conversation(c, Host(LINUX, "192.168.1.101"), Host(LINUX, "198.51.100.1", hops=10), 443, at=0.05, rtt=0.248)
    syn = talk.syn()
    first = injected(c, volley(device, talk, syn, 0.008, ((65, 4229), (67, 4231), (66, 4230)), seq=0, ack=syn.end))
    accepted = talk.syn_ack(lost=True)
    meets_a_dead_socket(c, talk, accepted)
    late = volley(device, talk, accepted, 0.0081, ((145, 3909), (146, 3910), (147, 3911)), seq=accepted.end,
                  ack=syn.end)
    injected(c, late, repeat_of=first)


@story("injected-china-tls-port-2025", GFW2025, ["not_listening", "port_reuse_time_wait", "firewall_reject"])
def china_2025(c: Capture):
    """For 74 minutes every connection to port 443 is refused by three forged RST,ACK after the SYN, and by
    three after the server's SYN-ACK. A Mac tries two servers."""
    noise(c)
    for n, rtt in ((1, 0.163), (2, 0.201)):
        talk = Conversation(c, Host(MACOS, "10.1.7.9"), Host(LINUX, f"203.0.113.{20 + n}", hops=14), 443, at=0.4 * n,
                            rtt=rtt)
        syn = talk.syn()
        first = injected(c, volley(Device(), talk, syn, 0.011, ((98, 1980), (99, 1981), (100, 1982)), seq=0,
                                   ack=syn.end))
        accepted = talk.syn_ack(lost=True)
        meets_a_dead_socket(c, talk, accepted)
        injected(c, volley(Device(), talk, accepted, 0.009, ((71, 3293), (72, 3294), (73, 3295)),
                           seq=accepted.end, ack=syn.end), repeat_of=first)


@story("injected-belarus-seq-zero", OONI, ["not_listening", "accept_queue_overflow", "half_open"])
def belarus(c: Capture):
    """29 ms after the SYN to a Tor relay comes a reset with all numbers zero (TTL 125), which the client
    ignores; at 97 ms the relay's SYN-ACK (TTL 52); then the same device resets with the right number."""
    noise(c)
    device = Device(ttl=125, ip_id=0)
    talk = Conversation(c, Host(LINUX, "192.168.100.4"), Host(LINUX, "198.51.100.30", hops=12), 9001, at=0.05, rtt=0.097)
    syn = talk.syn()
    injected(c, [device.reset(talk, "server", syn.seconds + 0.029, seq=0)],
             never=("port_reuse_time_wait", "service_stopped"))
    talk.syn_ack()
    ack = talk.ack("client")
    injected(c, [device.reset(talk, "server", ack.seconds + 0.0291, seq=ack.ack)],
             never=("half_open", "accept_queue_overflow", "malformed"))


@story("injected-china-two-types", INTANG, ["application_abort", "half_open", "data_after_close"])
def two_types(c: Capture):
    """Two systems answer the same request: one bare RST (IP-ID 64, window a multiple of 17) among three
    RST,ACK of another kind, with other TTLs each and IP-IDs computed from their windows."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.20.3.4"), Host(LINUX, "203.0.113.40", hops=11), 80, at=0.05, rtt=0.183)
    talk.handshake()
    get = talk.send("client", b"GET /banned HTTP/1.1\r\nHost: b.example\r\n\r\n")
    at, second = get.seconds + 0.0093, Device(df=True)
    burst = [second.reset(talk, "server", at + n * 0.00002, "RA", seq=get.ack + step, ack=get.end, window=window,
                          ttl=ttl, ip_id=(-1 - 13 * window) % 65536)
             for n, (step, window, ttl) in enumerate(((0, 2901, 105), (1460, 2902, 106), (4380, 2903, 107)))]
    burst.append(Device(ttl=88, ip_id=64).reset(talk, "server", at + 0.00031, seq=get.ack, window=17 * 331))
    injected(c, burst)
    goes_on(c, talk, "server", [700, 1300])


@story("injected-henan-ten-bytes", HENAN, ["device_stated", "application_protocol_error", "malformed"])
def henan(c: Capture):
    """A ClientHello leaves Henan: a single RST,ACK with the payload 01 02 … 09 00 ends it at the client; the
    server's answer comes 31 ms later."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "172.20.8.8"), Host(LINUX, "198.51.100.50", hops=13), 443, at=0.05, rtt=0.042)
    talk.handshake()
    asked = talk.send("client", hello(b"banned.example"))
    forged = Device(ttl=58, ip_id=1).reset(talk, "server", asked.seconds + 0.0107, "RA", seq=asked.ack, ack=asked.end,
                                           window=0, payload=bytes([1, 2, 3, 4, 5, 6, 7, 8, 9, 0]))
    # Until the server answers what it should not have got, a filter may have made it.
    injected(c, [forged],
             never=("device_stated", "malformed", "application_protocol_error"))
    goes_on(c, talk, "server", [1400, 1400, 600])


@story("injected-provider-to-the-client-only", RSTLSS, ["half_open", "unread_data", "application_protocol_error"])
def provider(c: Capture):
    """A provider's filter sees the name in a ClientHello and resets the client alone: IP-ID 1, a TTL of 60
    where the server's packets have 50. The server's handshake comes after it."""
    noise(c)
    talk = Conversation(c, Host(MACOS, "192.168.0.17"), Host(LINUX, "203.0.113.60", hops=14), 443, at=0.05, rtt=0.061)
    talk.handshake()
    asked = talk.send("client", hello(b"blocked.example"))
    forged = Device(ttl=60, ip_id=1).reset(talk, "server", asked.seconds + 0.0049, seq=asked.ack)
    injected(c, [forged])
    goes_on(c, talk, "server", [1400, 1400, 320])


@story("injected-rst-and-rst-with-ack-zero", TAMPER, ["application_abort", "data_after_close", "half_open"])
def rst_rst0(c: Capture):
    """At the server: a client's request, then within 40 µs two bare resets in the client's name, one with a
    number in the ack field and one with zero. The client, alive, sends the rest of its request."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "203.0.113.70", hops=15), Host(LINUX, "10.50.0.2"), 8080, at=0.05,
                        near="server", rtt=0.174)
    talk.handshake()
    post = talk.send("client", b"POST /banned HTTP/1.1\r\nContent-Length: 900\r\n\r\n")
    forged = [Device(ttl=47, ip_id=64).reset(talk, "client", post.seconds + 0.000021, seq=post.end, ack=post.ack,
                                             window=4012),
              Device(ttl=52, ip_id=64).reset(talk, "client", post.seconds + 0.000060, seq=post.end, window=4012)]
    injected(c, forged)
    talk.last = "client"
    goes_on(c, talk, "client", [900], pause=0.0006)


@story("injected-forged-fin-first", "observed: INTANG issue 32 (FIN,ACK before the type 2 resets, TLS, 2018)",
       ["data_after_close", "fast_close", "application_abort"])
def fin_first(c: Capture):
    """On a TLS name the filter first sends a FIN,ACK in the server's name, then three RST,ACK with rising TTL.
    The client had acknowledged the FIN; the server's handshake then meets its dead socket."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.9.4.4"), Host(LINUX, "198.51.100.80", hops=16), 443, at=0.05, rtt=0.152)
    between(talk, 0.0021, 0.1499)
    talk.handshake()
    asked = talk.send("client", hello(b"banned.example"))
    device, at = Device(df=True), asked.seconds + 0.0088
    fin = device.segment(talk, "server", at, "FA", seq=asked.ack, ack=asked.end, window=1107, ttl=73)
    talk.now, talk.last = at, "server"
    talk.ack("client", ack=fin.end)
    injected(c, [device.reset(talk, "server", at + 0.0031 + n * 0.00003, "RA", seq=fin.seq, ack=asked.end,
                              ttl=74 + n, window=1108 + n) for n in range(3)])
    talk.now, talk.last = asked.seconds, "client"
    goes_on(c, talk, "server", [1400, 1400])
