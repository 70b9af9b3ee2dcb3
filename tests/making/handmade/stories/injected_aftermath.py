# SPDX-License-Identifier: GPL-2.0-or-later
"""Forged resets that only what follows or what went before betrays: the host they speak for goes on."""
from catalogue import Capture, Conversation, Host, noise, story
from devices import Device, goes_on, injected, meets_a_dead_socket
from hosts import FREEBSD, LINUX, MACOS, WINDOWS

WEAVER = "Weaver, Sommer, Paxson, NDSS 2009 ({}); Linux and RFC 9293 for the hosts"
TAMPER = "Sundara Raman et al., SIGCOMM 2023: {}"
IRAN = "observed: net4people/bbs issues 98 (forged packets have the trigger's remaining TTL) and 226 (random IP-IDs)"


@story("injected-after-the-first-request", TAMPER.format("<PSH+ACK -> RST>; IP-ID and TTL beside it"),
       ["application_abort", "fast_close", "half_open"])
def after_psh(c: Capture):
    """At the server: SYN, ACK and a request, and 30 µs after it a bare RST in the client's name whose TTL and
    IP-ID are not the client's. The client's next data reach the dead socket."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "198.51.100.110", hops=14), Host(LINUX, "10.110.0.2"), 443, at=0.05,
                        near="server", rtt=0.093)
    talk.handshake()
    asked = talk.send("client", 517)
    injected(c, [Device(ttl=49, ip_id=9003).reset(talk, "client", asked.seconds + 0.00003, seq=asked.end)])
    talk.last = "client"
    goes_on(c, talk, "client", [64, 126], pause=0.021)


@story("injected-after-the-syn-to-the-server", WEAVER.format("SYN_RST") + "; " + TAMPER.format("<SYN -> RST>"),
       ["connect_cancelled", "syn_scan", "handshake_invalid_ack"])
def after_syn(c: Capture):
    """At the server: 2 ms after the SYN a RST,ACK in the client's name ends the half-open connection. The client
    knows nothing of it, completes the handshake and sends; the server answers with resets."""
    noise(c)
    talk = Conversation(c, Host(MACOS, "203.0.113.111", hops=17), Host(LINUX, "10.111.0.2"), 80, at=0.05,
                        near="server", rtt=0.121)
    syn = talk.syn()
    accepted = talk.syn_ack()
    injected(c, [Device(ttl=47).reset(talk, "client", accepted.seconds + 0.0021, "RA", seq=syn.end, ack=accepted.end)])
    ack = talk.ack("client")
    request = talk.send("client", b"GET / HTTP/1.1\r\nHost: e.example\r\n\r\n", lost=True)
    first = meets_a_dead_socket(c, talk, ack)
    meets_a_dead_socket(c, talk, request, first)


def exact(c: Capture, talk: Conversation, at: float) -> None:
    """A RST,ACK that the server itself could have sent: its number, TTL, window and DF."""
    server = talk.ends["server"]
    forged = Device(server.host.ttl, ip_id=0, df=True, flow_label=server.flow_label).reset(
        talk, "server", at, "RA", seq=server.nxt, ack=talk.ends["client"].nxt, window=0)
    injected(c, [forged])


@story("injected-exact-then-data", WEAVER.format("RST_SEQ_DATA"), ["application_abort", "fast_close", "data_after_close"])
def then_data(c: Capture):
    """In the pause between two answers comes a reset that is right in every field. Two seconds later the server,
    alive, sends data beyond the reset's number."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.112.0.4"), Host(FREEBSD, "203.0.113.112", hops=9), 5222, at=0.05, rtt=0.029)
    talk.handshake()
    for _ in range(2):
        talk.wait(0.8).exchange(190, 260)
    exact(c, talk, talk.now + 1.1)
    talk.wait(3.2)
    goes_on(c, talk, "server", [220])


