# SPDX-License-Identifier: GPL-2.0-or-later
"""Several connections that end together: a process that died, and two things that look like it."""
from catalogue import Capture, Conversation, Host, noise, story
from hosts import LINUX, MACOS, WINDOWS

KILLED = "Microsoft, TerminateProcess() (open sockets are closed hard: resets with window 0)"
TOKEN = "process_exit"
NEVER = ("injected", "half_open", "retransmission_timeout", "idle_timeout")


def in_use(c: Capture, client: Host, server: Host, port: int, at: float, times: int = 2, **k) -> Conversation:
    talk = Conversation(c, client, server, port, at=at, **k)
    talk.handshake()
    for _ in range(times):
        talk.wait(0.15).exchange(140, 600)
    return talk


def killed(c: Capture, net: str, server: Host, port: int) -> None:
    """Four connections reset within 3 ms, then nobody listens any more."""
    talks = [in_use(c, Host(LINUX if n % 2 else MACOS, net.format(n), hops=3), server, port, 0.03 * n, near="server",
                    rtt=0.008) for n in range(1, 5)]
    for n, talk in enumerate(talks):
        talk.now = 2.0 + 0.0008 * n
        talk.last = "server"
        c.expect(talk.abort("server"), TOKEN, never=NEVER, origin="server")
    for n in (1, 3):
        late = Conversation(c, Host(LINUX, net.format(n), hops=3), server, port, at=2.4 + n / 3, near="server",
                            rtt=0.008)
        syn = late.syn()
        c.expect(late.refuse(syn), "service_stopped", never=("injected", "refused_while_listening"), trigger=syn,
                 origin="server")


@story("process_exit-windows-killed", KILLED, ["application_abort", "fast_close"])
def windows_killed(c: Capture):
    """A service on Windows is ended in the task manager: its four connections are reset within 3 ms (RST,ACK,
    window 0), and clients that come back are refused."""
    noise(c)
    killed(c, "10.45.9.{}", Host(WINDOWS, "10.45.0.3"), 9090)


@story("process_exit-windows-killed-ipv6", KILLED, ["application_abort", "fast_close"])
def windows_killed_v6(c: Capture):
    """The same over IPv6."""
    noise(c)
    killed(c, "2001:db8:45:9::{}", Host(WINDOWS, "2001:db8:45::3"), 9090)


@story("fast_close-among-many-orderly-closes", "the catalogue of causes, process_exit: several resets of one endpoint", [TOKEN])
def busy(c: Capture):
    """A busy server closes eight connections with FIN within 20 ms, as clients ask for it; one more client's
    answer is acknowledged and its connection closed with SO_LINGER 0. The service runs on."""
    noise(c)
    server = Host(LINUX, "10.46.0.3")
    for n in range(1, 9):
        talk = in_use(c, Host(LINUX, f"10.46.9.{n}", hops=2), server, 8080, 0.02 * n, near="server", rtt=0.004)
        talk.now = 1.0 + 0.0023 * n
        talk.close("server")
    talk = in_use(c, Host(MACOS, "10.46.9.77", hops=2), server, 8080, 0.01, near="server", rtt=0.004)
    talk.now = 1.011
    c.expect(talk.abort("server"), "fast_close", never=NEVER + (TOKEN,),
             origin="server")
    after = in_use(c, Host(LINUX, "10.46.9.3", hops=2), server, 8080, 1.3, near="server", rtt=0.004)
    after.wait(0.1).close()


@story("fast_close-client-drops-its-pool", "the catalogue of causes, borders: a client dropping its pool", [TOKEN, "application_abort"])
def pool(c: Capture):
    """A program on Windows drops its pool of six idle connections to six servers: RST,ACK on each within
    4 ms. All answers had been read."""
    noise(c)
    client = Host(WINDOWS, "10.47.0.9")
    for n in range(1, 7):
        talk = in_use(c, client, Host(LINUX, f"198.51.100.{70 + n}", hops=6 + n), 443, 0.02 * n, rtt=0.012 + n / 900)
        talk.now = 4.0 + 0.0007 * n
        c.expect(talk.abort("client"), "fast_close", never=NEVER + (TOKEN,), origin="client")
