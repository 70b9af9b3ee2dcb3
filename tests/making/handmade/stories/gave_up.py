# SPDX-License-Identifier: GPL-2.0-or-later
"""Near misses of retransmission_timeout: retransmissions, and then an application that aborts."""
from catalogue import Capture, Conversation, Host, noise, story
from hosts import LINUX, MACOS, WINDOWS

TOKEN = "retransmission_timeout"
NEVER = (TOKEN, "injected", "keepalive_timeout")
RULE = "the catalogue of causes: the same segment 1 + N times and never acknowledged; "


@story("application_abort-five-segments-once-each", RULE + "here five different ones", [TOKEN])
def five_different(c: Capture):
    """On a bad line five different segments of a Windows upload are each sent twice and then
    acknowledged; the user cancels the sixth, just sent, 0.07 s later."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "10.20.30.40"), Host(LINUX, "192.0.2.80", hops=7), 80, rtt=0.03)
    talk.handshake()
    for _ in range(5):
        lost = talk.send("client", 700, lost=True)
        talk.now, talk.last = lost.seconds + 0.3, None
        talk.retransmit(lost, lost=False)
        talk.ack("server")
    talk.send("client", 700, lost=True)
    talk.wait(0.07)
    c.expect(talk.abort("client"), "application_abort", never=NEVER, origin="client")


@story("application_abort-after-a-late-ack", RULE + "here the last one is acknowledged", [TOKEN])
def late_ack(c: Capture):
    """A Windows segment is sent 1 + 5 times, then the network heals and it is acknowledged;
    the application, annoyed, aborts while its next segment is on the way."""
    noise(c)
    talk = Conversation(c, Host(WINDOWS, "172.20.5.5"), Host(MACOS, "172.31.7.9", hops=4), 5900,
                        isn=(0x7FFFFFF0, 0xFFFFFFF5), rtt=0.02)
    talk.handshake()
    slow = talk.send("client", 333, lost=True)
    last = talk.back_off(slow, times=5, rto=0.3)
    talk.now, talk.last = last.seconds, "client"
    talk.ends["server"].rcv = slow.end
    talk.ack("server")
    talk.wait(0.9).send("client", 250, lost=True)
    talk.wait(0.011)
    c.expect(talk.abort("client"), "application_abort", never=NEVER, origin="client")


@story("application_abort-three-retransmissions-off-the-grid",
       RULE + "the reset is off the backoff grid and the count too low", [TOKEN])
def off_the_grid(c: Capture):
    """A Windows client's segment is lost four times; the application's own timer of 4 s ends the
    connection 1.9 s after the third retransmission, where the stack would have waited for 2.4 s."""
    noise(c, at=0.5)
    talk = Conversation(c, Host(WINDOWS, "2001:db8:5::22"), Host(LINUX, "2001:db8:9::1", hops=8), 1433,
                        rtt=0.025)
    talk.handshake()
    talk.exchange(88, 214)
    lost = talk.send("client", 410, lost=True)
    talk.back_off(lost, times=3, rto=0.3)
    talk.now = lost.seconds + 4.0
    c.expect(talk.abort("client"), "application_abort", never=NEVER, retransmissions=3, origin="client")


@story("application_abort-linux-black-hole",
       "Linux tcp_timer.c, tcp_write_err(): no reset when retransmissions run out; a form A is the application's",
       [TOKEN])
def linux_black_hole(c: Capture):
    """A Linux client's segment is sent 1 + 6 times into a black hole; then the application's time-out
    of 20 s closes the socket with SO_LINGER 0, off the grid, window and timestamps in place."""
    noise(c)
    talk = Conversation(c, Host(LINUX, "192.168.200.4"), Host(LINUX, "203.0.113.66", hops=13), 5432,
                        rtt=0.012)
    talk.handshake()
    talk.exchange(64, 128)
    lost = talk.wait(0.2).send("client", 96, lost=True)
    talk.back_off(lost, times=6, rto=0.212)
    talk.now = lost.seconds + 20.0
    c.expect(talk.abort("client"), "application_abort", never=NEVER, retransmissions=6, origin="client")