@story("injected-exact-then-fin-ipv6", WEAVER.format("RST_SEQ_DATA, with a FIN"), ["fast_close", "application_abort"])
def then_fin(c: Capture):
    """The same over IPv6, flow label and hop limit right. The server says nothing until its own timer closes the
    connection after 15 s: a FIN, which a socket that has reset cannot send."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "2001:db8:113::4"), Host(LINUX, "2001:db8:114::2", hops=11), 80, at=0.05,
                        rtt=0.052, timestamps=False)
    talk.handshake()
    talk.exchange(330, 1100)
    exact(c, talk, talk.now + 0.4)
    fin = talk.wait(15.0).fin("server", lost=True)
    meets_a_dead_socket(c, talk, fin)


@story("injected-exact-then-keep-alives", WEAVER.format("RST_SEQ_DATA, with keep-alives"), ["half_open", "idle_timeout"])
def then_keep_alive(c: Capture):
    """A server's probes come every 20 s and are answered. Between two of them a reset in the server's name, right
    in every field, kills the client; the next probe comes on time."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.115.0.4"), Host(FREEBSD, "198.51.100.115", hops=5), 22, at=0.05, rtt=0.011)
    talk.handshake()
    talk.exchange(44, 44)
    for _ in range(2):
        talk.wait(20.0).keep_alive("server", garbage=b"")
        talk.ack("client")
    exact(c, talk, talk.now + 7.3)
    probe = talk.wait(20.0).keep_alive("server", garbage=b"")
    meets_a_dead_socket(c, talk, probe)


@story("injected-mirrored-ttl", IRAN, ["application_abort", "fast_close"])
def mirrored(c: Capture):
    """At the server: a device copies the remaining TTL of the client's packet, so its RST,ACK arrives with the TTL
    of all the client's packets. Its IP-ID is out of the row, and the client sends on."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "203.0.113.116", hops=16), Host(LINUX, "10.116.0.2"), 443, at=0.05,
                        near="server", rtt=0.139)
    talk.handshake()
    asked = talk.send("client", 517)
    forged = Device(ttl=112, ip_id=60111).reset(talk, "client", asked.seconds + 0.0004, "RA", seq=asked.end,
                                               ack=asked.ack)
    injected(c, [forged])
    talk.last = "client"
    goes_on(c, talk, "client", [210], pause=0.09)


@story("injected-below-data-already-sent", WEAVER.format("DATA_SEQ_RST"), ["application_abort", "unread_data"])
def below(c: Capture):
    """A device makes a RST,ACK out of a download's segment, too late: six more have passed. Its number lies below
    all of them, it answers nothing, and the client ignores it; the download goes on."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.117.0.4"), Host(LINUX, "198.51.100.117", hops=8), 8000, at=0.05, rtt=0.023)
    talk.handshake()
    talk.send("client", 140)
    segments = []
    for n in range(8):
        segments.append(talk.wait(0.0002 if n else 0.003).send("server", 1400))
        if n % 2:
            talk.ack("client")
            talk.last = "server"
    forged = Device(ttl=61).reset(talk, "server", talk.now + 0.0001, "RA", seq=segments[1].end, ack=segments[1].ack,
                                  window=229)
    injected(c, [forged], never=("malformed", "data_after_close"))
    for _ in range(3):
        talk.wait(0.0004).send("server", 1400)
        talk.ack("client")
        talk.last = "server"
    talk.wait(0.01).close("server")


@story("injected-syn-ack-after-a-perfect-refusal", WEAVER.format("the genuine host answers too"),
       ["not_listening", "firewall_reject", "port_reuse_time_wait"])
def perfect_refusal(c: Capture):
    """A refusal that a closed port could have sent, 4 ms after the SYN; the server, 88 ms away, accepts that same
    SYN. The client had sent no second one."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "10.118.0.4"), Host(LINUX, "203.0.113.118", hops=13), 443, at=0.05, rtt=0.088)
    syn = talk.syn()
    forged = Device(ttl=51, ip_id=0, df=True).reset(talk, "server", syn.seconds + 0.004, "RA", seq=0, ack=syn.end)
    injected(c, [forged])
    accepted = talk.syn_ack(lost=True)
    meets_a_dead_socket(c, talk, accepted)
