# SPDX-License-Identifier: GPL-2.0-or-later
"""Peers that forgot the connection, and queues that never knew it."""
from catalogue import Capture, Conversation, Host, noise, story
from hosts import APPLIANCE, FREEBSD, LINUX, WINDOWS

RFC = "RFC 9293, 3.5.1 (half-open connections) and 3.5.2 group 1"


@story("half_open-windows-rebooted", RFC + "; observed: the IPv4 ID counter starts anew after a boot",
       ["data_after_close", "idle_timeout", "retransmission_timeout"])
def rebooted(c: Capture):
    """The capture starts in mid-stream. A Windows server crashes; the client's retransmissions go
    unanswered until it is up again, its IP-ID counter restarted, and answers one with a bare RST."""
    noise(c)
    server = Host(WINDOWS, "192.0.2.17", hops=6, next_ip_id=31877)
    talk = Conversation(c, Host(LINUX, "10.0.5.9"), server, 1521, at=0.2, rtt=0.019).midstream()
    for _ in range(3):
        talk.wait(0.9).exchange(80, 130)
    lost = talk.wait(0.7).send("client", 80, lost=True)
    trigger = talk.back_off(lost, times=7, rto=0.22)
    talk.now, talk.last = trigger.seconds, "client"
    c.expect(talk.refuse(trigger, ip_id=42), "half_open", trigger=trigger, origin="server",
             never=("injected", "data_after_close", "retransmission_timeout"))


@story("half_open-balancer-lost-its-table", RFC + "; F5 article K13223 ('No flow found for ACK')",
       ["firewall_reject", "data_after_close", "injected"])
def balancer(c: Capture):
    """A load balancer fails over to a twin without connection mirroring: the next request on a live
    connection gets a bare RST with the TTL the balancer always had."""
    noise(c)
    balancer_side = Host(APPLIANCE, "198.51.100.10", hops=4)
    talk = Conversation(c, Host(WINDOWS, "192.168.88.20"), balancer_side, 443, isn=(5, 0xFFFFFC00), rtt=0.011)
    talk.handshake()
    for _ in range(3):
        talk.wait(0.4).exchange(310, 900)
    request = talk.wait(1.1).send("client", 310, lost=True)
    c.expect(talk.refuse(request), "half_open",
             never=("injected", "data_after_close", "idle_timeout"), trigger=request, origin="server")


@story("half_open-bsd-server-restarted-ipv6", RFC, ["data_after_close", "idle_timeout"])
def bsd_restarted(c: Capture):
    """The capture starts in mid-stream. A FreeBSD host is restored from a snapshot and does not know
    the connection: three segments sent at once draw three bare resets."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "2001:db8:1:2::3"), Host(FREEBSD, "2001:db8:4:5::6", hops=3), 6379,
                        isn=(0xFFFFFF80, 0x40), at=0.1, rtt=0.008).midstream()
    talk.wait(0.3).exchange(40, 90)
    talk.ends["server"].flow_label = 0x5A5A5
    lost = [talk.wait(2.2).send("client", 100, lost=True), talk.send("client", 100, lost=True),
            talk.send("client", 60, lost=True)]
    first = c.expect(talk.refuse(lost[0]), "half_open", never=("injected", "data_after_close"),
                     trigger=lost[0], origin="server")
    for segment in lost[1:]:
        c.expect(talk.refuse(segment), "half_open", never=("injected", "data_after_close"),
                 trigger=segment, repeat_of=first, origin="server")


@story("accept_queue_overflow-appliance-burst",
       "the catalogue of causes; Linux tcp_abort_on_overflow in appliances built on it; HP-UX and Solaris behave alike",
       ["half_open", "health_check", "application_abort"])
def overflow(c: Capture):
    """A storage appliance completes handshakes faster than its service accepts them: four clients'
    handshake ACKs within a few milliseconds are answered with bare resets; others are served."""
    noise(c)
    server = Host(APPLIANCE, "10.140.0.2")
    for n, at in ((1, 0.1), (2, 0.4)):
        talk = Conversation(c, Host(LINUX, f"10.140.9.{n}", hops=1), server, 2049, at=at, near="server", rtt=0.004)
        talk.handshake()
        talk.exchange(44, 28)
        talk.close()
    for n in range(11, 15):
        talk = Conversation(c, Host(LINUX, f"10.140.9.{n}", hops=1), server, 2049, at=0.2 + n / 1000,
                            near="server", rtt=0.004)
        ack = talk.handshake()
        c.expect(talk.refuse(ack), "accept_queue_overflow", never=("injected", "application_abort", "half_open"),
                 trigger=ack, origin="server")


@story("application_abort-windows-accepts-and-aborts",
       "Winsock closesocket() with SO_LINGER 0 (hard close)", ["accept_queue_overflow"])
def accepts_and_aborts(c: Capture):
    """A Windows server accepts, finds the client's address on its deny list and closes hard at once:
    RST,ACK of active form, window 0, right after the handshake."""
    noise(c)
    server = Host(WINDOWS, "172.29.1.1")
    talk = Conversation(c, Host(FREEBSD, "203.0.113.45", hops=14), server, 3389, near="server", rtt=0.07)
    talk.handshake()
    talk.wait(0.0007)
    c.expect(talk.abort("server"), "application_abort",
             never=("accept_queue_overflow", "injected", "half_open"), origin="server")
